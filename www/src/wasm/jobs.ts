// The worker's jobs and reports, and its start.
import type { ErrorDto, FaredDto, PrintedDto, Ran, Reading, RefsRead, ReplyDto, SweptDto } from "./types";

/** How a log is read: without its damaged calls; as of one process with threads. */
export type LogOptions = { lenient?: boolean; oneProcess?: boolean };
export type Task =
  | { kind: "script"; text: string }
  | { kind: "strace"; text: string; options: LogOptions }
  | { kind: "refs"; name: string; text: string }
  // A recording's script is run again on machines with these changes.
  | { kind: "again"; text: string; changes: string }
  // So on many, one after another, for a counter; axes such as `frames=4..256`.
  | { kind: "sweep"; text: string; over: string; by: string; counter: string; replays: boolean }
  // The recording's machine gets a console: lines follow, one by one.
  | { kind: "console"; text: string };
/** `module`: the one with the script language, if a worker before has compiled it. */
export type Job = Task & { module: WebAssembly.Module | null };
/** A line of the console, given after so many steps, or so many events. */
export type GivenLine = { kind: "line"; line: string; step: number; event?: number | undefined };
/** A line that is being typed, whose last word may go on. */
export type BegunLine = { kind: "complete"; line: string };
export type Report =
  /** The module with the script language, before anything else: the next worker needs not compile it. */
  | { kind: "compiled"; module: WebAssembly.Module }
  | { kind: "progress"; steps: number }
  | {
      kind: "done";
      recording: string;
      error: ErrorDto | null;
      early: string | null;
      reading: Reading | null;
      refs?: RefsRead;
      printed: PrintedDto[];
    }
  | { kind: "ran"; ran: Ran }
  /** The machines of a sweep, before the first of them; then what was counted on each. */
  | { kind: "swept"; swept: SweptDto }
  | { kind: "fared"; n: number; fared: FaredDto }
  /** The machine is there; a line has been run on it. */
  | { kind: "ready" }
  | { kind: "answer"; reply: ReplyDto }
  | { kind: "names"; names: string[] }
  /** `curable`: the log can be read without its damaged calls. `died`: the worker did, whatever it was given. */
  | { kind: "failed"; error: ErrorDto; curable: boolean; died: boolean };

/** What a worker reports of its job. */
export type Outcome = Exclude<Report, { kind: "compiled" }>;

let compiled: WebAssembly.Module | null = null;

/** A worker that has not been given its job yet. `reported` is told what it reports, `failed` why there is none. */
export function startWorker(reported: (report: Outcome) => void, failed: (error: ErrorDto) => void): Worker {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (data.kind === "compiled") compiled = data.module;
    else reported(data);
  };
  worker.onerror = ({ message }) => failed({ message: message || "The worker could not be started" });
  return worker;
}

/** Gives a worker its job. */
export function giveJob(worker: Worker, task: Task): void {
  worker.postMessage({ ...task, module: compiled } satisfies Job);
}
