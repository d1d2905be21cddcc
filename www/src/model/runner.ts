// Runs a script, a log or a recording and puts its machine on show. One job at a time: a new one cancels the old.
import { signal } from "@preact/signals";
import { type Job, type LogOptions, type Report, startWorker } from "../wasm/jobs";
import { asError, compiledModule, wasm } from "../wasm/module";
import type { ErrorDto, Reading, Session, SkippedDto } from "../wasm/types";
import { type Followed, followed, redo } from "./followed";
import { recordedRun } from "./lessons";
import { type Line, tell } from "./log";
import { say, sentence } from "./notices";
import { forgetOrigin, logOptions, type Made, setOrigin } from "./origin";
import { stop } from "./player";
import { hovered, hoveredRun, selected } from "./selection";
import { seekEvent, session, show, showNothing } from "./session";
import { edited, ran, setCommands, setScript, source } from "./source";

/** What is being worked on, with the commands run so far; null when idle. */
export const job = signal<{ what: string; steps: number } | null>(null);

/** The place to show of a new machine, and what to repeat on it first. */
export type Start = { step?: number; event?: number; followed?: Followed[] };

/** Whether what was requested is on show now; `wrong`: which repeated line was refused. */
export type Opened = { opened: boolean; wrong?: string | undefined };

let worker: Worker | null = null;
let abandon: (() => void) | null = null;

/** Opens the lesson in the editor: as it was recorded if its text is the lesson's own, else it is run. */
export const openLesson = (start: Start = {}): Promise<Opened> => runScript(start, true);

/** Runs the script in the editor. On an error what ran before it is shown, and the error at its line; a script that
 *  fails before it has a machine leaves none on show. */
export async function runScript(start: Start = {}, asRecorded = false): Promise<Opened> {
  say("editor", null);
  const { text, id } = source.peek();
  const made: Made = edited.peek() || id === null ? { script: text, lesson: id } : { lesson: id };
  const known = async (): Promise<Ended | null> => {
    const run = asRecorded && id !== null && !edited.peek() ? await recordedRun(id) : null;
    return run && { kind: "done", ...run, reading: null };
  };
  const shown = await inWorker(
    "script",
    text,
    "Running the script",
    async (report, wanted) => {
      if (report.error) say("editor", report.error);
      if (report.kind === "failed" || !report.recording) showFailure(report.error);
      else {
        if (report.early)
          say("editor", { tone: "news", message: `${report.early[0]!.toUpperCase()}${report.early.slice(1)}.` });
        // Goes to where it went wrong, unless a place was requested.
        const from = report.error && start.step === undefined ? { ...start, step: Infinity } : start;
        const printed = report.printed.map(({ text }): Line => ({ kind: "out", text }));
        const shown = await showMachine(wasm.loadRecording(report.recording), report.recording, from, wanted, printed);
        if (shown) ran.value = { ...source.peek(), text };
        return shown;
      }
      ran.value = { ...source.peek(), text };
      return {};
    },
    {},
    known,
  );
  if (shown) await setOrigin(made);
  else if (!session.peek() && !job.peek())
    showNothing({ message: "The run was cancelled.", hint: "run the script again, or choose a lesson" });
  return { opened: shown !== null, wrong: shown?.wrong };
}

/** A script without a machine leaves none on show: another's would pass for its own. */
function showFailure(error: ErrorDto | null): void {
  leave();
  showNothing(error ?? { message: "The script made no machine." });
}

/** Reads an strace log. */
export async function openStrace(
  name: string,
  text: string,
  start: Start = {},
  options: LogOptions = {},
): Promise<Opened> {
  const again = (label: string, more: LogOptions) => ({
    label,
    run: () => void openStrace(name, text, {}, { ...options, ...more }),
  });
  const use: Use = async (report, wanted) => {
    if (report.kind === "failed") {
      const action = report.curable ? again("Leave damaged calls out", { lenient: true }) : undefined;
      say("page", { ...about(name, report.error), action });
      return null;
    }
    const next = load(name, report.recording);
    const shown = next && (await showMachine(next, report.recording, start, wanted));
    if (!shown || !report.reading) return null;
    setCommands(name);
    const action = report.reading.mayBeThreads ? again("Read as one process", { oneProcess: true }) : undefined;
    say("page", { tone: "news", message: imported(name, report.reading), action });
    return shown;
  };
  const shown = await inWorker("strace", text, `Reading ${name}`, use, options);
  if (shown) await setOrigin({ file: { name, text, options: logOptions(options) } });
  return { opened: shown !== null, wrong: shown?.wrong };
}

/** Opens a recording, with its script if it has one. */
export async function openRecording(name: string, text: string, start: Start = {}): Promise<Opened> {
  const next = load(name, text);
  if (!next) return { opened: false };
  // Only now: a file that is refused ends no job.
  cancel();
  const mine = turn;
  job.value = { what: `Opening ${name}`, steps: 0 };
  const shown = await showMachine(next, text, start, () => mine === turn);
  if (mine === turn) cancel();
  if (!shown) return { opened: false };
  const head = firstObject(text);
  const title = typeof head?.title === "string" ? head.title : name;
  if (typeof head?.script === "string") {
    setScript({ id: null, title, text: head.script });
    ran.value = source.peek();
  } else setCommands(title);
  await setOrigin({ file: { name, text } });
  return { opened: true, wrong: shown.wrong };
}

/** A file's machine; null, with an error reported, if it is none. */
function load(name: string, recording: string): Session | null {
  try {
    return wasm.loadRecording(recording);
  } catch (thrown) {
    say("page", about(name, asError(thrown)));
    return null;
  }
}

/** Ends the job, if there is one. Returns whether there was. */
export function cancel(): boolean {
  const was = job.peek() !== null;
  turn++;
  worker?.terminate();
  worker = null;
  job.value = null;
  abandon?.();
  abandon = null;
  return was;
}

type Ended = Extract<Report, { kind: "done" | "failed" }>;
/** A machine on show; `wrong`: which repeated line was refused. */
type Shown = { wrong?: string | undefined };
type Use = (report: Ended, wanted: () => boolean) => Promise<Shown | null>;

/** Counts jobs, so that an old one can see that it has been replaced. */
let turn = 0;

/** Does a job and passes its result to `use`, whose answer it returns; null if the job was cancelled. `known`: what it
 *  came to before, if it has been done. */
async function inWorker(
  kind: "script" | "strace",
  text: string,
  what: string,
  use: Use,
  options: LogOptions = {},
  known: () => Promise<Ended | null> = async () => null,
): Promise<Shown | null> {
  cancel();
  stop();
  const mine = turn;
  const wanted = () => mine === turn;
  job.value = { what, steps: 0 };
  const task: Job = { kind, text, module: compiledModule(), options };
  const before = await known();
  if (!wanted()) return null;
  const report = before ?? (await ask(task, (steps) => (job.value = { what, steps })));
  if (!report) return null;
  try {
    return await use(report, wanted);
  } finally {
    // Only now: as long as the old machine is on show, the job is not done.
    if (wanted()) cancel();
  }
}

/** Resolves to null if the job was cancelled. */
function ask(task: Job, progress: (steps: number) => void): Promise<Ended | null> {
  const mine = (worker = startWorker());
  return new Promise((resolve) => {
    abandon = () => resolve(null);
    mine.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.kind === "progress") progress(data.steps);
      else if (data.kind !== "ran") resolve(data);
    };
    mine.onerror = (event) =>
      resolve({
        kind: "failed",
        curable: false,
        error: { message: event.message || "The worker could not be started" },
      });
    mine.postMessage(task);
  });
}

/** Shows the machine that was made of a recording's text, with what followed done again; null if that was cancelled. If
 *  it is refused, the machine is shown without it. */
async function showMachine(
  made: Session,
  text: string,
  start: Start,
  wanted: () => boolean,
  printed: Line[] = [],
): Promise<Shown | null> {
  let [next, then] = [made, start.followed ?? []];
  const done = await redo(next, then, wanted);
  if (!done || done.wrong !== undefined) next.free();
  if (!done) return null;
  if (done.wrong !== undefined) [next, then] = [wasm.loadRecording(text), []];
  const again: Line[] = then.length ? [{ kind: "news", text: "Done again, from the address:" }, ...done.said] : [];
  leave();
  followed.value = then;
  tell([...printed, ...again]);
  // Not in a batch with the rest: it frees the old machine, which no code may read any more by then.
  show(next, Math.min(start.step ?? (then.length ? Infinity : firstNote(next)), next.stepCount()));
  if (start.event !== undefined) seekEvent(start.event);
  return { wrong: done.wrong };
}

/** Frees the old machine, and what belongs to it. */
function leave(): void {
  stop();
  selected.value = hovered.value = hoveredRun.value = null;
  followed.value = [];
  forgetOrigin();
}

/** A lesson opens on its first words, not on silence. */
function firstNote(machine: { steps(from: number, count: number): { kind: string }[] }): number {
  return machine.steps(0, 1)[0]?.kind === "note" ? 1 : 0;
}

function about(name: string, error: ReturnType<typeof asError>) {
  // The file is nowhere on the page, so the offending text is shown, too.
  const text = error.text ? ` It reads: ${error.text.slice(0, 120)}` : "";
  return { message: `${name}: ${sentence(error)}${text}` };
}

/** What makes the machine differ from the program's comes first. */
function imported(name: string, { notes, differs, skipped }: Reading): string {
  const count = session.peek()?.stepCount() ?? 0;
  const list = (counts: SkippedDto[]) => counts.map(({ what, count }) => `${count} × ${what}`).join(", ");
  const parts = [`${name}: ${count} commands read.`, ...notes];
  if (differs.length > 0) parts.push(`The machine differs from the program: ${list(differs)}.`);
  if (skipped.length > 0) parts.push(`Left out: ${list(skipped)}.`);
  return parts.join(" ");
}

function firstObject(text: string): { script?: unknown; title?: unknown } | null {
  try {
    return JSON.parse(text.slice(0, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n")));
  } catch {
    return null;
  }
}
