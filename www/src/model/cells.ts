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

/** A page that is drawn; null: it has no PTE. */
export type Stop = { vpn: number; page: PageDto | null };

/** The cells of a VMA of which the first pages with PTEs are `shown`, and others `wanted`. */
export function cellsOf(vma: VmaDto, shown: PageDto[], wanted: Stop[]): Cell[] {
  const cells: Cell[] = [];
  const hidden = vma.ptes - shown.length;
  /** Behind it not all pages with PTEs are shown. */
  const last = hidden > 0 ? (shown.at(-1)?.vpn ?? -1) : Infinity;
  const stops = merge(
    shown,
    wanted.filter(({ vpn }) => vpn >= vma.start && vpn < vma.end),
  );
  const more = hidden - stops.filter(({ vpn, page }) => page && vpn > last).length;
  let next = vma.start;
  let told = more <= 0;
  for (const stop of stops) {
    if (stop.vpn <= last) gap(cells, next, stop.vpn, vma.end - vma.start);
    else if (!told) cells.push({ kind: "more", from: next, count: more });
    told ||= stop.vpn > last;
    cells.push({ kind: "page", ...stop });
    next = stop.vpn + (stop.page?.pages ?? 1);
  }
  if (!told) cells.push({ kind: "more", from: next, count: more });
  else if (last === Infinity) gap(cells, next, vma.end, vma.end - vma.start);
  return cells;
}

function merge(pages: PageDto[], wanted: Stop[]): Stop[] {
  const stops: Stop[] = pages.map((page) => ({ vpn: page.vpn, page }));
  for (const stop of wanted)
    if (!stops.some(({ vpn, page }) => vpn <= stop.vpn && stop.vpn < vpn + (page?.pages ?? 1))) stops.push(stop);
  return stops.sort((a, b) => a.vpn - b.vpn);
}

function gap(cells: Cell[], from: number, to: number, size: number): void {
  const count = to - from;
  if (count <= 0) return;
  if (count > SHORT && size > SMALL) cells.push({ kind: "gap", from, count });
  else for (let vpn = from; vpn < to; vpn++) cells.push({ kind: "page", vpn, page: null });
}
