// One list of the allocator: what its runs have in common, how many they are, and the first of them, head first.

import { lengthOf, listLabel } from "../../model/alloc";
import { counted, grouped } from "../../model/numbers";
import { hoveredRun, selected } from "../../model/selection";
import type { AllocListDto } from "../../wasm/types";

const SHOWN = 12;

export function ListRow({ list, changed }: { list: AllocListDto; changed: boolean }) {
  const hidden = list.count - Math.min(list.runs.length, SHOWN);
  const uniform = lengthOf(list.kind) !== null;
  return (
    <div class={`list${list.count === 0 ? " none" : ""}${changed ? " changed" : ""}${uniform ? "" : " mixed"}`}>
      <span class="list-name" title={capital(list.name)}>
        {listLabel(list.kind)}
      </span>
      <span class="list-count" title={`${counted(list.count, "run")}, ${counted(list.frames, "frame")}`}>
        ×{list.count}
      </span>
      <span class="blocks">
        {list.runs.slice(0, SHOWN).map((run) => (
          <Run key={run[0]} run={run} withLength={!uniform} />
        ))}
      </span>
      {hidden > 0 && (
        <span class="count" title={`${grouped(hidden)} more`}>
          …
        </span>
      )}
    </div>
  );
}

/** A free run: over it, its frames on the map; a click selects its first. */
export function Run({ run: [first, length], withLength }: { run: [number, number]; withLength: boolean }) {
  return (
    <button
      class="block"
      tabIndex={-1}
      data-rove=""
      data-run={`${first}+${length}`}
      aria-label={`Free: ${counted(length, "frame")} from frame ${first}`}
      title={length === 1 ? `Frame ${first}` : `Frames ${first} to ${first + length - 1}`}
      onClick={() => (selected.value = { kind: "frame", pfn: first })}
      onPointerEnter={() => (hoveredRun.value = [first, length])}
      onPointerLeave={() => (hoveredRun.value = null)}
      onFocus={() => (hoveredRun.value = [first, length])}
      onBlur={() => (hoveredRun.value = null)}
    >
      {first}
      {withLength && <i>+{length}</i>}
    </button>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
