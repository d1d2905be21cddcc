// The cells drawn of a VMA: each page that has a PTE, the untouched ones around it, and long gaps as one cell.
import type { PageDto, VmaDto } from "../wasm/types";

export type Cell =
  | { kind: "page"; vpn: number; page: PageDto | null }
  | { kind: "gap"; from: number; count: number }
  /** Pages with PTEs that are not drawn for want of room. */
  | { kind: "more"; from: number; count: number };

/** VMAs up to this many pages are drawn in full. */
const SMALL = 24;
/** Untouched pages in a row up to this many are drawn one by one. */
const SHORT = 3;

/** The cells of a VMA, with at most `room` pages that have PTEs. `wanted` untouched pages are drawn, too. */
export function cellsOf(vma: VmaDto, room: number, wanted: number[]): Cell[] {
  const cells: Cell[] = [];
  const shown = vma.pages.slice(0, room);
  const stops = merge(
    shown,
    wanted.filter((vpn) => vpn >= vma.start && vpn < vma.end),
  );
  let next = vma.start;
  for (const stop of stops) {
    gap(cells, next, stop.vpn, vma.end - vma.start);
    cells.push({ kind: "page", vpn: stop.vpn, page: stop.page });
    next = stop.vpn + (stop.page?.pages ?? 1);
  }
  const hidden = vma.pages.length - shown.length;
  if (hidden > 0) cells.push({ kind: "more", from: next, count: hidden });
  else gap(cells, next, vma.end, vma.end - vma.start);
  return cells;
}

type Stop = { vpn: number; page: PageDto | null };

function merge(pages: PageDto[], wanted: number[]): Stop[] {
  const stops: Stop[] = pages.map((page) => ({ vpn: page.vpn, page }));
  const last = pages.at(-1)?.vpn ?? Infinity;
  for (const vpn of new Set(wanted))
    if (
      !pages.some((page) => page.vpn <= vpn && vpn < page.vpn + page.pages) &&
      (pages.length === 0 || vpn < last + 1e9)
    )
      stops.push({ vpn, page: null });
  return stops.sort((a, b) => a.vpn - b.vpn);
}

function gap(cells: Cell[], from: number, to: number, size: number): void {
  const count = to - from;
  if (count <= 0) return;
  if (count > SHORT && size > SMALL) cells.push({ kind: "gap", from, count });
  else for (let vpn = from; vpn < to; vpn++) cells.push({ kind: "page", vpn, page: null });
}
