// The page's service worker. It keeps all files of one build, so that the next visit needs no network, and never mixes
// builds: a page gets all its files from the build that it began with. offline.mjs writes this file into the build and
// puts before it what it takes from there: `version`, a hash of the build, and `files`, each a name and, if the name
// has no hash in it, one of the contents.
/* global version, files */

// One address may serve several copies of the page under several paths, and they share what is kept.
const ours = `pageturner ${self.registration.scope} `;
const name = ours + version;

// A file that is not of this build, because another is being put on the server just now, ends the installing: the
// browser tries again at the next visit.
self.addEventListener("install", (event) => {
  const request = ([url, integrity]) => new Request(url, integrity ? { integrity, cache: "no-cache" } : {});
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(files.map(request))));
});

// Only now: while pages of the build before are open, they need its files.
self.addEventListener("activate", (event) => {
  const old = (key) => key.startsWith(ours) && key !== name;
  event.waitUntil(caches.keys().then((keys) => Promise.all(keys.filter(old).map((key) => caches.delete(key)))));
});

// The worker of the build before says so when no page needs it any more.
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !event.request.url.startsWith(self.registration.scope)) return;
  event.respondWith(event.request.mode === "navigate" ? page(event.request) : file(event.request));
});

/** The page; if a new build is there whole and no page of this one stays open, the new build's. */
async function page(request) {
  const { waiting } = self.registration;
  const leaving = request.isReloadNavigation ? 1 : 0;
  if (!waiting || (await self.clients.matchAll()).length > leaving) return file(request);
  waiting.postMessage("take over");
  // The new worker's files are the last that were kept.
  const names = (await caches.keys()).filter((key) => key.startsWith(ours));
  return (await find(request, names.at(-1))) ?? file(request);
}

/** A file of this build; while a new one takes over, also of that: both are named by their contents. */
async function file(request) {
  const found = await find(request, name);
  if (found) return found;
  const names = (await caches.keys()).filter((key) => key.startsWith(ours));
  for (const other of names.reverse()) {
    const found = request.mode === "navigate" ? undefined : await find(request, other);
    if (found) return found;
  }
  return fetch(request);
}

async function find(request, name) {
  const cache = await caches.open(name);
  return cache.match(new URL(request.url).pathname.replace(/\/index\.html$/, "/"), { ignoreVary: true });
}
