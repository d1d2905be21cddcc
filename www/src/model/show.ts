// What a script shows with a note: carried out once when the reader comes to the note, and over when the reader moves
// on; what the reader selects or zooms to meanwhile stays.
import { batch, computed, effect, signal } from "@preact/signals";
import type { Session, ShowDto, Subject } from "../wasm/types";
import { walk } from "./narration";
import { fold, open } from "./panels";
import { pointed, selected } from "./selection";
import { session, state, ticks } from "./session";
import { inside, pageStart, stop, wordStops } from "./stops";
import { subjectOf } from "./terms";

/** The counter that is plotted. */
export const counter = signal("cycles");
/** The frames that the map is zoomed to for a note, the first and how many; null: all. */
export const zoomed = signal<[number, number] | null>(null);

/** The words that the reader stands at: where they begin in the history of the machine, and what is shown with them. */
type Stage = { machine: Session; from: number; shows: ShowDto[] };

/** Null where nothing is said: at a command, or inside one. */
const stage = computed<Stage | null>(() => {
  const machine = session.value;
  if (!machine || walk.value || inside()) return null;
  const from = pageStart(ticks.value, stop.value);
  if (from >= stop.value) return null;
  return { machine, from, shows: machine.steps(from, stop.value - from).flatMap((step) => step.show ?? []) };
});

/** Where the reader was: staying is no arrival. */
let stands: Stage | null = null;

effect(() => {
  const next = stage.value;
  const before = stands;
  stands = next;
  if (!next && pointed.peek().length > 0) pointed.value = [];
  if (!next) return;
  if (next.machine !== before?.machine) batch(() => catchUp(next));
  if (next.machine !== before?.machine || next.from !== before.from || next.shows.length > before.shows.length)
    batch(() => carryOut(next.shows));
});

/** Who comes into the midst of a lesson has the panels that its earlier pages have opened and folded. */
function catchUp({ machine, from }: Stage): void {
  for (const end of wordStops.peek().filter((end) => end <= from)) {
    const start = pageStart(ticks.peek(), end);
    carryOutPanels(machine.steps(start, end - start).flatMap((step) => step.show ?? []));
  }
}

function carryOutPanels(shows: ShowDto[]): void {
  for (const show of shows) {
    show.open.forEach(open);
    show.fold.forEach(fold);
  }
}

/** Several are one, of which the last says what counts. */
function carryOut(shows: ShowDto[]): void {
  const now = state.peek();
  if (!now) return;
  const things = (names: string[]): Subject[] =>
    names.map((name) => subjectOf(name, now)).filter((subject) => subject !== null);
  const [chosen] = things(shows.flatMap(({ select }) => select ?? []).slice(-1));
  const points = things(shows.flatMap(({ point }) => point));
  pointed.value = chosen ? [chosen, ...points] : points;
  // What was selected before would be lit up beside what is pointed at now.
  // And the inspector stays open while something is selected.
  const folds = shows.some(({ fold }) => fold.includes("inspector"));
  if (chosen || folds || pointed.peek().length > 0) selected.value = chosen ?? null;
  const zoom = shows.at(-1)?.zoom ?? null;
  // A map that the reader has zoomed is left alone where nothing is said of it.
  if (zoom || zoomed.peek()) zoomed.value = zoom;
  carryOutPanels(shows);
  for (const show of shows) counter.value = show.counter ?? counter.peek();
}
