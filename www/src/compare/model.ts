// Machines in lock-step with the page's own: which they are, and their sessions. The commands are given in slices between
// two pictures, so that the page stays alive and can be told to stop; the sessions must be here to be painted.
import { batch, effect, signal } from "@preact/signals";
import { stop } from "../model/player";
import { history, session } from "../model/session";
import type { ErrorDto, SessionApi } from "../types";
import { asError, wasm } from "../wasm";
import type { Changes, ComparisonApi, FoundDto } from "./types";

/** What each of the other machines has otherwise; null: nothing is compared. Part of the address. */
export const others = signal<Changes[] | null>(null);
/** Most machines beside the first. */
export const MOST = 3;

export type Compared = {
  comparison: ComparisonApi;
  found: FoundDto;
  first: SessionApi;
  /** The others', in the order of `others`. */
  sessions: SessionApi[];
};

/** The machines, once all have been given all commands. */
export const compared = signal<Compared | null>(null);
/** Commands given so far, while they are. */
export const progress = signal<{ done: number; of: number } | null>(null);
export const trouble = signal<ErrorDto | null>(null);

/** Letters by which machines are called. */
export const LETTERS = ["A", "B", "C", "D"];

/** Counts runs: an old one sees that it is not wanted any more. */
let run = 0;

effect(() => {
  const first = session.value;
  const changes = others.value;
  history.value;
  run++;
  release();
  if (first && changes) void start(run, first, changes);
});

/** Milliseconds of work between two pictures. */
const SLICE = 12;

async function start(mine: number, first: SessionApi, changes: Changes[]): Promise<void> {
  let comparison: ComparisonApi | null = null;
  try {
    comparison = new wasm.Comparison(first, JSON.stringify(changes));
    let events = 2_000;
    for (;;) {
      const began = performance.now();
      if (comparison.advance(first, events)) break;
      const took = Math.max(0.1, performance.now() - began);
      events = Math.min(500_000, Math.max(200, Math.round((events * SLICE) / took)));
      progress.value = { done: comparison.done(), of: first.stepCount() };
      await new Promise((resolve) => setTimeout(resolve));
      if (mine !== run) return comparison.free();
    }
    const sessions = changes.map((_, n) => comparison!.take(n + 1)!);
    stop();
    batch(() => {
      progress.value = null;
      compared.value = { comparison: comparison!, found: comparison!.found(first), first, sessions };
    });
  } catch (thrown) {
    comparison?.free();
    batch(() => {
      progress.value = null;
      trouble.value = asError(thrown);
    });
  }
}

function release(): void {
  const old = compared.peek();
  batch(() => {
    compared.value = progress.value = trouble.value = null;
  });
  old?.comparison.free();
  for (const other of old?.sessions ?? []) other.free();
}

/** Opens the comparison with one machine beside the first: another allocator. */
export function open(): void {
  others.value = [suggestion()];
}

export function close(): void {
  others.value = null;
}

/** Stops giving commands; returns whether any were being given. */
export function cancel(): boolean {
  if (!progress.peek()) return false;
  run++;
  batch(() => {
    progress.value = null;
    trouble.value = { message: "The comparison was cancelled.", hint: "change a machine, or compare again, to start it anew" };
  });
  return true;
}

/** The same once more. */
export function again(): void {
  others.value = [...(others.peek() ?? [])];
}

export function setOther(n: number, changes: Changes): void {
  const list = [...(others.peek() ?? [])];
  list[n] = changes;
  others.value = list;
}

export function removeOther(n: number): void {
  others.value = (others.peek() ?? []).filter((_, i) => i !== n);
}

/** A machine with an allocator that none of the others has. */
export function suggestion(): Changes {
  const own = configuration().allocator;
  const taken = new Set([own, ...(others.peek() ?? []).map((changes) => changes.allocator)]);
  const free = choices(["allocator"]).find((name) => !taken.has(name));
  return free ? { allocator: free } : { max_order: 2 };
}

/** The page's machine, whole. */
export function configuration(): Changes {
  return JSON.parse(session.peek()?.config() ?? "{}") as Changes;
}

const known = new Map<string, string[]>();

/** What a field of a configuration may be, in the machine's own words: asked for what there is not, it names them. */
export function choices(path: string[]): string[] {
  const key = path.join(".");
  const kept = known.get(key);
  if (kept) return kept;
  let names: string[] = [];
  try {
    wasm.newSession(JSON.stringify(path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), "?"))).free();
  } catch (thrown) {
    // "use one of `lazy` and `eager`".
    const { hint = "" } = asError(thrown);
    names = [...hint.matchAll(/`([^`]+)`/g)].map((found) => found[1]!);
  }
  known.set(key, names);
  return names;
}

/** Reads a link's machines; null if they can not be any. */
export function parseOthers(text: string): Changes[] | null {
  try {
    const list: unknown = JSON.parse(text);
    const isObject = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
    return Array.isArray(list) && list.length >= 1 && list.length <= MOST && list.every(isObject) ? (list as Changes[]) : null;
  } catch {
    return null;
  }
}
