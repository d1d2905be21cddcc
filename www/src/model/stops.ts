// Where one stands in time. Commands that only speak to the reader are no stops: they are the page of words about the
// command before them, and a place in time is the end of such a page, or of a command that nobody speaks of.
//
//   steps   note  spawn  note  mmap  note  expect  ask  note  read
//   stops        1             3             ^             7  8    9       places are numbers of steps done
//                                            no stop: inside a page
import { computed } from "@preact/signals";
import { Tick } from "../wasm/module";
import { gate, movers, seek, session, state, ticks } from "./session";

/** A command that only speaks, by its tick. */
const speaks = (kind: number | undefined) =>
  kind === Tick.Note || kind === Tick.Ask || kind === Tick.ExpectFailed || kind === Tick.Quiet;
/** Words that are a reason to stop: not an expectation that holds. */
const tells = (kind: number | undefined) => kind === Tick.Note || kind === Tick.Ask || kind === Tick.ExpectFailed;

/** The end of the words that the place stands in: the first step from it on that acts, or the number of steps. */
export function wordsEnd(all: Uint8Array, place: number): number {
  let end = place;
  while (end < all.length && speaks(all[end])) end++;
  return end;
}

/** The step after the last one before the place that acts; 0 if none does. */
export function wordsStart(all: Uint8Array, place: number): number {
  let start = place;
  while (start > 0 && speaks(all[start - 1])) start--;
  return start;
}

/** The pages of words that a place stands in, as the places where they end: each note begins one, and what follows it
 *  belongs to it. Of a command without words its own end. */
export function pagesAt(all: Uint8Array, place: number): number[] {
  const [start, end] = [wordsStart(all, place), wordsEnd(all, place)];
  const ends: number[] = [];
  let told = false;
  for (let step = start; step < end; step++) {
    if (all[step] === Tick.Note && told) ends.push(step);
    told ||= tells(all[step]);
  }
  return [...ends, end];
}

/** The stop of a place: the end of the page that it stands in. */
export function stopOf(all: Uint8Array, place: number): number {
  const ends = pagesAt(all, place);
  return ends.find((end) => end >= place && (end > wordsStart(all, place) || ends.length === 1)) ?? place;
}

/** Where the page that ends at a stop begins. */
export function pageStart(all: Uint8Array, stop: number): number {
  return pagesAt(all, stop).findLast((end) => end < stop) ?? wordsStart(all, stop);
}

/** The stops with words, in order: what one reads from first to last. */
export const wordStops = computed<number[]>(() => {
  const all = ticks.value;
  const stops: number[] = [];
  for (let step = 0; step < all.length; step++) {
    if (!tells(all[step])) continue;
    const stop = stopOf(all, step + 1);
    if (stops.at(-1) !== stop) stops.push(stop);
  }
  return stops;
});

/** The place of the cursor as a stop; inside a command the place where it began. */
export const stop = computed(() => {
  const at = state.value?.cursor;
  if (!at) return 0;
  return inside() ? at.step : stopOf(ticks.value, at.step);
});

/** Whether some events of a command have happened, and not all. */
export function inside(): boolean {
  const at = state.value?.cursor;
  const next = at && session.value?.steps(at.step, 1)[0];
  return next !== undefined && at !== undefined && at.event > next.firstEvent;
}

/** The stop after a command's end, or before its start: of the one that a place is `within`, or of the next one or the
 *  one before. Null at the ends. */
export function neighbour(place: number, within: boolean, by: 1 | -1): number | null {
  const all = ticks.peek();
  if (by < 0) {
    if (within) return place;
    const here = stopOf(all, place);
    const start = wordsStart(all, here);
    // The first words are about no command.
    if (start > 0) return start - 1;
    return stopOf(all, 0) < here ? stopOf(all, 0) : null;
  }
  const command = within ? place : wordsEnd(all, stopOf(all, place));
  if (command < all.length) return stopOf(all, command + 1);
  return place < all.length ? all.length : null;
}

/** The stop that one command forward or back leads to; null at the ends. */
export function stopFrom(by: 1 | -1): number | null {
  const at = state.value?.cursor;
  return at ? neighbour(at.step, inside(), by) : null;
}

function go(by: 1 | -1): boolean {
  const to = stopFrom(by);
  return to !== null && seek(to);
}

export const stepForward = () => !gate.closed() && (movers.step?.(1) ?? go(1));
export const stepBack = () => movers.step?.(-1) ?? go(-1);
export const toStart = () => seek(0);
export const toEnd = () => seek(session.peek()?.stepCount() ?? 0);

/** Goes to the nearest step with a tick of one of these kinds; false if there is none in this direction. */
export function jump(kinds: readonly Tick[], back: boolean): boolean {
  if (kinds.includes(Tick.Note)) return toWords(back ? -1 : 1);
  const found = kinds.map((kind) => session.peek()?.findTick(kind, back)).filter((step) => step !== undefined);
  if (found.length === 0) return false;
  return seek(stopOf(ticks.peek(), back ? Math.max(...found) : Math.min(...found)));
}

/** The stop of the words before or after the cursor; null if there are none. */
export function wordsFrom(by: 1 | -1): number | null {
  const here = stop.value;
  // Inside a command the words about what came before it are those before.
  const before = (place: number) => (inside() ? place <= here : place < here);
  return (by > 0 ? wordStops.value.find((place) => place > here) : wordStops.value.findLast(before)) ?? null;
}

/** Goes to the words before or after the cursor, without what happens on the way. */
export function toWords(by: 1 | -1): boolean {
  const to = wordsFrom(by);
  return to !== null && seek(to);
}
