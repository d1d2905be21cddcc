// Machines in lock-step with the page's own: their configurations and their sessions. A script is run again on each in
// the worker, which returns what it asked of each. The commands are given here, in slices between two pictures, so that
// the page stays responsive and can be stopped: the sessions must be here to be painted.
import { batch, effect, signal } from "@preact/signals";
import { asError } from "../wasm/error";
import { giveJob, startWorker } from "../wasm/jobs";
import { wasm } from "../wasm/module";
import type {
  Changes,
  CompareDto,
  Comparison,
  ErrorDto,
  Ran,
  Reruns,
  RerunsDto,
  Session,
  SettingDto,
} from "../wasm/types";
import { say } from "./notices";
import { linesInSlices, recordingInSlices } from "./opening";
import { stop } from "./player";
import { history, session } from "./session";
import { inSlices } from "./slices";

/** The changes of each of the other machines; null: nothing is compared. Part of the address. */
export const others = signal<Changes[] | null>(null);
/** Whether the page's commands are replayed on the others, though its script could be run again there. Part of the
 *  address. */
export const replays = signal(false);
/** At most this many machines in addition to the first. */
export const MOST = 3;

export type Compared = {
  comparison: Comparison;
  found: CompareDto;
  first: Session;
  /** The others', in the order of `others`. */
  sessions: Session[];
  /** Why commands are replayed, if that was not the reader's choice. */
  why: string | null;
};

/** The machines, once all have been given all commands. */
export const compared = signal<Compared | null>(null);
/** Commands given so far, while they are being given; while the script is run again, their total is not known. */
export const progress = signal<{ done: number; of: number | null } | null>(null);
export const trouble = signal<ErrorDto | null>(null);

/** Letters by which machines are called. */
export const LETTERS = ["A", "B", "C", "D"];

/** Counts runs, so that an old one can see that it has been replaced. */
let run = 0;
let worker: Worker | null = null;
let abandon: (() => void) | null = null;

effect(() => {
  const first = session.value;
  const changes = others.value;
  const replay = replays.value;
  history.value;
  halt();
  release();
  // With none beside it, the page's own machine is there for a sweep.
  if (first && changes?.length) void start(run, first, changes, replay);
});

/** Cancels the run under way, if there is one. */
function halt(): void {
  run++;
  worker?.terminate();
  worker = null;
  abandon?.();
  abandon = null;
}

async function start(mine: number, first: Session, changes: Changes[], replay: boolean): Promise<void> {
  const json = JSON.stringify(changes);
  let comparison: Comparison | null = null;
  try {
    const ran = replay ? null : await runAgain(mine, first, json);
    if (mine !== run) return;
    const reruns = ran && "runs" in ran ? await readRuns(mine, ran.runs) : undefined;
    if (reruns === null) return;
    comparison = new wasm.Comparison(first, json, reruns);
    if (!(await giveAll(mine, first, comparison))) return comparison.free();
    const found = comparison.found(first);
    const sessions = changes.map((_, n) => comparison!.take(n + 1)!);
    stop();
    batch(() => {
      progress.value = null;
      compared.value = { comparison: comparison!, found, first, sessions, why: ran && "why" in ran ? ran.why : null };
    });
  } catch (thrown) {
    comparison?.free();
    if (mine !== run) return;
    batch(() => {
      progress.value = null;
      trouble.value = asError(thrown);
    });
  }
}

/** Gives all machines all commands; false if the run was cancelled. */
function giveAll(mine: number, first: Session, comparison: Comparison): Promise<boolean> {
  const give = (events: number) => {
    const last = comparison.advance(first, events);
    if (!last) progress.value = { done: comparison.done(), of: first.stepCount() };
    return last;
  };
  return inSlices(give, { first: 2_000, least: 200, most: 500_000 }, () => mine === run);
}

/** Runs the machine's script again on each machine, in a worker. Resolves to null if the run was cancelled. */
async function runAgain(mine: number, first: Session, changes: string): Promise<Ran | null> {
  progress.value = { done: 0, of: null };
  const recording = await recordingInSlices(first, () => mine === run);
  if (!recording || mine !== run) return null;
  return new Promise((resolve, reject) => {
    abandon = () => resolve(null);
    const own = startWorker((report) => {
      if (report.kind === "progress") return void (progress.value = { done: report.steps, of: null });
      own.terminate();
      if (report.kind === "ran") resolve(report.ran);
      else if (report.kind === "failed") reject(report.error);
    }, reject);
    worker = own;
    giveJob(own, { kind: "again", text: recording.join(""), changes });
  });
}

/** Reads what the script asked of each machine; null if the run was cancelled. */
async function readRuns(mine: number, { ended, others }: RerunsDto): Promise<Reruns | null> {
  const reruns = new wasm.Reruns(ended);
  for (const other of others) {
    reruns.next(other.ended);
    if (
      await linesInSlices(
        other.recording,
        (lines) => reruns.read(lines),
        () => mine === run,
      )
    )
      continue;
    reruns.free();
    return null;
  }
  return reruns;
}

function release(): void {
  const old = compared.peek();
  batch(() => {
    compared.value = progress.value = trouble.value = null;
  });
  old?.comparison.free();
  for (const other of old?.sessions ?? []) other.free();
}

/** Opens the comparison with the machines that the script names, or with one that is likely worth it. */
export function open(): void {
  try {
    others.value = session.peek() ? wasm.partners(session.peek()!) : [];
  } catch (thrown) {
    // The script names a machine that cannot be made: the error is shown in place of the machines.
    others.value = [suggestion()];
    const error = asError(thrown);
    say("page", { ...error, message: `The script’s line “//! compare: …” is not followed: ${error.message}` });
  }
}

export function close(): void {
  others.value = null;
}

/** Stops giving commands; returns whether any were being given. */
export function cancel(): boolean {
  if (!progress.peek()) return false;
  halt();
  batch(() => {
    progress.value = null;
    trouble.value = {
      message: "The comparison was cancelled.",
      hint: "change a machine, or compare again, to start it anew",
    };
  });
  return true;
}

/** Runs the present comparison once more. */
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
  const free = setting(["allocator"])?.choices.find((name) => !taken.has(name));
  return free ? { allocator: free } : { max_order: 2 };
}

/** The whole configuration of the page's machine. */
export function configuration(): Changes {
  return JSON.parse(session.peek()?.config() ?? "{}") as Changes;
}

let schema: SettingDto[] | null = null;

/** The fields of a configuration. */
export function settings(): SettingDto[] {
  schema ??= wasm.configSchema();
  return schema;
}

/** A field of a configuration, by its path; undefined if there is none. */
export function setting(path: string[]): SettingDto | undefined {
  const named = (fields: SettingDto[] | undefined, name: string) => fields?.find((field) => field.name === name);
  return path.slice(1).reduce((outer, name) => named(outer?.fields, name), named(settings(), path[0]!));
}

/** Reads a link's machines; null if they are not valid. */
export function parseOthers(text: string): Changes[] | null {
  try {
    const list: unknown = JSON.parse(text);
    const isObject = (one: unknown) => typeof one === "object" && one !== null && !Array.isArray(one);
    return Array.isArray(list) && list.length >= 1 && list.length <= MOST && list.every(isObject)
      ? (list as Changes[])
      : null;
  } catch {
    return null;
  }
}
