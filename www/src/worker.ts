// Runs scripts and reads logs away from the page, so that neither can freeze it. One worker serves one job; cancelling
// ends the worker.
import type { ErrorDto } from "./types";
import { asError, startCompiled, wasm, type Printed, type Reading } from "./wasm";

/** How a log is read: without its damaged calls; as of one process with threads. */
export type LogOptions = { lenient?: boolean; oneProcess?: boolean };
export type Job =
  | { kind: "script"; text: string; module: WebAssembly.Module }
  | { kind: "strace"; text: string; module: WebAssembly.Module; options: LogOptions }
  // A recording's script is run again on machines with these changes.
  | { kind: "again"; text: string; changes: string; module: WebAssembly.Module };
export type Report =
  | { kind: "progress"; steps: number }
  | { kind: "done"; recording: string; error: ErrorDto | null; early: string | null; reading: Reading | null; printed: Printed[] }
  | { kind: "ran"; ran: { runs: string } | { why: string } }
  /** `curable`: the log can be read without its damaged calls. */
  | { kind: "failed"; error: ErrorDto; curable: boolean };

const post = (report: Report) => self.postMessage(report);

self.onmessage = async (message: MessageEvent<Job>) => {
  try {
    await startCompiled(message.data.module);
    post(run(message.data));
  } catch (thrown) {
    post({ kind: "failed", error: asError(thrown), curable: curable(message.data) });
  }
};

function run(job: Job): Report {
  const steps = (steps: number) => post({ kind: "progress", steps });
  if (job.kind === "again") return { kind: "ran", ran: wasm.runOnEach(job.text, job.changes, steps) };
  if (job.kind === "strace") {
    const { recording, ...reading } = wasm.importStrace(job.text, job.options.lenient ?? false, job.options.oneProcess ?? false);
    return { kind: "done", error: null, early: null, printed: [], recording, reading };
  }
  return { kind: "done", ...wasm.runScript(job.text, steps), reading: null };
}

function curable(job: Job): boolean {
  if (job.kind !== "strace" || job.options.lenient) return false;
  try {
    wasm.importStrace(job.text, true, job.options.oneProcess ?? false);
    return true;
  } catch {
    return false;
  }
}
