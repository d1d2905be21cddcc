// A table wider than its box: the column that counts is kept in sight, beside the first one, which stays.

/** Scrolls a box, and nothing around it, so that a cell of its table can be seen. */
export function keepColumn(box: HTMLElement, cell: HTMLElement): void {
  const inner = cell.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  const left = outer.left + (box.querySelector("th")?.offsetWidth ?? 0);
  if (inner.left >= left && inner.right <= outer.right) return;
  // With some of what went before, and what comes next.
  box.scrollLeft += inner.right - outer.right + Math.min((outer.right - left) / 3, 3 * inner.width);
}
