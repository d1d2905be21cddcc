// A machine that was lost because the module died: what happened, and what it takes to make it again. The module itself
// has been replaced by then.
import { batch, signal } from "@preact/signals";
import { onDeath } from "../wasm/alive";
import type { ErrorDto, Subject } from "../wasm/types";
import { others } from "./compare";
import { type Followed, followed } from "./followed";
import type { Made } from "./origin";
import { stop } from "./player";
import { hovered, hoveredRun, selected } from "./selection";
import { type Place, showNothing, state } from "./session";

/** What the machine on show was made from: its recording before anything followed by hand, and its origin. */
export type Shown = { recording: string; made: Made | null };

export type Lost = Shown & {
  error: ErrorDto;
  followed: Followed[];
  /** Where it stood, and what was selected there. */
  place: Place;
  subject: Subject | null;
  /** How many times it was to be made again. */
  tries: number;
  /** Whether other machines were beside it. */
  compared: boolean;
};

/** The machine that was lost; null while one is on show, or if there was none to lose. */
export const lost = signal<Lost | null>(null);
/** Counts the deaths of the module: what was made by it before is of no use any more. */
export const deaths = signal(0);

let shown: Shown | null = null;
/** The machine on show, while another is about to take its place. */
let leaving: Lost | null = null;
/** How many times the machine on show was to be made again, until it has been painted. */
let tries = 0;

/** To be called before another machine takes the place of the one on show. */
export function hold(): void {
  leaving = onShow();
}

/** To be called when a machine is on show: what it was made from. */
export function remember(machine: Shown, triesBefore = 0): void {
  shown = machine;
  lost.value = leaving = null;
  tries = triesBefore;
  // What dies of its own picture does so in the next one.
  requestAnimationFrame(() =>
    setTimeout(() => {
      if (shown === machine && !lost.peek()) tries = 0;
    }),
  );
}

/** The recording of the machine on show, before anything followed by hand. */
export const recordingShown = (): string => shown?.recording ?? "";

/** Its origin; null while that is not known. */
export const madeShown = (): Made | null => shown?.made ?? null;

/** To be called when the origin of the machine on show is known. */
export function rememberOrigin(made: Made | null): void {
  if (shown) shown.made = made;
}

/** To be called when no machine is on show by intent. */
export function forget(): void {
  shown = lost.value = leaving = null;
}

function onShow(): Lost | null {
  const at = state.peek();
  if (!shown || !at) return null;
  return {
    ...shown,
    error: { message: "" },
    followed: followed.peek(),
    place: at.cursor,
    subject: selected.peek(),
    tries,
    compared: others.peek() !== null,
  };
}

onDeath(({ message, hint }) => {
  stop();
  batch(() => {
    deaths.value++;
    const gone = leaving ?? onShow() ?? lost.peek();
    leaving = null;
    lost.value = gone && { ...gone, error: { message, hint } };
    selected.value = hovered.value = hoveredRun.value = others.value = null;
    showNothing({ message, hint });
  });
});
