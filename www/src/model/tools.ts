// What the pointer does on the map: look, or ask the allocator. What it asks is a line of the script's language and
// goes where a typed one goes.
import { computed, effect, signal } from "@preact/signals";
import type { RunDto, StateDto } from "../wasm/types";
import { runLine } from "./console";
import { selected } from "./selection";
import { session, state } from "./session";

export type Tool = "look" | "alloc" | "free" | "pin";

export const tool = signal<Tool>("look");
/** The options of a request besides its length. `gfp`: what may be done for it, as the script writes it; "" is the
 *  default. */
export const options = signal({ movable: false, align: 1, gfp: "" });
/** Number of frames of the next request. */
export const size = signal(4);
/** Frames under a drag, as [first, length]. */
export const dragged = signal<[number, number] | null>(null);
/** The run that the last request was given: first frame, frames given, frames asked for. */
export const given = signal<{ first: number; frames: number; asked: number } | null>(null);
/** The place in the window of the pointer that drags. */
export const dragAt = signal<{ x: number; y: number } | null>(null);
/** The result of the last request. */
export const outcome = signal<{ text: string; failed: boolean } | null>(null);

export function choose(next: Tool): void {
  cancelDrag();
  tool.value = tool.peek() === next ? "look" : next;
  outcome.value = given.value = null;
}

/** The request as a line: `alloc(5, #{movable: true})`. */
export function allocLine(pages: number): string {
  const { movable, align, gfp } = options.value;
  const fields = [align > 1 && `align: ${align}`, gfp && `gfp: ${gfp}`, movable && "movable: true"].filter(Boolean);
  return fields.length ? `alloc(${pages}, #{${fields.join(", ")}})` : `alloc(${pages})`;
}

/** The run that the tool would take: that of the selected frame. */
export const chosenRun = computed<RunDto | null>(() => {
  const subject = selected.value;
  return state.value && subject?.kind === "frame" ? (session.value?.run(subject.pfn) ?? null) : null;
});

/** What the tool does to a run, as a line. */
export function runToolLine(run: RunDto): string {
  if (tool.value === "free") return `free(${run.first}, ${run.pages})`;
  return run.pins > 0 ? `unpin(${run.first})` : `pin(${run.first})`;
}

/** Drags from frame `from` to frame `to`, both included. */
export function drag(from: number, to: number): void {
  const span: [number, number] = [Math.min(from, to), Math.abs(from - to) + 1];
  size.value = span[1];
  dragged.value = span;
  outcome.value = given.value = null;
}

export function cancelDrag(): void {
  dragged.value = dragAt.value = null;
}

// The mark of a given run belongs to the step that gave it: it goes with the next move in time.
let gave: StateDto | null = null;
effect(() => {
  if (state.value !== gave) given.value = null;
});

/** Requests that many frames; shows where they are. */
export async function ask(pages: number): Promise<void> {
  cancelDrag();
  size.value = pages;
  const answer = await send(allocLine(pages));
  const first = newestRun();
  if (answer && !answer.failed && first) {
    selected.value = { kind: "frame", pfn: first.first };
    gave = state.peek();
    given.value = { first: first.first, frames: first.given, asked: first.pages };
    outcome.value = { text: givenText(first), failed: false };
  }
}

/** `frames 16 to 23: asked 5, given 8`. */
function givenText({ first, pages, given }: RunDto): string {
  const where = given === 1 ? `frame ${first}` : `frames ${first} to ${first + given - 1}`;
  return pages === given ? where : `${where}: asked ${pages}, given ${given}`;
}

/** Frees, pins or unpins the run that a frame belongs to. */
export async function useOn(pfn: number): Promise<void> {
  const run = session.peek()?.run(pfn) ?? null;
  selected.value = { kind: "frame", pfn };
  if (run) await send(runToolLine(run));
  else outcome.value = { text: `frame ${pfn} is of no run from alloc`, failed: true };
}

async function send(line: string): Promise<{ failed: boolean } | null> {
  const answer = await runLine(line);
  const machine = session.peek();
  if (!answer || !machine) return null;
  const step = machine.steps(machine.cursor().step - 1, 1)[0];
  const failed = answer.failed || (step?.failed ?? false);
  outcome.value = { text: failed ? answer.text : "done", failed };
  return { failed };
}

/** Of the runs that the last step made, the last one. */
function newestRun(): RunDto | null {
  const machine = session.peek();
  const runs = (state.peek()?.changed.frames ?? []).map((pfn) => machine?.run(pfn) ?? null);
  return runs.reduce((newest, run) => (run && (!newest || run.id > newest.id) ? run : newest), null);
}
