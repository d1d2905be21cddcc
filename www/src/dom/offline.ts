// The service worker, which keeps the page's files in the browser: the next visit needs no network. What it does is in
// serviceworker.mjs.

/** Installs it, or has the browser look for a new one. Only built pages have one. */
export function keepFiles(): void {
  if (!import.meta.env.PROD) return;
  // Not there where pages are not served securely; forbidden in some private windows, where the page works without.
  navigator.serviceWorker?.register("./serviceworker.js", { updateViaCache: "none" }).catch(() => {});
}
