// Runs scripts and reads logs away from the page, so that neither can freeze it. One worker serves one job; cancelling
// ends the worker.
import type { ErrorDto } from "./types";
import { asError, startCompiled, wasm, type Printed, type Skipped } from "./wasm";

export type Job = { kind: "script" | "strace"; text: string; module: WebAssembly.Module };
export type Report =
  | { kind: "progress"; steps: number }
  | { kind: "done"; recording: string; error: ErrorDto | null; early: string | null; skipped: Skipped[]; printed: Printed[] }
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

function run({ kind, text }: Job): Report {
  if (kind === "strace") return { kind: "done", error: null, early: null, printed: [], ...wasm.importStrace(text) };
  const outcome = wasm.runScript(text, (steps) => post({ kind: "progress", steps }));
  return { kind: "done", ...outcome, skipped: [] };
}
