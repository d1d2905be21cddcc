// What the author of the scenario says at the cursor: the last note, and the question or check that follows it.
import { computed } from "@preact/signals";
import { Tick } from "../wasm/module";
import type { StepDto } from "../wasm/types";
import { session, state, ticks } from "./session";

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

/** The narration at the cursor. */
export const narration = computed<Narration>(() => {
  const machine = session.value;
  const at = state.value;
  const steps = noteSteps.value;
  const silence = { note: null, ask: null, number: 0, of: steps.length };
  if (!machine || !at) return silence;
  const last = countBelow(steps, at.cursor.step);
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
