// The end of a lesson: what is shown in place of its last words when one reads on.
import { computed, signal } from "@preact/signals";
import type { StateDto } from "../wasm/types";
import { followed } from "./followed";
import { type Lesson, lessons } from "./lessons";
import { narration } from "./narration";
import { state } from "./session";
import { edited, source, unrun } from "./source";

/** The moment at which the reader asked what has been seen, by the machine's state then. */
const asked = signal<StateDto | null>(null);

/** Whether the end is on show in place of the last note. */
export const isEnded = () => asked.value !== null && asked.value === state.value;
export const showEnd = () => (asked.value = state.peek());
export const hideEnd = () => (asked.value = null);

/** The lesson whose last words are at the cursor. With commands of one's own, or a changed text, the end is not its. */
export const endingLesson = computed<Lesson | null>(() => {
  const { number, of } = narration.value;
  const lesson = lessons.find(({ id }) => id === source.value.id);
  if (!lesson || edited.value || unrun.value || followed.value.length > 0 || of === 0 || number < of) return null;
  return lesson;
});
