// Runs scripts, reads logs and answers a console away from the page, so that none of them can freeze it, and the page
// does without the script language. One worker serves one job, or one machine's console; cancelling ends the worker.
import { Stopped } from "./alive";
import { asError } from "./error";
import type { BegunLine, GivenLine, Job, Report, Task } from "./jobs";
import { start, wasm } from "./scripts";

const post = (report: Report) => self.postMessage(report);

/** The machine of the console. */
let session: ReturnType<typeof wasm.loadRecording> | null = null;

self.onmessage = async ({ data: asked }: MessageEvent<Job | GivenLine | BegunLine>) => {
  try {
    if (asked.kind !== "line" && asked.kind !== "complete")
      post({ kind: "compiled", module: await start(asked.module) });
  } catch (thrown) {
    post({ kind: "failed", error: asError(thrown), curable: false, died: true });
    return;
  }
  try {
    if (asked.kind === "sweep") sweep(asked);
    else post(run(asked));
  } catch (thrown) {
    post(failed(thrown, asked));
  }
};

type Sweep = Extract<Task, { kind: "sweep" }>;

function run(asked: Exclude<Job, Sweep> | GivenLine | BegunLine): Report {
  const steps = (steps: number) => post({ kind: "progress", steps });
  switch (asked.kind) {
    case "script":
      return { kind: "done", ...wasm.runScript(asked.text, steps), reading: null };
    case "strace": {
      const { text, options } = asked;
      const read = wasm.importStrace(text, options.lenient ?? false, options.oneProcess ?? false);
      const { recording, ...reading } = read;
      return { kind: "done", error: null, early: null, printed: [], recording, reading };
    }
    case "refs": {
      const { recording, ...refs } = wasm.importRefs(asked.name, asked.text, steps);
      return { kind: "done", error: null, early: null, printed: [], recording, reading: null, refs };
    }
    case "again":
      return { kind: "ran", ran: wasm.runOnEach(asked.text, asked.changes, steps) };
    case "console":
      session = wasm.loadRecording(asked.text);
      return { kind: "ready" };
    case "line":
      return { kind: "answer", reply: answer(asked) };
    case "complete":
      return { kind: "names", names: session?.completions(asked.line) ?? [] };
  }
}

/** One machine after another; the page counts them, and ends the worker with the last. */
function sweep({ text, over, by, counter, replays }: Sweep): void {
  const machines = new wasm.Sweep(text, over, by, counter, replays);
  const swept = machines.swept();
  post({ kind: "swept", swept });
  const count = swept.over.values.length * (swept.by?.values.length ?? 1);
  const steps = (steps: number) => post({ kind: "progress", steps });
  for (let n = 0; n < count; n++) post({ kind: "fared", n, fared: machines.fare(n, steps) });
}

function answer({ line, step, event }: GivenLine): ReturnType<NonNullable<typeof session>["console"]> {
  if (!session) throw new Error("The console has no machine.");
  if (event === undefined) session.seek(step);
  else session.seekEvent(event);
  return session.console(line);
}

function failed(thrown: unknown, asked: Job | GivenLine | BegunLine): Report {
  if (!(thrown instanceof Stopped))
    return { kind: "failed", error: asError(thrown), curable: curable(asked), died: false };
  const message = thrown.message.replace(/^The machine/, "The worker");
  const next = asked.kind === "line" ? "line" : "run";
  return { kind: "failed", error: { message, hint: `the next ${next} has a new one` }, curable: false, died: true };
}

function curable(asked: Job | GivenLine | BegunLine): boolean {
  if (asked.kind !== "strace" || asked.options.lenient) return false;
  try {
    wasm.importStrace(asked.text, true, asked.options.oneProcess ?? false);
    return true;
  } catch {
    return false;
  }
}
