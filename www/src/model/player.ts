// Play: what happens up to the next words, in motion and at a pace that one can follow. Few commands are played a group
// of micro-steps at a time; many as a fast run through some of their places.
import { batch, signal } from "@preact/signals";
import type { Session } from "../wasm/types";
import { showEnd } from "./ending";
import { grouped } from "./groups";
import { gate, type Place, seek, seekTo, session, state, ticks } from "./session";
import { inside, stop as stopAt, stopOf, wordsEnd, wordsFrom, wordsStart } from "./stops";

export const playing = signal(false);
/** How many times as fast as usual. */
export const speed = signal(1);
export const speeds = [0.25, 0.5, 1, 2, 5];
/** Play goes on past notes and questions. */
export const pastWords = signal(false);
/** How far a run is: places shown and all, commands and events it leads through; null while nothing plays. */
export const run = signal<{ shown: number; places: number; commands: number; events: number } | null>(null);
/** How long a place of the run is on show, in milliseconds. */
export const pace = signal(0);

/** At most this many places are shown between two notes. */
const MOST_PLACES = 120;
/** A run lasts about this long at most, in milliseconds, and a place this long. */
const LONGEST_RUN = 8_000;
const LONGEST_PLACE = 450;
const SHORTEST_PLACE = 50;
/** The events of a command of more than this are not grouped. */
const MANY_EVENTS = 4_000;
/** A command of more than this is shown at its end only: each place inside takes it a new start. */
const TOO_MANY_EVENTS = 50_000;

/** The reader wants things to stand still: then words come at once, and play shows whole commands. */
export const calm = signal(false);

let timer = 0;

export function togglePlay(): void {
  if (playing.peek()) stop();
  else play();
}

export function stop(): void {
  playing.value = false;
  run.value = null;
  clearTimeout(timer);
}

/** A movement by the reader's own hand: play stops for it. */
export const still = (move: () => unknown) => () => {
  stop();
  move();
};

/** Reads on: shows the next page about the same command, or plays what happens up to the next words. While that plays
 *  it goes to its end at once. */
export function readOn(): void {
  const was = playing.peek();
  stop();
  const to = wordsFrom(1);
  if (to === null) {
    showEnd();
    return;
  }
  const samePage = !inside() && wordsEnd(ticks.peek(), stopAt.peek()) >= to;
  if (was || samePage || calm.peek()) seek(gate.until(to));
  else playTo(to);
}

function play(): void {
  const machine = session.peek();
  if (!machine || machine.stepCount() === 0) return;
  const end = machine.stepCount();
  // At the end, play starts over.
  if (stopAt.peek() === end && !inside()) seek(0);
  playTo((pastWords.peek() ? null : wordsFrom(1)) ?? end);
}

function playTo(wanted: number): void {
  const machine = session.peek();
  if (!machine || gate.closed()) return;
  const to = gate.until(wanted);
  const places = placesUpTo(machine, to);
  const span = { commands: countCommands(state.peek()!.cursor.step, to), events: eventsUpTo(machine, to) };
  const each = Math.max(SHORTEST_PLACE, Math.min(LONGEST_PLACE, LONGEST_RUN / places.length)) / speed.peek();
  const began = performance.now();
  playing.value = true;
  pace.value = each;
  run.value = { shown: 0, places: places.length, ...span };
  let shown = 0;
  const next = () => {
    if (!playing.peek() || session.peek() !== machine) return;
    // Places that are already past are left out, so that a run lasts as long on a slow machine.
    shown = Math.max(shown + 1, Math.min(places.length, Math.floor((performance.now() - began) / each)));
    const place = places[shown - 1];
    if (!place || shown >= places.length) {
      stop();
      arrive(to);
      return;
    }
    run.value = { shown, places: places.length, ...span };
    if (!seekTo(place)) return stop();
    timer = setTimeout(next, Math.max(0, began + (shown + 1) * each - performance.now()));
  };
  timer = setTimeout(next, Math.min(each, 150));
}

/** Ends a run: what the last command has changed is marked, not what has changed since the place shown before. */
function arrive(to: number): void {
  const last = wordsStart(ticks.peek(), to) - 1;
  batch(() => {
    if (state.peek()!.cursor.step < last) seek(last);
    seek(to);
  });
}

/** The places to show between the cursor and a stop: the ends of groups of micro-steps, or, of many commands, some of
 *  their ends. The last is the stop itself. */
function placesUpTo(machine: Session, to: number): Place[] {
  const { step, event } = state.peek()!.cursor;
  const all = ticks.peek();
  const places: Place[] = [];
  const commands = countCommands(step, to);
  for (let at = wordsEnd(all, step); at < to; at = wordsEnd(all, at + 1)) {
    const [command] = machine.steps(at, 1);
    if (!command) break;
    const small = commands <= MOST_PLACES / 4 && !calm.peek();
    const inner = small ? insideOf(machine, at).filter((number) => number > event) : [];
    for (const number of inner) places.push({ step: at, event: number });
    places.push({ step: Math.min(to, stopOf(all, at + 1)), event: command.endEvent });
    // Of very many commands only some are looked at.
    if (commands > 4 * MOST_PLACES) at = Math.max(at, Math.min(to - 2, at + Math.floor(commands / MOST_PLACES)));
  }
  return thinned(places);
}

/** The event numbers where the groups of a command end, without its own end. */
function insideOf(machine: Session, index: number): number[] {
  const { firstEvent, endEvent } = machine.steps(index, 1)[0]!;
  const count = endEvent - firstEvent;
  if (count > TOO_MANY_EVENTS) return [];
  if (count > MANY_EVENTS) return Array.from({ length: 59 }, (_, n) => firstEvent + Math.round(((n + 1) * count) / 60));
  const groups = grouped(machine.events(index, 0, count), 0);
  return groups.slice(1).map(({ from }) => firstEvent + from);
}

/** At most MOST_PLACES of the places, evenly chosen, the last among them. */
function thinned(places: Place[]): Place[] {
  const many = places.length / MOST_PLACES;
  if (many <= 1) return places;
  return Array.from({ length: MOST_PLACES }, (_, n) => places[Math.ceil((n + 1) * many) - 1]!);
}

function countCommands(from: number, to: number): number {
  const all = ticks.peek();
  let count = 0;
  for (let at = wordsEnd(all, from); at < to; at = wordsEnd(all, at + 1)) count++;
  return count;
}

function eventsUpTo(machine: Session, to: number): number {
  const last = to > 0 ? machine.steps(to - 1, 1)[0] : undefined;
  return Math.max(0, (last?.endEvent ?? 0) - state.peek()!.cursor.event);
}
