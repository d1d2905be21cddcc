// The swap disk: every slot if they are few, else the ones in use.
import { grouped } from "../model/numbers";
import { hovered, selected } from "../model/selection";
import { state } from "../model/session";
import type { SlotDto, Subject } from "../wasm/types";

const FEW = 64;
const MOST = 256;

export function Swap() {
  const at = state.value;
  const total = at?.machine.swapSlots ?? 0;
  const used = at?.slots ?? [];
  const bySlot = new Map(used.map((slot) => [slot.slot, slot]));
  const shown =
    total <= FEW ? Array.from({ length: total }, (_, i) => i) : used.slice(0, MOST).map((slot) => slot.slot);
  const fresh = new Set(at?.changed.slots);
  return (
    <section class="panel swap-disk" aria-labelledby="swap-title">
      <div class="panel-head">
        <h2 id="swap-title">Swap disk</h2>
        <span class="count">
          {at && (
            <>
              {grouped(used.length)} of {grouped(total)} slots used
            </>
          )}
        </span>
      </div>
      <div class="slots" role="group" tabIndex={0} aria-label="Swap slots">
        {shown.map((slot) => (
          <Slot key={slot} slot={slot} use={bySlot.get(slot) ?? null} changed={fresh.has(slot)} />
        ))}
        {at && total === 0 && <p class="hint">This machine has no swap disk.</p>}
        {total > FEW && used.length === 0 && <p class="hint">Empty. Pages pushed out of memory appear here.</p>}
        {used.length > MOST && total > FEW && <span class="count">+{used.length - MOST}</span>}
      </div>
    </section>
  );
}

function Slot({ slot, use, changed }: { slot: number; use: SlotDto | null; changed: boolean }) {
  const subject: Subject = { kind: "slot", slot };
  const text = use
    ? `Slot ${slot}: ${use.count === 1 ? "1 page" : `${use.count} pages`} refer to it${use.cached !== null ? `, also in frame ${use.cached}` : ""}`
    : `Slot ${slot}: empty`;
  return (
    <button
      class={`slot${use ? " used" : ""}${use && use.count > 1 ? " many" : ""}${use && use.cached !== null ? " cached" : ""}${changed ? " changed" : ""}`}
      data-slot={slot}
      tabIndex={use ? 0 : -1}
      aria-label={text}
      title={text}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      {use && use.count > 1 ? `×${use.count}` : ""}
    </button>
  );
}
