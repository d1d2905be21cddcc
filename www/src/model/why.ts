// "Why?" and the way back: each answer stands until one moves on in time, and leads back to the question before it.
import { computed, effect, signal } from "@preact/signals";
import type { Subject } from "../wasm/types";
import { stop } from "./player";
import { selected } from "./selection";
import { history, type Place, seekTo, session, state } from "./session";

/** An answer: what was asked about, the event that set it, and where that was asked. */
export type Cause = {
  /** The value's name and what it is; the value is empty where it is shown as a drawing or as bytes. */
  name: string;
  value: string;
  before: string | null;
  /** The event in words; null if none has set the value. */
  text: string | null;
  /** The place shown; the place left for it, and what was selected there. */
  at: Place;
  from: { place: Place; subject: Subject | null };
};

/** The answers that led here, the last one last. */
const causes = signal<Cause[]>([]);

/** The answer to the last question, while its place is on show. */
export const cause = computed<Cause | null>(() => {
  const last = causes.value.at(-1);
  const cursor = state.value?.cursor;
  return last && cursor && same(last.at, cursor) ? last : null;
});

// Places of another history are not valid.
effect(() => {
  history.value;
  causes.value = [];
});

/** Goes to the event that set a subject's value of this name; see `Session.why`. `value`: what it is now, if in
 *  words. */
export function goToCause(subject: Subject, name: string, value = ""): void {
  const machine = session.peek();
  const here = state.peek()?.cursor;
  if (!machine || !here) return;
  stop();
  const before = cause.peek() ? causes.peek() : [];
  const found = machine.why(subject, name);
  if (found) seekTo(after(found.step, found.event));
  causes.value = [
    ...before,
    {
      name,
      value,
      before: found?.before ?? null,
      text: found?.text ?? null,
      at: state.peek()!.cursor,
      from: { place: here, subject: selected.peek() },
    },
  ];
}

/** Goes back to where the last question was asked. */
export function goBack(): void {
  const last = cause.peek();
  if (!last) return;
  seekTo(last.from.place);
  if (last.from.subject) selected.value = last.from.subject;
  causes.value = causes.peek().slice(0, -1);
}

/** The place after an event of a step: within the step, or at its end. */
function after(step: number, event: number): Place {
  const end = session.peek()?.steps(step, 1)[0]?.endEvent;
  return event + 1 === end ? { step: step + 1, event: event + 1 } : { step, event: event + 1 };
}

export function same(a: Place, b: Place): boolean {
  return a.step === b.step && a.event === b.event;
}
