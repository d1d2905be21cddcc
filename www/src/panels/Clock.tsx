// What reclaim will do next: the pages ahead of the clock's hand, which of them it spares and which one it takes.

import { hovered, selected } from "../model/selection";
import { state } from "../model/session";
import type { ClockDto, Subject } from "../wasm/types";
import { Sign } from "./Legend";

type Candidate = ClockDto["next"][number];

export function Clock() {
  const clock = state.value?.clock;
  if (!clock) return null;
  const { hand, looking, next, victim } = clock;
  return (
    <div class="clock">
      <h3>Clock</h3>
      <p>
        {looking ? "The hand is at frame " : "The hand is before frame "}
        {hand}
        {next.length === 0 ? "; there is no page that it may take." : ". Next it meets:"}
      </p>
      {next.length > 0 && (
        <ol class="candidates" aria-label="The pages that the clock meets next">
          {next.map((one) => (
            <Met key={one.pfn} one={one} taken={one.pfn === victim} />
          ))}
          {victim !== null && !next.some(({ pfn }) => pfn === victim) && (
            <Met one={{ pfn: victim, accessed: false }} taken={true} far={true} />
          )}
        </ol>
      )}
      {next.length > 0 && next.every((one) => one.accessed) && victim === next[0]!.pfn && (
        <p class="hint">
          All were used since it last passed: it clears their bits, and takes the first in a second round.
        </p>
      )}
    </div>
  );
}

function Met({ one: { pfn, accessed }, taken, far }: { one: Candidate; taken: boolean; far?: boolean }) {
  const subject: Subject = { kind: "frame", pfn };
  const fate = taken
    ? accessed
      ? "used, so its A bit is cleared; the victim of the second round"
      : "not used since the hand last passed: the victim"
    : accessed
      ? "used: its A bit is cleared, and it is spared"
      : "not used: taken later";
  return (
    <li class={far ? "far" : ""}>
      <button
        class={`candidate${taken ? " taken" : ""}`}
        aria-label={`Frame ${pfn}: ${fate}`}
        title={`Frame ${pfn}: ${fate}`}
        onClick={() => (selected.value = subject)}
        onPointerEnter={() => (hovered.value = subject)}
        onPointerLeave={() => (hovered.value = null)}
      >
        {pfn}
        {accessed && <Sign name="accessed" />}
        {taken && <small>victim</small>}
      </button>
    </li>
  );
}
