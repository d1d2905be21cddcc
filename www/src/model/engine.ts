// Where console lines are run: in a worker that has the script language, and the machine once more. The page has no
// script language; it is given the commands of each line, and answers while the line runs.
import { Stopped } from "../wasm/alive";
import { type BegunLine, type GivenLine, giveJob, type Outcome, startWorker } from "../wasm/jobs";
import type { ErrorDto, ReplyDto, Session } from "../wasm/types";

/** What makes the machine in the worker the same as the page's: its recording, and the lines given since. */
export type Basis = { recording: string; lines: Line[] };
type Line = Omit<GivenLine, "kind">;

/** The functions are called with what comes next: null if the engine was ended. */
type Engine = { worker: Worker; answer: (report: Outcome | null) => void; fail: (error: ErrorDto) => void };

const engines = new Map<Session, Engine>();

/** Runs a line in the machine's engine, which the first line starts. Null if the machine was given up meanwhile; throws
 *  what the engine died of. The next line starts another, which runs the lines of before once more. */
export async function runInEngine(machine: Session, basis: () => Basis, line: Line): Promise<ReplyDto | null> {
  try {
    const engine = engines.get(machine) ?? (await start(machine, basis()));
    const report = engine && (await askLine(engine, line));
    return report?.kind === "answer" ? report.reply : null;
  } catch (thrown) {
    end(machine);
    throw thrown;
  }
}

/** The names that the last word of a line may become, as the machine's engine knows them. */
export async function completeInEngine(machine: Session, basis: () => Basis, line: string): Promise<string[]> {
  const engine = engines.get(machine) ?? (await start(machine, basis()));
  if (!engine) return [];
  const report = await ask(engine, () => engine.worker.postMessage({ kind: "complete", line } satisfies BegunLine));
  return report?.kind === "names" ? report.names : [];
}

/** To be called when a machine is given up: ends its engine, if it has one. */
export function end(machine: Session): void {
  const engine = engines.get(machine);
  engines.delete(machine);
  engine?.worker.terminate();
  engine?.answer(null);
}

async function start(machine: Session, { recording, lines }: Basis): Promise<Engine | null> {
  const engine: Engine = {
    worker: startWorker(
      (report) => engine.answer(report),
      (error) => engine.fail(error),
    ),
    answer: () => {},
    fail: () => {},
  };
  engines.set(machine, engine);
  if (!(await ask(engine, () => giveJob(engine.worker, { kind: "console", text: recording })))) return null;
  for (const line of lines) if (!(await askLine(engine, line))) return null;
  return engine;
}

function askLine(engine: Engine, line: Line): Promise<Outcome | null> {
  return ask(engine, () => engine.worker.postMessage({ kind: "line", ...line } satisfies GivenLine));
}

/** Resolves to null if the engine was ended. */
async function ask(engine: Engine, send: () => void): Promise<Outcome | null> {
  const report = await new Promise<Outcome | null>((resolve, reject) => {
    engine.answer = resolve;
    engine.fail = reject;
    send();
  });
  if (report?.kind === "failed") throw new Stopped(report.error.message, report.error.hint);
  return report;
}
