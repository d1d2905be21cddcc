// The worker's jobs and reports, and its start.
import type { ErrorDto, PrintedDto, Ran, Reading } from "./types";

/** How a log is read: without its damaged calls; as of one process with threads. */
export type LogOptions = { lenient?: boolean; oneProcess?: boolean };
export type Job =
  | { kind: "script"; text: string; module: WebAssembly.Module }
  | { kind: "strace"; text: string; module: WebAssembly.Module; options: LogOptions }
  // A recording's script is run again on machines with these changes.
  | { kind: "again"; text: string; changes: string; module: WebAssembly.Module };
export type Report =
  | { kind: "progress"; steps: number }
  | {
      kind: "done";
      recording: string;
      error: ErrorDto | null;
      early: string | null;
      reading: Reading | null;
      printed: PrintedDto[];
    }
  | { kind: "ran"; ran: Ran }
  /** `curable`: the log can be read without its damaged calls. `died`: the worker did, whatever it was given. */
  | { kind: "failed"; error: ErrorDto; curable: boolean; died: boolean };

/** A worker that has not been given its job yet. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}
