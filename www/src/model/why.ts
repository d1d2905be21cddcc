// "Why?" and the way back: where the reader stood before following a cause.
import { signal } from "@preact/signals";
import type { Subject } from "../types";
import { stop } from "./player";
import { seekEvent, session, state } from "./session";

/** What the last "why?" found, and the place it was asked from; null once left. */
export const cause = signal<{ text: string; from: { step: number; event: number } | null; at: number } | null>(null);

/** Goes to the event that set the subject's present value. */
export function goToCause(subject: Subject): void {
  const here = state.peek()?.cursor;
  const found = session.peek()?.why(subject) ?? null;
  if (!here) return;
  stop();
  if (!found) {
    cause.value = { text: "Nothing has set it: it is as it was at the start.", from: null, at: here.event };
    return;
  }
  seekEvent(found.event + 1);
  cause.value = { text: found.text, from: here, at: state.peek()!.cursor.event };
}

export function goBack(): void {
  const from = cause.peek()?.from;
  if (from) seekEvent(from.event);
  cause.value = null;
}
