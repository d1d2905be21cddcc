// Play: one step after another, at a speed the reader chooses.
import { signal } from "@preact/signals";
import { seek, state, stepForward } from "./session";

export const playing = signal(false);
/** Steps a second. */
export const speed = signal(2);
export const speeds = [0.5, 1, 2, 5, 20];

let timer = 0;

export function togglePlay(): void {
  if (playing.peek()) stop();
  else play();
}

function play(): void {
  const at = state.peek();
  if (!at || at.steps === 0) return;
  // At the end, play starts over.
  if (at.cursor.step === at.steps) seek(0);
  playing.value = true;
  schedule();
}

export function stop(): void {
  playing.value = false;
  clearTimeout(timer);
}

/** A movement by the reader's own hand: play stops for it. */
export const still = (move: () => unknown) => () => {
  stop();
  move();
};

function schedule(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!playing.peek()) return;
    const at = state.peek();
    if (!stepForward() || !at || at.cursor.step + 1 >= at.steps) stop();
    else schedule();
  }, 1000 / speed.peek());
}
