// Where two things that a note points at lie side by side on the map: the painter draws one line around both, and here
// is the one that parts them.
import { pointedSpans, type Span } from "../model/pointing";
import { cellOnMap } from "./mapview";

/** Smaller cells have no room for a line between them. */
const SMALLEST = 7;

/** The path of all lines, counted from the map's corner; "" if there is none. */
export function partingPath(): string {
  const spans = pointedSpans.value;
  const owner = new Map(spans.flatMap((span) => range(span).map((pfn) => [pfn, span] as const)));
  if (spans.length < 2) return "";
  const columns = columnsFrom(spans[0]![0]);
  const lines: string[] = [];
  for (const [pfn, span] of owner)
    for (const other of columns > 1 ? [pfn + 1, pfn + columns] : [pfn + 1])
      if (owner.has(other) && owner.get(other) !== span) lines.push(between(pfn, other));
  return lines.join("");
}

const range = ([first, last]: Span) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

/** How many frames are in a row of the map, as far as the rows at this frame say. */
function columnsFrom(pfn: number): number {
  const cell = cellOnMap(pfn);
  for (let n = 1; cell && n <= 4096; n++) {
    const other = cellOnMap(pfn + n) ?? cellOnMap(pfn - n);
    if (!other) return 0;
    if (Math.abs(other.left - cell.left) < 0.5) return n;
  }
  return 0;
}

/** The side that two cells share; "" if they only follow each other. */
function between(pfn: number, other: number): string {
  const [a, b] = [cellOnMap(pfn), cellOnMap(other)];
  if (!a || !b || a.width < SMALLEST) return "";
  if (Math.abs(a.top - b.top) < 0.5) {
    const x = onPixel(Math.min(a.right, b.right), Math.max(a.left, b.left));
    return `M${x},${a.top}V${a.bottom}`;
  }
  if (Math.abs(a.left - b.left) >= 0.5) return "";
  const y = onPixel(Math.min(a.bottom, b.bottom), Math.max(a.top, b.top));
  return `M${a.left},${y}H${a.right}`;
}

/** The middle of the gap, where a line of an odd width is sharp. */
const onPixel = (from: number, to: number) => Math.floor((from + to) / 2) + 0.5;
