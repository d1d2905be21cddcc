// Where the machines part: buttons that go there, and marks on the timeline.

import { compared, LETTERS } from "../model/compare";
import { place as now } from "../model/lockstep";
import { grouped } from "../model/numbers";
import { stop } from "../model/player";
import { seek, state } from "../model/session";

type Kind = "commands" | "place" | "outcome" | "victim";

const kinds = [
  { kind: "commands", text: "commands", what: "The first command that the script does not give to both" },
  { kind: "place", text: "place", what: "From here on a frame is used otherwise" },
  { kind: "victim", text: "victim", what: "The first command for which another page goes" },
  { kind: "outcome", text: "outcome", what: "The first command that is answered otherwise" },
] as const;

/** The first difference of a kind, with the machine that differs; null if there is none. */
function first(kind: Kind): { step: number; machine: number } | null {
  const machines = compared.value?.found.machines ?? [];
  const all = machines.flatMap((machine, n) => (machine[kind] === null ? [] : [{ step: machine[kind], machine: n }]));
  return all.reduce<{ step: number; machine: number } | null>(
    (best, one) => (best && best.step <= one.step ? best : one),
    null,
  );
}

export function Partings() {
  if (!compared.value) return null;
  const { again, machines } = compared.value.found;
  const found = kinds
    .filter(({ kind }) => again || kind !== "commands")
    .map((each) => ({ ...each, at: first(each.kind) }));
  if (found.every(({ at }) => at === null)) return <p class="count no-difference">no difference in place or outcome</p>;
  return (
    <div class="partings" role="group" aria-label="To the first difference">
      <span class="count">first difference in</span>
      {found.map(({ kind, text, what, at }) =>
        at ? (
          <button
            key={kind}
            class="button small"
            aria-current={now.value.step === at.step && now.value.micro === 0 ? "step" : undefined}
            title={`${what}: machine ${LETTERS[at.machine]}${(kind === "commands" && `, ${machines[at.machine]?.commandsText}`) || ""}`}
            onClick={() => {
              stop();
              seek(at.step);
            }}
          >
            <span class={`parting-sign ${kind}`} aria-hidden="true" /> {text}: step {grouped(at.step)}
          </button>
        ) : (
          <span key={kind} class="count">
            {text}: none
          </span>
        ),
      )}
    </div>
  );
}

/** The partings on the timeline's track. */
export function PartingMarks() {
  const steps = state.value?.steps ?? 0;
  if (!compared.value || steps === 0) return null;
  return (
    <>
      {kinds.map(({ kind, what }) => {
        const at = first(kind);
        return (
          at && (
            <span
              key={kind}
              class={`parting-mark ${kind}`}
              style={{ left: `${(at.step / steps) * 100}%` }}
              title={`${what}: step ${at.step}`}
            />
          )
        );
      })}
    </>
  );
}
