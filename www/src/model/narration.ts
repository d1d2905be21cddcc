// What the author of the scenario says at the cursor: a page of words, which is a note with the questions and checks
// that follow it. While the command that a note is about is gone through in micro-steps, the note stays.
import { batch, computed, effect, signal } from "@preact/signals";
import type { Session, StepDto } from "../wasm/types";
import {
  microBack as backAnEvent,
  microForward as forwardAnEvent,
  gate,
  movers,
  now,
  seek,
  session,
  state,
  ticks,
} from "./session";
import { inside, pageStart, stop, wordStops, wordsEnd, wordsStart } from "./stops";

/** A page of words; `stop`: the place where it ends. */
export type Page = { stop: number; note: StepDto | null; asks: StepDto[]; checks: StepDto[] };

export type Narration = {
  page: Page | null;
  /** This page's number and how many there are, counted from 1. */
  number: number;
  of: number;
};

/** A note whose command is gone through in micro-steps, on which machine. */
export type Held = { machine: Session; stop: number; acted: StepDto };
const held = signal<Held | null>(null);

/** The note that is held, while the cursor is in its command, or at an end of it. */
export const walk = computed<Held | null>(() => {
  const [of, cursor] = [held.value, state.value?.cursor];
  if (!of || !cursor || of.machine !== session.value) return null;
  const { acted } = of;
  const from = cursor.step >= acted.index && cursor.event >= acted.firstEvent;
  const to = cursor.event <= acted.endEvent && cursor.step <= Math.max(of.stop, acted.index + 1);
  return from && to ? of : null;
});

// A note that was left is not held any more when one comes back to its command.
effect(() => {
  if (held.value && !walk.value) held.value = null;
});

/** The narration at the cursor. */
export const narration = computed<Narration>(() => {
  const machine = session.value;
  const stops = wordStops.value;
  const place = walk.value?.stop ?? (state.value ? stop.value : -1);
  const number = countUpTo(stops, place);
  const last = stops[number - 1];
  if (!machine || last === undefined) return { page: null, number: 0, of: stops.length };
  return { page: pageOf(machine, last), number, of: stops.length };
});

/** Whether what is on show comes after the page at the cursor, which is not about it: while the commands that follow
 *  it are played, or gone through one by one. */
export const isPast = computed<boolean>(() => {
  const { page } = narration.value;
  if (!page || walk.value || (stop.value === page.stop && !inside())) return false;
  return !page.note?.before || now.value?.acted.index !== wordsEnd(ticks.value, page.stop);
});

function pageOf(machine: Session, last: number): Page {
  const from = pageStart(ticks.peek(), last);
  const steps = machine.steps(from, last - from);
  return {
    stop: last,
    note: steps.find(({ kind }) => kind === "note") ?? null,
    asks: steps.filter(({ kind }) => kind === "ask"),
    checks: steps.filter(({ kind }) => kind === "expect"),
  };
}

/** The command that the page at the cursor is about, if it did anything: the one before its words, or the one after
 *  them. */
export const spokenOf = computed<StepDto | null>(() => {
  const machine = session.value;
  const { page } = narration.value;
  if (!machine || !page) return null;
  const all = ticks.value;
  let index = page.stop - 1;
  if (page.note?.before) index = wordsEnd(all, page.stop);
  else while (index >= 0 && machine.steps(index, 1)[0]?.speaks) index--;
  const step = index >= 0 ? machine.steps(index, 1)[0] : undefined;
  return step && step.endEvent > step.firstEvent ? step : null;
});

/** Whether a page that is held announces its command, and is not about what has happened already. */
export const announces = ({ stop, acted }: Held): boolean => acted.index >= stop;

/** Whether the page at the cursor is the first about its command, so that walking through it leads up to the page. */
export const isFirstOfIt = computed<boolean>(() => {
  const { page } = narration.value;
  if (!page) return false;
  return page.note?.before || pageStart(ticks.value, page.stop) === wordsStart(ticks.value, page.stop);
});

/** Whether more than one command lies between the page before and the command that the page at the cursor is about. */
export const isLastOfMany = computed<boolean>(() => {
  const { page, number } = narration.value;
  const acted = spokenOf.value;
  if (!page || !acted || page.note?.before) return false;
  return acted.index > (wordStops.value[number - 2] ?? 0);
});

/** Goes to the beginning of what the page at the cursor is about. */
export function walkThrough(): void {
  const acted = spokenOf.peek();
  if (acted) hold(acted, () => seek(acted.index));
}

/** Goes back to the words, to read on from there. */
export function walked(): void {
  const of = walk.peek();
  held.value = null;
  if (of) seek(of.stop);
}

/** At the end of a walk: to where one reads on, which is the end of a command that was announced. */
export function walkedOn(): void {
  const of = walk.peek();
  if (of && announces(of)) held.value = null;
  else walked();
}

/** Goes somewhere in a command, and holds the page at the cursor there. */
function hold(acted: StepDto, go: () => unknown): void {
  const machine = session.peek();
  const { page } = narration.peek();
  if (!machine || !page) return;
  batch(() => {
    held.value = { machine, stop: page.stop, acted };
    go();
  });
}

/** One micro-step forward: from words into the command after them. */
export function microForward(): boolean {
  const command = wordsEnd(ticks.peek(), stop.peek());
  if (inside() || movers.micro) return forwardAnEvent();
  if (gate.closed()) return false;
  const { page } = narration.peek();
  const acted = spokenOf.peek();
  const announced = page?.note?.before && acted?.index === command ? acted : null;
  let moved = false;
  const go = () => {
    // The words on the way are no micro-steps.
    if (state.peek()?.cursor.step !== command) seek(command);
    moved = forwardAnEvent();
  };
  if (announced && !walk.peek()) hold(announced, go);
  else batch(go);
  return moved;
}

/** One micro-step back: from words into the command that they are about, which they stay beside. */
export function microBack(): boolean {
  if (inside() || movers.micro) return backAnEvent();
  const command = wordsStart(ticks.peek(), stop.peek()) - 1;
  if (command < 0) return false;
  const acted = spokenOf.peek();
  let moved = false;
  const go = () => {
    if (state.peek()?.cursor.step !== command + 1) seek(command + 1);
    moved = backAnEvent();
  };
  if (acted?.index === command && !walk.peek() && narration.peek().page!.stop >= stop.peek()) hold(acted, go);
  else batch(go);
  return moved;
}

/** How many of the ascending places are no later than `place`. */
function countUpTo(places: number[], place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
