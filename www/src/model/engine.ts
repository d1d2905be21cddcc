// Where console lines are run: in a worker that has the script language, and the machine once more. The page has no
// script language; it is given the commands of each line, and answers while the line runs.
import { Stopped } from "../wasm/alive";
import { asError } from "../wasm/error";
import { type GivenLine, type Job, type Report, startWorker } from "../wasm/jobs";
import { scripts } from "../wasm/module";
import type { ReplyDto, Session } from "../wasm/types";

/** What makes the machine in the worker the same as the page's: its recording, and the lines given since. */
export type Basis = { recording: string; lines: Omit<GivenLine, "kind">[] };

/** `abandon` ends the waiting for an answer. */
type Engine = { worker: Worker; abandon: () => void };

const engines = new Map<Session, Engine>();

/** Runs a line in the machine's engine, which the first line starts. Null if the machine was given up meanwhile; throws
 *  what the engine died of. The next line starts another, which runs the lines of before once more. */
export async function runInEngine(
  machine: Session,
  basis: () => Basis,
  line: Omit<GivenLine, "kind">,
): Promise<ReplyDto | null> {
  try {
    const engine = engines.get(machine) ?? (await start(machine, basis()));
    const report = engine && (await ask(engine, { kind: "line", ...line }));
    return report?.kind === "answer" ? report.reply : null;
  } catch (thrown) {
    end(machine);
    throw thrown;
  }
}

/** To be called when a machine is given up: ends its engine, if it has one. */
export function end(machine: Session): void {
  const engine = engines.get(machine);
  engines.delete(machine);
  engine?.worker.terminate();
  engine?.abandon();
}

async function start(machine: Session, { recording, lines }: Basis): Promise<Engine | null> {
  const engine = { worker: startWorker(), abandon: () => {} };
  engines.set(machine, engine);
  const module = await scripts();
  if (engines.get(machine) !== engine) return null;
  if (!(await ask(engine, { kind: "console", text: recording, module }))) return null;
  for (const line of lines) if (!(await ask(engine, { kind: "line", ...line }))) return null;
  return engine;
}

/** Resolves to null if the engine was ended. */
async function ask(engine: Engine, asked: Job | GivenLine): Promise<Report | null> {
  const report = await new Promise<Report | null>((resolve, reject) => {
    engine.abandon = () => resolve(null);
    engine.worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data);
    engine.worker.onerror = ({ message }) => reject(asError({ message: message || "The worker could not be started" }));
    engine.worker.postMessage(asked);
  });
  if (report?.kind === "failed") throw new Stopped(report.error.message, report.error.hint);
  return report;
}
