// The walk through what a note is about, in micro-steps. It goes back in time, and says so; the note stays until it is
// left.

import type { Group } from "../model/groups";
import { isFolded, microGroups } from "../model/micro";
import { announces, type Held, microBack, microForward, walked, walkedOn } from "../model/narration";
import { grouped } from "../model/numbers";
import { readOn, still } from "../model/player";
import { seekEvent, state } from "../model/session";

/** `last`: there is nothing to read after the note. */
export function Walking({ of, last }: { of: Held; last: boolean }) {
  const { firstEvent, endEvent, text } = of.acted;
  const done = state.value!.cursor.event - firstEvent;
  const count = endEvent - firstEvent;
  const over = done === count;
  const part = partAfter(done);
  const [ahead, behind] = [foldedAfter(of, done), foldedBefore(of, done)];
  const back = () => (behind ? seekEvent(firstEvent + behind.from) : microBack());
  return (
    <div class="walking" role="group" aria-label="Walk through it">
      <p class="walk-told">
        <b>{announces(of) ? "Step by step:" : "Back in time:"}</b> <code title={text}>{text}</code>
        {announces(of) ? "" : over ? " has happened again" : done === 0 ? " again, from its start" : " again"}
      </p>
      <button class="button" onClick={still(back)} disabled={done === 0} aria-label="One micro-step back">
        ‹
      </button>
      {over ? (
        <>
          <button class="button" onClick={still(walked)}>
            Back to the note
          </button>
          {!last && (
            <button class="button next" onClick={still(onwards)} title="Play what happens next, then read on (N)">
              Next ›
            </button>
          )}
        </>
      ) : (
        <>
          {ahead ? (
            <button
              class="button"
              onClick={still(() => seekEvent(firstEvent + endOf(ahead)))}
              title={`Its ${ahead.events.length} micro-steps in one; Shift+→ goes through them`}
            >
              Next: {ahead.name} ›
            </button>
          ) : (
            <button class="button" onClick={still(microForward)} title="One micro-step (Shift+→)">
              Next micro-step ›
            </button>
          )}
          {!ahead && part && part.to < count && (
            <button class="button" onClick={still(() => seekEvent(firstEvent + part.to))} title={part.name}>
              » {part.name}
            </button>
          )}
        </>
      )}
      <p class="walk-foot">
        <span class="count">
          micro-step {grouped(done)} of {grouped(count)}
        </span>
        {!over && (
          <button class="button quiet small" onClick={still(walked)}>
            Leave the walk
          </button>
        )}
      </p>
    </div>
  );
}

/** Reads on from the end of the walk. */
function onwards(): void {
  walkedOn();
  readOn();
}

const endOf = ({ from, events }: Group) => from + events.length;

/** The group that begins here and is gone through in one; the one that ends here. */
const foldedAfter = ({ acted }: Held, done: number) =>
  microGroups.value.find((group) => group.from === done && isFolded(acted, group));
const foldedBefore = ({ acted }: Held, done: number) =>
  microGroups.value.find((group) => endOf(group) === done && isFolded(acted, group));

/** Where the part ends that comes next, if it is more than one micro-step. */
function partAfter(done: number): { name: string; to: number } | null {
  const group = microGroups.value.find((group) => endOf(group) > done);
  const to = group ? endOf(group) : 0;
  return group && to > done + 1 ? { name: group.name, to } : null;
}
