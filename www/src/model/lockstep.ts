// One place in time for all machines: a command, and how many micro-steps of it have happened. The page's own session
// carries it; where another machine has more micro-steps than it, it waits at the command's end for them.
import { batch, computed, effect, signal } from "@preact/signals";
import type { SpanDto } from "../wasm/types";
import { type Compared, compared } from "./compare";
import { midway, movers, now, seek, seekEvent, session, state } from "./session";

export type Place = { step: number; micro: number };

/** Set while the page's machine has finished a command that others have not. */
const waiting = signal<Place | null>(null);

export const place = computed<Place>(() => {
  const at = state.value?.cursor;
  if (waiting.value) return waiting.value;
  if (!at) return { step: 0, micro: 0 };
  const next = session.peek()?.steps(at.step, 1)[0];
  return { step: at.step, micro: next ? at.event - next.firstEvent : 0 };
});

/** The command to describe: the one under way; a check, which may hold on some machines only; else the last that could
 *  change anything. */
export const told = computed<number | null>(() => {
  if (place.value.micro > 0) return place.value.step;
  const last = now.value;
  return (last?.step.kind === "expect" ? last.step : last?.acted)?.index ?? null;
});

/** What machine number `n`, counted from 0, does while the page's own carries out a command. */
export function spanOf(all: Compared, n: number, step: number): SpanDto & { count: number } {
  const span = all.comparison.span(n, n === 0 ? all.first : all.sessions[n - 1]!, step);
  return { ...span, count: span.endEvent - span.firstEvent };
}

/** Brings one of the others to the place. */
export function bring(all: Compared, n: number, { step, micro }: Place): void {
  const machine = all.sessions[n - 1]!;
  const { from, to, firstEvent, count } = spanOf(all, n, step);
  if (micro === 0) machine.seek(from);
  else if (micro >= count) machine.seek(to);
  else machine.seekEvent(firstEvent + micro);
}

/** The number of micro-steps of a command on the machine that has most. */
function most(step: number): number {
  const all = compared.peek();
  return all ? Math.max(...[all.first, ...all.sessions].map((_, n) => spanOf(all, n, step).count)) : 0;
}

let moving = false;

/** Goes to a place without losing it to code that watches the page's machine. */
function go({ step, micro }: Place): boolean {
  const all = compared.peek();
  if (!all) return false;
  const { firstEvent: first, count } = spanOf(all, 0, step);
  const ahead = micro > 0 && micro >= count;
  moving = true;
  batch(() => {
    waiting.value = ahead ? { step, micro } : null;
    if (micro === 0) seek(step);
    else if (ahead) seek(step + 1);
    else seekEvent(first + micro);
  });
  moving = false;
  return true;
}

function micro(by: 1 | -1): boolean {
  const { step, micro } = place.peek();
  const steps = session.peek()?.stepCount() ?? 0;
  if (by > 0) {
    if (step >= steps) return false;
    return micro + 1 < most(step) ? go({ step, micro: micro + 1 }) : go({ step: step + 1, micro: 0 });
  }
  if (micro > 0) return go({ step, micro: micro - 1 });
  return step > 0 && go({ step: step - 1, micro: Math.max(0, most(step - 1) - 1) });
}

function whole(by: 1 | -1): boolean {
  const { step, micro } = place.peek();
  if (by > 0) return step < (session.peek()?.stepCount() ?? 0) && go({ step: step + 1, micro: 0 });
  return micro > 0 ? go({ step, micro: 0 }) : step > 0 && go({ step: step - 1, micro: 0 });
}

// Any other code that moves the page's machine moves all of them.
effect(() => {
  state.value;
  if (!moving) waiting.value = null;
});

effect(() => {
  midway.value = waiting.value !== null;
});

effect(() => {
  const on = compared.value !== null;
  movers.micro = on ? micro : null;
  movers.step = on ? whole : null;
  if (!on) waiting.value = null;
});
