// The page tables on the way to a page, side by side as textbooks draw them: from the entry used in each an arrow leads
// to the next table. Where one is missing, its place is empty. What the MMU has read is numbered.

import { hovered, selected } from "../model/selection";
import type { AccessDto, Subject, TranslationDto, WalkRowDto, WalkTableDto } from "../wasm/types";

/** Heights in the drawing, as in walk.css: a table's head, the line above its rows, a row. */
const HEAD = 46;
const LINE = 18;
const ROW = 24;
const GAP = 16;

export function WalkTables({ way, access }: { way: TranslationDto; access: AccessDto | null }) {
  const reads = access?.reads ?? [];
  return (
    <div class="walk-tables" role="group" aria-label="The page tables on the way" tabIndex={0}>
      {way.tables.map((table, i) => {
        const read = table.table === null ? 0 : reads.indexOf(table.table) + 1;
        const now = read > 0 && read === reads.length && access?.reading === true;
        return (
          <>
            {i > 0 && <Arrow from={way.tables[i - 1]!} to={table} lit={read > 0} />}
            <Table key={table.level} table={table} read={read} now={now} />
          </>
        );
      })}
      <Target last={way.tables.findLast((table) => table.table !== null)} whole={way.tables.at(-1)?.table != null} />
    </div>
  );
}

function Table({ table, read, now }: { table: WalkTableDto; read: number; now: boolean }) {
  const { level, rows, index, entries } = table;
  if (table.table === null)
    return (
      <div class="walk-table absent" data-level={level}>
        <p class="walk-head">
          <b>{level}</b>
          <span>none</span>
        </p>
      </div>
    );
  const subject: Subject = { kind: "frame", pfn: table.table };
  return (
    <table class={`walk-table${now ? " at-now" : read > 0 ? " at-seen" : ""}`} data-level={level}>
      <caption class="walk-head" {...pointing(subject)}>
        <b>{level}</b> {read > 0 && <Read read={read} now={now} />}
        <button
          class="goto-thing"
          onClick={() => (selected.value = subject)}
          title={`This table lies in frame ${subject.pfn}`}
        >
          frame {table.table}
        </button>
      </caption>
      <thead>
        <tr>
          <th scope="col">{beyond(rows[0]?.index ?? 0, table.usedBefore)}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.index} row={row} used={row.index === index} />
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{beyond(entries - 1 - (rows.at(-1)?.index ?? entries - 1), table.usedAfter)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The rows that are not drawn at one end, and how many of them lead somewhere. */
const beyond = (rows: number, used: number) => (rows === 0 ? "" : used > 0 ? `⋮ ${used} used` : "⋮");

/** The number of a read by the MMU; a full badge is the present one. */
function Read({ read, now }: { read: number; now: boolean }) {
  const text = now ? `the MMU's read ${read}, now` : `the MMU's read ${read}`;
  return (
    <span class={now ? "visit now" : "visit"} role="img" aria-label={text} title={text}>
      {read}
    </span>
  );
}

function Row({ row, used }: { row: WalkRowDto; used: boolean }) {
  const to = target(row);
  return (
    <tr class={used ? "used" : ""} title={`Entry ${row.index}: ${row.raw}`}>
      <th scope="row">{row.index}</th>
      <td class="set">{row.set.join(" ")}</td>
      <td class="to">
        {to ? (
          <button class="goto-thing" aria-label={words(row)} onClick={() => (selected.value = to)} {...pointing(to)}>
            {row.leads === "slot" && "slot "}
            {row.at}
          </button>
        ) : (
          <span class="none">{used ? "empty" : ""}</span>
        )}
      </td>
    </tr>
  );
}

function target({ leads, at }: WalkRowDto): Subject | null {
  if (at === null) return null;
  return leads === "slot" ? { kind: "slot", slot: at } : { kind: "frame", pfn: at };
}

function words({ leads, at, index }: WalkRowDto): string {
  const to =
    leads === "table"
      ? `the next table, in frame ${at}`
      : leads === "slot"
        ? `slot ${at} of the swap disk`
        : leads === "large"
          ? `a large page from frame ${at}`
          : `frame ${at}`;
  return `Entry ${index} leads to ${to}`;
}

const pointing = (subject: Subject) => ({
  onPointerEnter: () => (hovered.value = subject),
  onPointerLeave: () => (hovered.value = null),
});

/** Where in a table's drawing the entry used stands. */
function rowOf(table: WalkTableDto): number {
  const row = table.rows.findIndex(({ index }) => index === table.index);
  return HEAD + LINE + (row + 0.5) * ROW;
}

/** From the entry used to the head of the next table; a stub where there is none. */
function Arrow({ from, to, lit }: { from: WalkTableDto; to: WalkTableDto; lit: boolean }) {
  const height = HEAD + LINE + 5 * ROW + LINE;
  if (from.table === null) return <span class="walk-arrow" />;
  const y = rowOf(from);
  const stub = to.table === null;
  const head = HEAD / 2;
  return (
    <svg class={`walk-arrow${lit ? " lit" : ""}`} width={GAP} height={height} aria-hidden="true">
      {stub ? (
        <path d={`M0,${y} h7 M7,${y - 5} v10`} />
      ) : (
        <path d={`M0,${y} C${GAP},${y} 0,${head} ${GAP - 1},${head} m-5,-4 l5,4 l-5,4`} />
      )}
    </svg>
  );
}

/** What the last entry read leads to. `whole`: the walk has got to the last table. */
function Target({ last, whole }: { last: WalkTableDto | undefined; whole: boolean }) {
  const row = last?.rows.find(({ index }) => index === last.index);
  if (!row) return null;
  const to = target(row);
  const arrow = <span aria-hidden="true">↳</span>;
  if (to?.kind === "frame")
    return (
      <p class="walk-target">
        {arrow}
        <button class="walk-frame" onClick={() => (selected.value = to)} {...pointing(to)}>
          {row.leads === "large" ? `a large page from frame ${to.pfn}` : `frame ${to.pfn}`}
        </button>
        <span class="facts">the offset is the place in it</span>
      </p>
    );
  if (to?.kind === "slot")
    return (
      <p class="walk-target">
        {arrow}
        <button class="walk-frame slot-box" onClick={() => (selected.value = to)} {...pointing(to)}>
          slot {to.slot}
        </button>
        <span class="facts">on the swap disk: an access faults, and the page is read in</span>
      </p>
    );
  return (
    <p class="walk-target">
      {arrow}
      <b class="walk-fault">page fault</b>
      <span class="facts">
        {whole ? "the PTE is empty" : `the ${last!.level} entry is empty: no table further down`}
      </span>
    </p>
  );
}
