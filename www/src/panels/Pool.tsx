// The kernel's own frames of a machine that has them apart: not cells of the map, which is what is studied, but a line
// below it, as many frames of each use as there are and the first of them to go to.

import { legendByName } from "../dom/legend";
import { grouped } from "../model/numbers";
import { state } from "../model/session";
import { Goto } from "../parts/Goto";
import type { PoolUseDto } from "../wasm/types";
import { Swatch } from "./Legend";

export function Pool() {
  const pool = state.value?.pool;
  if (!pool) return null;
  return (
    <div class="pool" role="group" aria-label="The kernel’s own frames">
      <span
        class="pool-head"
        title="Tables and the like lie apart from the memory above, in frames of the kernel’s own"
      >
        Kernel’s own frames, apart
      </span>
      {pool.uses.map((use) => (
        <Use key={use.of} use={use} />
      ))}
    </div>
  );
}

function Use({ use: { of, count, first } }: { use: PoolUseDto }) {
  return (
    <span class="pool-use" data-use={of}>
      <Swatch name={of} /> {legendByName.value.get(of)?.label ?? of} <b>{grouped(count)}</b>
      <span class="pool-frames">
        {first.map((pfn) => (
          <Goto key={pfn} subject={{ kind: "frame", pfn }} text={`${pfn}`} />
        ))}
        {count > first.length && <span class="count">and {grouped(count - first.length)} more</span>}
      </span>
    </span>
  );
}
