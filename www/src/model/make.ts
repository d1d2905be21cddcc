// A machine out of a recording, with what followed by hand done again; and its way onto the page. It is first made
// apart: a recording that is refused leaves everything as it is.
import { Tick } from "../wasm/module";
import type { Session } from "../wasm/types";
import { end } from "./engine";
import { type Branch, branch, type Followed, followed, redo, undone } from "./followed";
import { type Line, tell } from "./log";
import { hold, remember } from "./lost";
import { openInSlices } from "./opening";
import { forgetOrigin } from "./origin";
import { stop } from "./player";
import { hovered, hoveredRun, selected } from "./selection";
import { seekEvent, show } from "./session";

/** The place to show of a new machine, and what to repeat on it first. `words`: without a place, its first words,
 *  whatever happens before them. */
export type Start = { step?: number; event?: number; followed?: Followed[]; words?: boolean };

/** A machine that is not on show yet; `said` is what its commands by hand were answered. */
export type Fresh = {
  machine: Session;
  recording: string;
  byHand: Followed[];
  branch: Branch;
  said: Line[];
  wrong?: string | undefined;
};

/** Makes the machine of a recording and repeats on it what followed; if that is refused, the machine is without it.
 *  Null if it was cancelled. */
export async function make(
  recording: string,
  byHand: Followed[],
  wanted: () => boolean,
  progress: (part: number) => void,
): Promise<Fresh | null> {
  const machine = await openInSlices(recording, wanted, progress);
  if (!machine) return null;
  const done = await redo(machine, recording, byHand, wanted);
  if (!done || done.wrong !== undefined) {
    end(machine);
    machine.free();
  }
  if (!done) return null;
  if (done.wrong === undefined) return { machine, recording, byHand, branch: done.branch, said: done.said };
  const without = await openInSlices(recording, wanted, progress);
  const steps = without?.stepCount() ?? 0;
  return (
    without && { machine: without, recording, byHand: [], branch: { steps, own: [] }, said: [], wrong: done.wrong }
  );
}

/** Puts a machine on show. `printed`: what its script printed. */
export function put(
  { machine, recording, byHand, branch: made, said }: Fresh,
  start: Start,
  printed: Line[] = [],
): void {
  hold();
  leave();
  followed.value = byHand;
  branch.value = made;
  tell([...printed, ...said]);
  // Not in a batch with the rest: it frees the old machine, which no code may read any more by then.
  const opening = byHand.length ? Infinity : firstWords(machine, !!start.words);
  show(machine, Math.min(start.step ?? opening, machine.stepCount()));
  remember({ recording, made: null });
  if (start.event !== undefined) seekEvent(start.event);
}

/** Ends what belongs to the machine on show. */
export function leave(): void {
  stop();
  selected.value = hovered.value = hoveredRun.value = null;
  followed.value = [];
  undone.value = [];
  branch.value = { steps: 0, own: [] };
  forgetOrigin();
}

/** A lesson opens on its first words, not on silence, even if it first makes a process to speak of; of another script
 *  nothing is left out. */
function firstWords(machine: Session, wherever: boolean): number {
  const first = machine.ticks().indexOf(Tick.Note);
  return first === 0 || (wherever && first > 0) ? first + 1 : 0;
}
