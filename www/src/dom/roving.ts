// One tab stop for many buttons: the arrow keys go from one to the next, as ARIA's practices have it for groups.

/** For a group's `onKeyDown`: moves the focus among its `[data-rove]` elements. */
export function rove(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const group = event.currentTarget;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !(group instanceof HTMLElement)) return;
  const all = [...group.querySelectorAll<HTMLElement>("[data-rove]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = step
    ? all[at < 0 ? 0 : at + step]
    : event.key === "Home"
      ? all[0]
      : event.key === "End"
        ? all.at(-1)
        : null;
  if (!step && event.key !== "Home" && event.key !== "End") return;
  // Also at the ends: the arrows must not step the machine from here.
  event.preventDefault();
  next?.focus();
}
