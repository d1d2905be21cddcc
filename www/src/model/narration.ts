// What the author of the scenario says at the cursor: the last note, and the question or check that follows it. While a
// note's command is walked through in micro-steps, its note stays.
import { computed, signal } from "@preact/signals";
import { Tick } from "../wasm/module";
import type { Session, StepDto } from "../wasm/types";
import { seek, session, state, ticks } from "./session";

export type Narration = {
  note: StepDto | null;
  ask: StepDto | null;
  /** This note's number and how many there are, counted from 1. */
  number: number;
  of: number;
};

const noteSteps = computed(() => {
  const found: number[] = [];
  for (const [index, kind] of ticks.value.entries()) if (kind === Tick.Note) found.push(index);
  return found;
});

/** A note whose command is being walked through, of which machine. */
type Walk = { machine: Session; note: StepDto; acted: StepDto };
const begun = signal<Walk | null>(null);

/** The walk, while the cursor is in it. */
export const walk = computed<Walk | null>(() => {
  const [of, cursor] = [begun.value, state.value?.cursor];
  if (!of || !cursor || of.machine !== session.value) return null;
  const { note, acted } = of;
  const inside = cursor.step >= acted.index && cursor.step <= note.index && cursor.event <= acted.endEvent;
  return inside ? of : null;
});

/** The command that the note at the cursor is about, if it did anything: the last before it that could. */
export const spokenOf = computed<StepDto | null>(() => {
  const machine = session.value;
  let index = narration.value.note?.index ?? 0;
  while (machine && index > 0) {
    const step = machine.steps(--index, 1)[0];
    if (step && !step.speaks) return step.endEvent > step.firstEvent ? step : null;
  }
  return null;
});

/** Goes to the beginning of what the note at the cursor is about. */
export function walkThrough(): void {
  const machine = session.peek();
  const { note } = narration.peek();
  const acted = spokenOf.peek();
  if (!machine || !note || !acted) return;
  begun.value = { machine, note, acted };
  seek(acted.index);
}

/** Goes back to the note, to read on from there. */
export function walked(): void {
  const of = walk.peek();
  begun.value = null;
  if (of) seek(of.note.index + 1);
}

/** The narration at the cursor. */
export const narration = computed<Narration>(() => {
  const machine = session.value;
  const at = state.value;
  const steps = noteSteps.value;
  const silence = { note: null, ask: null, number: 0, of: steps.length };
  if (!machine || !at) return silence;
  const last = countBelow(steps, walk.value ? walk.value.note.index + 1 : at.cursor.step);
  let ask: StepDto | null = null;
  for (let i = last - 1; i >= 0; i--) {
    const step = machine.steps(steps[i]!, 1)[0];
    if (step?.kind === "note") return { note: step, ask, number: last, of: steps.length };
    if (step?.kind === "ask" && !ask) ask = step;
  }
  return { ...silence, ask, number: last };
});

/** How many of the ascending `steps` come before `step`. */
function countBelow(steps: number[], step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
