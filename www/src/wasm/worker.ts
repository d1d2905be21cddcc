// Runs scripts and reads logs away from the page, so that neither can freeze it. One worker serves one job; cancelling
// ends the worker.
import { Stopped } from "./alive";
import type { Job, Report } from "./jobs";
import { asError, startCompiled, wasm } from "./module";

const post = (report: Report) => self.postMessage(report);

self.onmessage = async (message: MessageEvent<Job>) => {
  try {
    await startCompiled(message.data.module);
    post(run(message.data));
  } catch (thrown) {
    post(failed(thrown, message.data));
  }
};

function run(job: Job): Report {
  const steps = (steps: number) => post({ kind: "progress", steps });
  if (job.kind === "again") return { kind: "ran", ran: wasm.runOnEach(job.text, job.changes, steps) };
  if (job.kind === "strace") {
    const { recording, ...reading } = wasm.importStrace(
      job.text,
      job.options.lenient ?? false,
      job.options.oneProcess ?? false,
    );
    return { kind: "done", error: null, early: null, printed: [], recording, reading };
  }
  return { kind: "done", ...wasm.runScript(job.text, steps), reading: null };
}

function failed(thrown: unknown, job: Job): Report {
  if (!(thrown instanceof Stopped))
    return { kind: "failed", error: asError(thrown), curable: curable(job), died: false };
  const message = thrown.message.replace(/^The machine/, "The worker");
  return { kind: "failed", error: { message, hint: "the next run has a new one" }, curable: false, died: true };
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
