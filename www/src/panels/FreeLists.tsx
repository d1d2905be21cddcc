// The allocator's free lists as they are: one line for each size of block, head first.
import { hoveredRun, selected } from "../model/selection";
import { state } from "../model/session";
import type { FreeListDto } from "../types";

const SHOWN = 12;

export function FreeLists() {
  const at = state.value;
  const lists = at?.freeLists ?? [];
  const frames = at?.machine.frames ?? 0;
  const free = lists.reduce((sum, list) => sum + list.frames, 0);
  const zones = new Set(lists.map((list) => list.zone)).size;
  return (
    <section class="panel free-lists" aria-labelledby="free-title">
      <div class="panel-head">
        <h2 id="free-title">Free lists</h2>
        <span class="count">
          {at?.machine.allocator}: {free.toLocaleString("en")} frames free
        </span>
      </div>
      <div class="lists" tabIndex={0} role="group" aria-label="Free lists">
        {lists.map((list, i) => 2 ** list.order <= frames && (
          <List key={`${list.zone}${list.order}`} list={list} zones={zones} changed={at?.changed.lists.includes(i) ?? false} />
        ))}
      </div>
    </section>
  );
}

function List({ list, zones, changed }: { list: FreeListDto; zones: number; changed: boolean }) {
  const size = 2 ** list.order;
  const hidden = list.count - Math.min(list.runs.length, SHOWN);
  return (
    <div class={`list${list.count === 0 ? " none" : ""}${changed ? " changed" : ""}`}>
      <span class="list-name" title={`Order ${list.order}: blocks of ${size} frames`}>
        {zones > 1 ? `${list.zone} ` : ""}
        {size}
      </span>
      <span class="list-count" title={`${list.count} blocks of ${size} frames`}>×{list.count}</span>
      <span class="blocks">
        {list.runs.slice(0, SHOWN).map(([first, length]) => (
          <button
            key={first}
            class="block"
            aria-label={`Free block of ${length} frames at frame ${first}`}
            title={`Frames ${first} to ${first + length - 1}`}
            onClick={() => (selected.value = { kind: "frame", pfn: first })}
            onPointerEnter={() => (hoveredRun.value = [first, length])}
            onPointerLeave={() => (hoveredRun.value = null)}
            onFocus={() => (hoveredRun.value = [first, length])}
            onBlur={() => (hoveredRun.value = null)}
          >
            {first}
          </button>
        ))}
        {hidden > 0 && <span class="count">+{hidden}</span>}
      </span>
    </div>
  );
}
