// A table wider and higher than its box: the cells that count are kept in sight, beside its first column and below its
// head, which stay.

/** Scrolls a box, and nothing around it, so that a cell of its table's head and one below it can be seen. */
export function keepInSight(box: HTMLElement, head: Element, cell: Element | null): void {
  const outer = box.getBoundingClientRect();
  const across = head.getBoundingClientRect();
  const left = outer.left + (box.querySelector("th")?.offsetWidth ?? 0);
  // With some of what went before, and what comes next.
  if (across.left < left || across.right > outer.right)
    box.scrollLeft += across.right - outer.right + Math.min((outer.right - left) / 3, 3 * across.width);
  if (!cell) return;
  const down = cell.getBoundingClientRect();
  const top = outer.top + (box.querySelector("thead")?.offsetHeight ?? 0);
  const bottom = outer.top + box.clientHeight;
  if (down.top < top || down.bottom > bottom) box.scrollTop += down.bottom - (top + bottom + down.height) / 2;
}
