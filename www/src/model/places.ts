// Jumps: what leads far away by one act of the reader. The browser's Back leads to where each began, and Forward to
// where it led; a step, an arrow key and play are no jumps.
import { seek, state } from "./session";

/** A move on the track by more steps than this is a jump. */
const FAR = 10;

/** Called before a jump: the last moment to write down the place it leaves. */
let leaving = () => {};
export function beforeLeaping(write: () => void): void {
  leaving = write;
}

/** Jumps. */
export function leap(move: () => void): void {
  leaving();
  move();
}

/** Goes to a step: a jump, if it is far. */
export function leapTo(step: number): void {
  const at = state.peek()?.cursor.step ?? step;
  if (Math.abs(step - at) > FAR) leap(() => seek(step));
  else seek(step);
}
