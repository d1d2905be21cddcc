// The chart that stands in place of the map: in the reading view one of other machines, since the map, which stands
// still meanwhile, has nothing to say about it. It is there while its note is read, until the reader asks for the map.
import { computed, signal } from "@preact/signals";
import type { Session, StepDto } from "../wasm/types";
import { others } from "./compare";
import { isEnded } from "./ending";
import { isPast, narration, walk } from "./narration";
import { view } from "./panels";
import { playing } from "./player";
import { session } from "./session";

/** The note whose chart the reader has put back into the words, on which machine. */
const back = signal<{ machine: Session | null; note: number } | null>(null);

/** The note at the cursor, if its chart is of other machines and may stand in place of the map. */
const of = computed<StepDto | null>(() => {
  const note = narration.value.page?.note ?? null;
  const away = view.value !== "reading" || others.value || walk.value || isPast.value || playing.value || isEnded();
  return note?.chart?.elsewhere && !away ? note : null;
});

/** The note whose chart stands in place of the map. */
export const staged = computed<StepDto | null>(() => {
  const note = of.value;
  return note && back.value?.machine === session.value && back.value?.note === note.index ? null : note;
});

/** Whether the reader has put the chart back into the words, and may have it in place of the map again. */
export const canStage = computed<boolean>(() => of.value !== null && !staged.value);

/** Has the map back: the chart is among the words then. */
export const unstage = () => (back.value = of.peek() && { machine: session.peek(), note: of.peek()!.index });
export const stage = () => (back.value = null);
