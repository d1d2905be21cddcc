// The frames that a note points at, as the things that they are: a run that is named by its first and its last frame is
// all of it, and two things side by side are two.
import { computed } from "@preact/signals";
import type { RunDto, Session } from "../wasm/types";
import { hovered, pointed } from "./selection";
import { session, state } from "./session";

/** A run of frames from the first to the last. */
export type Span = [number, number];

/** In the order in which the note names them; none while the reader points at something else. */
export const pointedSpans = computed<Span[]>(() => {
  const machine = session.value;
  if (!state.value || !machine || hovered.value) return [];
  const frames = pointed.value.flatMap((subject) => (subject.kind === "frame" ? subject.pfn : []));
  return frames.length > 0 ? spansOf(machine, frames) : [];
});

function spansOf(machine: Session, frames: number[]): Span[] {
  const spans: Span[] = [];
  let before: RunDto | undefined;
  for (const pfn of frames) {
    const run = machine.run(pfn);
    const last = spans.at(-1);
    const one = last && run?.first === before?.first;
    if (one && (pfn === last[1] + 1 || isWhole(run, last, pfn))) last[1] = pfn;
    else spans.push([pfn, pfn]);
    before = run;
  }
  return spans;
}

/** Whether the span so far is the first frame of a run, and `pfn` its last. */
function isWhole(run: RunDto | undefined, [first, last]: Span, pfn: number): boolean {
  return run?.first === first && first === last && [run.pages, run.given].includes(pfn - first + 1);
}
