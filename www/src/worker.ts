// Runs scripts and reads logs away from the page, so that neither can freeze it. One worker serves one job; cancelling
// ends the worker.
import type { ErrorDto } from "./types";
import { asError, startCompiled, wasm, type Printed, type Reading } from "./wasm";

/** How a log is read: without its damaged calls; as of one process with threads. */
export type LogOptions = { lenient?: boolean; oneProcess?: boolean };
export type Job = { kind: "script" | "strace"; text: string; module: WebAssembly.Module; options: LogOptions };
export type Report =
  | { kind: "progress"; steps: number }
  | { kind: "done"; recording: string; error: ErrorDto | null; reading: Reading | null; printed: Printed[] }
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

function run({ kind, text, options }: Job): Report {
  if (kind === "strace") {
    const { recording, ...reading } = wasm.importStrace(text, options.lenient ?? false, options.oneProcess ?? false);
    return { kind: "done", error: null, printed: [], recording, reading };
  }
  const { recording, error, printed } = wasm.runScript(text, (steps) => post({ kind: "progress", steps }));
  return { kind: "done", recording, error, printed, reading: null };
}

function curable({ kind, text, options }: Job): boolean {
  if (kind !== "strace" || options.lenient) return false;
  try {
    wasm.importStrace(text, true, options.oneProcess ?? false);
    return true;
  } catch {
    return false;
  }
}
