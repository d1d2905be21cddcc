// Runs scripts and reads logs away from the page, so that neither can freeze it. One worker serves one job; cancelling
// ends the worker.
import type { ErrorDto } from "./types";
import { asError, startCompiled, wasm, type Printed, type Skipped } from "./wasm";

export type Job =
  | { kind: "script" | "strace"; text: string; module: WebAssembly.Module }
  // A recording's script is run again on machines with these changes.
  | { kind: "again"; text: string; changes: string; module: WebAssembly.Module };
export type Report =
  | { kind: "progress"; steps: number }
  | { kind: "done"; recording: string; error: ErrorDto | null; skipped: Skipped[]; printed: Printed[] }
  | { kind: "ran"; ran: { runs: string } | { why: string } }
  | { kind: "failed"; error: ErrorDto };

const post = (report: Report) => self.postMessage(report);

self.onmessage = async (message: MessageEvent<Job>) => {
  try {
    await startCompiled(message.data.module);
    post(run(message.data));
  } catch (thrown) {
    post({ kind: "failed", error: asError(thrown) });
  }
};

function run(job: Job): Report {
  const { kind, text } = job;
  const steps = (steps: number) => post({ kind: "progress", steps });
  if (kind === "again") return { kind: "ran", ran: wasm.runOnEach(text, job.changes, steps) };
  if (kind === "strace") return { kind: "done", error: null, printed: [], ...wasm.importStrace(text) };
  const { recording, error, printed } = wasm.runScript(text, steps);
  return { kind: "done", recording, error, printed, skipped: [] };
}
