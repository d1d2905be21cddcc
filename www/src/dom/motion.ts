// When the map's frames move: after a step, a micro-step or a jump, either way, unless the reader wants things to stand
// still. Free blocks part and join only where it is one step: after several there would be a crowd of them.

import { blocksShown } from "../model/drawn";
import { calm, pace, playing } from "../model/player";
import { session, state } from "../model/session";
import type { MapPainter, StateDto } from "../wasm/types";

const LONGEST = 420;
/** At most this many events of one step; more are no motion that a reader could follow. */
const MOST_EVENTS = 50_000;

let last: { machine: unknown; at: StateDto["cursor"] } | null = null;
let began = 0;
let lasts = 0;

/** Called whenever the state has changed: starts the motion from the last state to this one. */
export function follow(map: MapPainter): void {
  const machine = session.peek();
  const at = state.peek()?.cursor;
  const before = last;
  last = machine && at ? { machine, at } : null;
  if (!at || (before?.machine === machine && before.at.event === at.event)) return;
  const far = !before || before.machine !== machine || Math.abs(at.event - before.at.event) > MOST_EVENTS;
  map.progress(1);
  lasts = 0;
  if (far || calm.peek()) return;
  const one = Math.abs(at.step - before.at.step) <= 1 || state.peek()!.changed.seams.length > 0;
  map.animate(before.at.event, at.event, one && blocksShown.value);
  began = performance.now();
  lasts = playing.peek() ? Math.min(LONGEST, 0.8 * pace.peek()) : LONGEST;
}

/** Advances the motion; returns true while something moves. */
export function proceed(map: MapPainter): boolean {
  if (lasts === 0) return false;
  const moving = map.progress((performance.now() - began) / lasts);
  if (!moving) lasts = 0;
  return moving;
}
