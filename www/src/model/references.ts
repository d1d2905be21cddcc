// References and what every frame held after each, as on paper: read while the panel shows them, and written as a
// drawing or as text.
import { computed } from "@preact/signals";
import type { ReferencesDto } from "../wasm/types";
import { counted, grouped } from "./numbers";
import { isOpen, view } from "./panels";
import { session, state } from "./session";

/** So many are drawn on the page, and in a file. */
const ON_PAGE = 40;
const IN_FILE = 256;
/** Fewer accesses than this, on a machine whose policy keeps no lists, are about something else. */
const FEW = 5;

/** Where the panel of replacement is: above the map, as wide as its table is; where there is but the clock, in the
 *  column of details. Null: there is nothing to show. Where all panels are on show nobody has asked for this one, so
 *  there accesses are no references until memory has become short. */
export const place = computed<"wide" | "narrow" | null>(() => {
  const at = state.value;
  if (!at || !isOpen("reclaim")) return null;
  const asked = view.value === "reading" || at.tally.frames_scanned > 0;
  if (at.ranks || (asked && at.references >= FEW)) return "wide";
  return at.clock ? "narrow" : null;
});

/** Null: no process has made any lately. */
export const references = computed<ReferencesDto | null>(() =>
  place.value === "wide" && state.value?.references ? (session.value?.references(ON_PAGE) ?? null) : null,
);

/** As a Markdown table, or as values parted by commas. */
export const asText = (values: boolean) => session.peek()?.referencesText(IN_FILE, values) ?? "";

/** `12 references: 3 hits, 9 misses (75 %)`. */
export function totals({ references, misses }: Pick<ReferencesDto, "references" | "misses">): string {
  const hits = counted(references - misses, "hit");
  const missed = misses === 1 ? "1 miss" : `${grouped(misses)} misses`;
  const share = ((100 * misses) / Math.max(references, 1)).toFixed(1).replace(".0", "");
  return `${counted(references, "reference")}: ${hits}, ${missed} (${share} %)`;
}

const CELL = { width: 30, height: 26, head: 92 };

const [INK, GREY] = ["#1b1e23", "#bdb8ac"];
const LEFT = 'text-anchor="start" font-size="13"';
const BOLD = 'font-weight="700"';
const FILLED = `class="miss" fill="${INK}"`;
const RING = `class="hit" fill="none" stroke="${INK}" stroke-width="1.5"`;

/** As a drawing in ink on white: a filled disc is a miss, a ring a hit; a page that came is white on ink. Without a
 *  style sheet, which not every program reads that takes drawings. */
export function asDrawing(): string {
  const all = session.peek()?.references(IN_FILE);
  if (!all) return "";
  const columns = all.columns.slice(0, all.current + 1);
  const longest = Math.max(...columns.map(({ page, victims }) => Math.max(page.length + 1, victims.join(" ").length)));
  const wide = Math.max(CELL.width, longest * 9 + 8);
  const [width, height] = [CELL.head + columns.length * wide + 8, (all.rows.length + 3) * CELL.height + 40];
  const x = (n: number) => CELL.head + n * wide;
  const y = (row: number) => row * CELL.height + 8;
  const text = (at: number, row: number, what: string, how: string) =>
    `<text x="${at}" y="${y(row) + 18}" ${how}>${what}</text>`;
  const middle = (n: number) => x(n) + wide / 2;
  const parts = ["reference", "● miss ○ hit", "goes out"].map((what, row) => text(4, row, what, LEFT));
  columns.forEach(({ page, writes, hit, victims }, n) => {
    parts.push(text(middle(n), 0, page + (writes ? "w" : ""), BOLD));
    parts.push(`<circle cx="${middle(n)}" cy="${y(1) + 13}" r="5" ${hit ? RING : FILLED}/>`);
    if (victims.length > 0) parts.push(text(middle(n), 2, victims.join(" "), 'text-decoration="line-through"'));
  });
  all.rows.forEach(({ frame, pages }, row) => {
    parts.push(text(4, row + 3, `frame ${frame}`, LEFT));
    pages.slice(1).forEach((page, n) => {
      const came = page !== null && page !== pages[n];
      const box = `x="${x(n)}" y="${y(row + 3)}" width="${wide}" height="${CELL.height}" stroke="${GREY}"`;
      parts.push(`<rect ${box} ${came ? `class="came" fill="${INK}"` : 'fill="#fff"'}/>`);
      if (page !== null) parts.push(text(middle(n), row + 3, page, came ? `${BOLD} fill="#fff"` : ""));
      if (columns[n]?.hit && columns[n].row === row)
        parts.push(`<circle cx="${middle(n)}" cy="${y(row + 3) + 13}" r="11" ${RING}/>`);
    });
  });
  parts.push(text(4, all.rows.length + 3.3, totals(all), LEFT));
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="14" text-anchor="middle" fill="${INK}">
<title>${totals(all)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}
