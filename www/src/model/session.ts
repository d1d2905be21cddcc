// The machine on show: the session, its state at the cursor, and everything read off them. All movement in time goes
// through here, so that one call changes the session and one refresh shows it.
import { batch, computed, signal } from "@preact/signals";
import { Stopped } from "../wasm/alive";
import { asError } from "../wasm/error";
import { Tick } from "../wasm/module";
import type { ErrorDto, EventDto, Session, StateDto, StepDto } from "../wasm/types";
import { end } from "./engine";
import { fromPlace } from "./jump";
import { say } from "./notices";

export const session = signal<Session | null>(null);
export const state = signal<StateDto | null>(null);
/** Why there is no machine; null while there is one, or while the first is being made. */
export const noMachine = signal<ErrorDto | null>(null);
export const ticks = signal<Uint8Array>(new Uint8Array());
/** Counts changes of the history itself (a new recording, a console line), not of the cursor. */
export const history = signal(0);

/** What one can jump to, in the order of the timeline's rows; a failed expectation is a failure. */
export const JUMPS = [
  { key: "n", kinds: [Tick.Note, Tick.Ask], name: "note", what: "note or question" },
  { key: "f", kinds: [Tick.Fault], name: "fault", what: "page fault" },
  { key: "s", kinds: [Tick.SwapOut], name: "swap-out", what: "swap-out" },
  { key: "k", kinds: [Tick.Process], name: "process", what: "spawn, fork or exit" },
  { key: "x", kinds: [Tick.Failure, Tick.ExpectFailed], name: "failure", what: "failure" },
] as const;

/** The step at the cursor: what has just happened, or, inside a step, what is happening. */
export type Now = {
  step: StepDto;
  /** The last command that could change the machine: the step itself, or, at a note, the one that the note is about. */
  acted: StepDto;
  /** How many events it has, and how many of them have happened. */
  count: number;
  done: number;
  /** Those around the last that has happened, from number `from` on; null: to be asked for with `list`. */
  events: EventDto[] | null;
  from: number;
};

/** Outside a step of more events than this they are listed when they are asked for: to make them again takes longer
 *  than a click may. Inside, those around are there. */
const MANY = 200_000;
/** The step whose events have been asked for, of which machine. */
const asked = signal<{ machine: Session; index: number } | null>(null);

/** Lists the events of the step at the cursor, however many it has. */
export function list(): void {
  if (session.peek() && now.peek()) asked.value = { machine: session.peek()!, index: now.peek()!.acted.index };
}

export const now = computed<Now | null>(() => {
  const machine = session.value;
  const at = state.value;
  if (!machine || !at) return null;
  const { step, event } = at.cursor;
  const next = step < at.steps ? machine.steps(step, 1)[0] : undefined;
  const current = next && event > next.firstEvent ? next : step > 0 ? machine.steps(step - 1, 1)[0] : undefined;
  if (!current) return null;
  const acted = at.acted === null || at.acted === current.index ? current : machine.steps(at.acted, 1)[0]!;
  const count = acted.endEvent - acted.firstEvent;
  const done = event - acted.firstEvent;
  const isAsked = asked.value?.machine === machine && asked.value.index === acted.index;
  const outside = done <= 0 || done >= count;
  const listed = count > MANY && outside && !isAsked ? { from: 0, events: null } : eventsAround(machine, acted, done);
  return { step: current, acted, count, done, ...listed };
});

/** Events listed before and after the last that has happened. */
const AROUND = 120;
/** Events asked for beyond these once the cursor moves inside a step, so that the next micro-steps find theirs. */
const AHEAD = 600;

type Block = { from: number; events: EventDto[] };

/** Events of a step, kept for each machine: a command may have millions, and every micro-step asks for some again. */
const kept = new WeakMap<Session, Block & { age: number; index: number }>();

/** The events of a step around its event number `done`. */
export function eventsAround(machine: Session, { index, firstEvent, endEvent }: StepDto, done: number): Block {
  const age = history.peek();
  const count = endEvent - firstEvent;
  const from = Math.max(0, Math.min(done, count) - AROUND);
  const to = Math.min(count, done + AROUND);
  let block = kept.get(machine);
  const inside = block && from >= block.from && to <= block.from + block.events.length;
  if (!block || !inside || block.age !== age || block.index !== index) {
    // Whoever goes on from step to step looks at each one once.
    const ahead = block?.age === age && block.index === index ? AHEAD : 0;
    const first = Math.max(0, from - ahead);
    block = { age, index, from: first, events: machine.events(index, first, to + ahead - first) };
    kept.set(machine, block);
  }
  return { from, events: block.events.slice(from - block.from, to - block.from) };
}

/** Puts another machine on show; `step` commands of it have happened. */
export function show(next: Session, step = 0): void {
  const old = session.peek();
  next.seek(step);
  // At once, so that no code sees the new machine in the old one's state.
  batch(() => {
    session.value = next;
    noMachine.value = null;
    renew();
  });
  giveUp(old);
}

/** Shows no machine at all, and why. */
export function showNothing(why: ErrorDto): void {
  const old = session.peek();
  batch(() => {
    session.value = state.value = null;
    noMachine.value = why;
    ticks.value = new Uint8Array();
    history.value++;
  });
  giveUp(old);
}

function giveUp(old: Session | null): void {
  if (!old) return;
  end(old);
  old.free();
}

/** Reads the whole history again: after a console line, say. */
export function renew(): void {
  const machine = session.peek();
  if (!machine) return;
  batch(() => {
    history.value++;
    ticks.value = machine.ticks();
    state.value = machine.state();
  });
}

function move(by: (machine: Session) => unknown): boolean {
  const machine = session.peek();
  if (!machine) return false;
  try {
    const moved = by(machine);
    state.value = fromPlace(machine, state.peek()?.cursor, machine.state());
    return moved !== false;
  } catch (thrown) {
    // The death of the module is shown in place of the machine.
    if (!(thrown instanceof Stopped)) say("page", asError(thrown));
    return false;
  }
}

/** Functions that step while several machines are compared, so that they step together; null: this session steps. */
export const movers: Record<"step" | "micro", ((by: 1 | -1) => boolean) | null> = { step: null, micro: null };
/** What holds movement up until the reader has said what comes: whether it does so now, and where a run has to halt. */
export const gate: { closed: () => boolean; until: (to: number) => number } = {
  closed: () => false,
  until: (to) => to,
};
/** Another machine has not finished the command that this one has. */
export const midway = signal(false);

export const seek = (step: number) => move((m) => m.seek(step));
export const seekEvent = (event: number) => move((m) => m.seekEvent(event));
/** A place in time, as the cursor says it. */
export type Place = StateDto["cursor"];
/** Goes to a place that the cursor has been at. Its event alone would not be enough: steps without events share a
 *  number. */
export function seekTo({ step, event }: Place): boolean {
  const next = session.peek()?.steps(step, 1)[0];
  return next && event > next.firstEvent ? seekEvent(event) : seek(step);
}
export const microForward = () => movers.micro?.(1) ?? move((m) => m.microForward());
export const microBack = () => movers.micro?.(-1) ?? move((m) => m.microBack());
