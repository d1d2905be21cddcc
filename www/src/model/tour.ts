// The tour of the page: some stops, each about one real thing. It is offered on the first visit, left and taken up
// again at any time, and where one was is kept in this browser.
import { signal } from "@preact/signals";
import { kept } from "./kept";

/** `at`: the thing, as a selector; the first of several that is on show. */
export type Stop = { at: string; title: string; text: string };

export const STOPS: readonly Stop[] = [
  {
    at: ".lesson",
    title: "The lesson",
    text: "It says what has just happened in the machine. Words that are links lead to the thing they name; dotted ones say what they mean.",
  },
  {
    at: ".onwards .next",
    title: "Read on",
    text: "*Next* plays what happens up to the next note, and then shows it. Whatever has played can be taken back with `←`.",
  },
  {
    at: ".map",
    title: "Physical memory",
    text: "Each square is a frame; its colour and pattern say what is in it. Point at one: a line leads to every page that is in it. Brackets mark what has just changed.",
  },
  {
    at: ".processes",
    title: "Processes",
    text: "Their address spaces, area by area, page by page. Select a page or a frame: the inspector shows its values, and *why?* leads to the step that set one.",
  },
  {
    at: ".track",
    title: "Time",
    text: "Every step so far and to come, with its faults, forks and swap-outs. Click anywhere to go there, in both directions; the browser’s Back comes back.",
  },
  {
    at: ".panels-menu",
    title: "More panels",
    text: "The script, a console to type commands into, the allocator and its lists, counters: they are folded until you want them.",
  },
  {
    at: ".picker .button",
    title: "All lessons",
    text: "What each teaches, how long it takes, and how far you are. *Open* beside it has examples, and starts from nothing.",
  },
  {
    at: ".share",
    title: "Hand it on",
    text: "The link carries the lesson or your script, what you did by hand, and this very place.",
  },
];

const numbers = STOPS.map((_, n) => String(n));
/** Where the reader is in it: a stop's number, `no` if they did not want it, `done`; null if it was never offered. */
const state = kept<string>("pageturner-tour", ["no", "done", ...numbers]);
/** The number of the stop on show; null while the tour is not. */
export const stopShown = signal<number | null>(null);

/** Whether it is still to be offered. */
export const isOffered = () => state.value === null && stopShown.value === null;
/** Where it would go on; 0 where it would begin. */
export const whereLeft = () => Math.max(0, numbers.indexOf(state.value ?? ""));

export function decline(): void {
  state.value = "no";
}

/** Begins, or goes on where the reader left. */
export function takeTour(): void {
  goTo(whereLeft());
}

export function goTo(number: number): void {
  const there = number < STOPS.length;
  stopShown.value = there ? number : null;
  state.value = there ? String(number) : "done";
}

/** Leaves it; the stop is remembered. */
export function leaveTour(): void {
  stopShown.value = null;
}
