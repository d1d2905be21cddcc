// Over the map: how many frames a drag asks for (dashed, while it lasts; the words are at the pointer), and which run
// the allocator gave (solid, until the next step). They differ in place and often in length, so they must not look
// alike.
import { cellOnMap, painted } from "../../dom/mapview";
import { dragged, given } from "../../model/tools";

export function RunMarks() {
  painted.value;
  const asked = dragged.value;
  const run = given.value;
  if (!asked && !run) return null;
  return (
    <>
      {asked && <Mark kind="asked" first={asked[0]} frames={asked[1]} />}
      {run && (
        <Mark
          kind="given"
          first={run.first}
          frames={run.frames}
          label={run.asked === run.frames ? `given ${run.frames}` : `given ${run.frames} for ${run.asked}`}
        />
      )}
    </>
  );
}

/** At most this many frames are outlined; a longer run is given in words only. */
const MOST = 8192;

function Mark({
  kind,
  first,
  frames,
  label,
}: {
  kind: "asked" | "given";
  first: number;
  frames: number;
  label?: string;
}) {
  const rows = frames <= MOST ? rowsOf(first, frames) : [];
  return (
    <>
      {rows.map((row, n) => (
        <div
          key={row.top}
          class={`run-mark ${kind}`}
          style={{ left: `${row.left}px`, top: `${row.top}px`, width: `${row.width}px`, height: `${row.height}px` }}
        >
          {n === 0 && label && <span>{label}</span>}
        </div>
      ))}
    </>
  );
}

/** The rows of the map that a run covers, counted from the map's corner. */
function rowsOf(first: number, frames: number): DOMRect[] {
  const rows: DOMRect[] = [];
  for (let pfn = first; pfn < first + frames; pfn++) {
    const cell = cellOnMap(pfn);
    const row = rows.at(-1);
    if (!cell) continue;
    if (row && Math.abs(row.top - cell.top) < 0.5 && cell.left >= row.left) row.width = cell.right - row.left;
    else rows.push(cell);
  }
  return rows;
}
