// Runs a script, a log or a recording and puts its machine on show. One job at a time: a new one cancels the old.
import { signal } from "@preact/signals";
import { Stopped } from "../wasm/alive";
import { asError } from "../wasm/error";
import { giveJob, type LogOptions, type Report, startWorker, type Task } from "../wasm/jobs";
import type { ErrorDto, Reading, SkippedDto } from "../wasm/types";
import type { Followed } from "./followed";
import { recordedRun } from "./lessons";
import type { Line } from "./log";
import { forget, lost, madeShown, recordingShown, remember, rememberOrigin } from "./lost";
import { type Fresh, leave, make, put, type Start } from "./make";
import { say, sentence } from "./notices";
import { grouped } from "./numbers";
import { logOptions, type Made, setOrigin } from "./origin";
import { stop } from "./player";
import { selected } from "./selection";
import { noMachine, session, showNothing } from "./session";
import { picture } from "./slices";
import { edited, ran, setCommands, setScript, source } from "./source";
import { open as openSweep } from "./sweep";

/** What is being worked on, with the commands run so far, or the part that is done, from 0 to 1; null when idle. */
export const job = signal<{ what: string; steps: number; part?: number } | null>(null);

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
  const use: Use = async (report, wanted) => {
    if (report.error) say("editor", report.error);
    // What the worker died of says nothing about the machine on show.
    if (report.kind === "failed" && report.died && session.peek()) return null;
    if (report.kind === "failed" || !report.recording) showFailure(report.error);
    else {
      if (report.early)
        say("editor", { tone: "news", message: `${report.early[0]!.toUpperCase()}${report.early.slice(1)}.` });
      // Goes to where it went wrong, unless a place was requested.
      const from =
        report.error && start.step === undefined ? { ...start, step: Infinity } : { words: id !== null, ...start };
      const printed = report.printed.map(({ text }): Line => ({ kind: "out", text }));
      const fresh = await make(report.recording, from.followed ?? [], wanted, progress("Making the machine"));
      if (!fresh) return null;
      put({ ...fresh, said: fromAddress(fresh.said) }, from, printed);
      ran.value = { ...source.peek(), text };
      return fresh;
    }
    ran.value = { ...source.peek(), text };
    return {};
  };
  const shown = await inWorker("script", text, "Running the script", use, {}, known);
  if (shown) await originIs(made);
  else if (!session.peek() && !noMachine.peek() && !job.peek())
    showNothing({ message: "The run was cancelled.", hint: "run the script again, or choose a lesson" });
  return { opened: shown !== null, wrong: shown?.wrong };
}

/** Sets what the machine on show was made from. */
async function originIs(made: Made | null): Promise<void> {
  rememberOrigin(made);
  if (made) await setOrigin(made);
}

/** A script without a machine leaves none on show: another's would pass for its own. */
function showFailure(error: ErrorDto | null): void {
  leave();
  forget();
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
    const fresh = await make(report.recording, start.followed ?? [], wanted, progress(`Reading ${name}`));
    if (!fresh || !report.reading) return null;
    put({ ...fresh, said: fromAddress(fresh.said) }, start);
    setCommands(name);
    const action = report.reading.mayBeThreads ? again("Read as one process", { oneProcess: true }) : undefined;
    say("page", { tone: "news", message: imported(name, report.reading), action });
    return fresh;
  };
  const shown = await inWorker("strace", text, `Reading ${name}`, use, options);
  if (shown) await originIs({ file: { name, text, options: logOptions(options) } });
  return { opened: shown !== null, wrong: shown?.wrong };
}

/** Reads a trace of references. */
export async function openRefs(name: string, text: string, start: Start = {}): Promise<Opened> {
  const use: Use = async (report, wanted) => {
    if (report.kind === "failed") {
      say("page", about(name, report.error));
      return null;
    }
    const fresh = await make(report.recording, start.followed ?? [], wanted, progress(`Making the machine of ${name}`));
    if (!fresh || !report.refs) return null;
    put({ ...fresh, said: fromAddress(fresh.said) }, start);
    setCommands(name);
    const { references, pages, skipped } = report.refs;
    const left = skipped > 0 ? ` Lines left out, a tool’s own messages: ${grouped(skipped)}.` : "";
    const message = `${name}: ${grouped(references)} references to ${grouped(pages)} pages.${left}`;
    say("page", { tone: "news", message, action: { label: "Sweep over sizes", run: openSweep } });
    return fresh;
  };
  const shown = await inWorker("refs", text, `Reading ${name}`, use, {}, undefined, name);
  if (shown) await originIs({ file: { name, text } });
  return { opened: shown !== null, wrong: shown?.wrong };
}

/** Opens a recording, with its script if it has one. A file that is refused leaves everything as it is. */
export async function openRecording(name: string, text: string, start: Start = {}): Promise<Opened> {
  const fresh = await makeHere(`Opening ${name}`, name, text, start.followed ?? []);
  if (!fresh) return { opened: false };
  put({ ...fresh, said: fromAddress(fresh.said) }, start);
  // A long recording is listed, and then kept, in tasks of their own, unless another machine has taken its place.
  const gone = () => picture().then(() => session.peek() !== fresh.machine);
  if (await gone()) return { opened: false };
  const head = firstObject(text);
  const title = typeof head?.title === "string" ? head.title : name;
  if (typeof head?.script === "string") {
    setScript({ id: null, title, text: head.script });
    ran.value = source.peek();
  } else setCommands(title);
  if (await gone()) return { opened: false };
  await originIs({ file: { name, text } });
  return { opened: true, wrong: fresh.wrong };
}

/** Makes the machine that was lost again, and goes to where it stood; where that failed before, to its start, and then
 *  without what followed by hand. */
export async function goBack(): Promise<void> {
  const before = lost.peek();
  if (!before) return;
  const tries = before.tries + 1;
  lost.value = { ...before, tries };
  const start = tries === 1 ? before.place : { step: 0 };
  const then = tries <= 2 ? before.followed : [];
  const fresh = await makeHere("Going back", "The machine", before.recording, then);
  if (!fresh) return;
  put({ ...fresh, said: [] }, start);
  remember({ recording: before.recording, made: before.made }, tries);
  if (tries === 1) selected.value = before.subject;
  if (source.peek().readOnly) setCommands(source.peek().title);
  if (before.made) await originIs(before.made);
}

/** Makes the machine on show once more, followed by these lines only, and goes to a place of it. False if it was
 *  cancelled, or failed, which is reported. */
export async function remake(byHand: Followed[], place: Start): Promise<boolean> {
  const [recording, made, subject] = [recordingShown(), madeShown(), selected.peek()];
  const fresh = await makeHere("Making the machine", "The machine", recording, byHand);
  if (!fresh) return false;
  put({ ...fresh, said: [] }, place);
  remember({ recording, made });
  if (subject && session.peek()?.inspect(subject)) selected.value = subject;
  if (source.peek().readOnly) setCommands(source.peek().title);
  if (made) await originIs(made);
  return true;
}

/** Counts what is made here, so that an old one can see that it has been replaced. */
let makings = 0;

/** Makes a machine on the page itself; null if it was cancelled, or, with an error about `name`, if it failed. A job
 *  that is under way goes on meanwhile, and ends when the machine has been made. */
async function makeHere(what: string, name: string, recording: string, then: Followed[]): Promise<Fresh | null> {
  const beside = job.peek() !== null;
  const [mine, jobs] = [++makings, turn];
  const wanted = () => mine === makings && (beside || jobs === turn);
  if (!beside) job.value = { what, steps: 0 };
  try {
    const fresh = await make(recording, then, wanted, beside ? () => {} : progress(what));
    if (fresh) cancel();
    return fresh;
  } catch (thrown) {
    say("page", about(name, asError(thrown)));
    return null;
  } finally {
    if (!beside && jobs === turn) cancel();
  }
}

/** Shows how far a job on the page has come. */
const progress = (what: string) => (part: number) => {
  job.value = { what, steps: 0, part };
};

/** What was done again out of an address, as lines of the console. */
function fromAddress(said: Line[]): Line[] {
  return said.length ? [{ kind: "news", text: "Done again, from the address:" }, ...said] : [];
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
/** What is on show; `wrong`: which repeated line was refused. */
type Shown = { wrong?: string | undefined };
type Use = (report: Ended, wanted: () => boolean) => Promise<Shown | null>;

/** Counts jobs, so that an old one can see that it has been replaced. */
let turn = 0;

/** Does a job and passes its result to `use`, whose answer it returns; null if the job was cancelled. `known`: what it
 *  came to before, if it has been done. */
async function inWorker(
  kind: "script" | "strace" | "refs",
  text: string,
  what: string,
  use: Use,
  options: LogOptions = {},
  known: () => Promise<Ended | null> = async () => null,
  name = "",
): Promise<Shown | null> {
  cancel();
  stop();
  const mine = turn;
  const wanted = () => mine === turn;
  job.value = { what, steps: 0 };
  const task: Task = { kind, text, options, name };
  const before = await known();
  if (!wanted()) return null;
  const report = before ?? (await ask(task, (steps) => (job.value = { what, steps })));
  if (!report) return null;
  try {
    return await use(report, wanted);
  } catch (thrown) {
    // It has been reported in place of the machine.
    if (thrown instanceof Stopped) return null;
    throw thrown;
  } finally {
    // Only now: as long as the old machine is on show, the job is not done.
    if (wanted()) cancel();
  }
}

/** Resolves to null if the job was cancelled. */
function ask(task: Task, progress: (steps: number) => void): Promise<Ended | null> {
  return new Promise((resolve) => {
    abandon = () => resolve(null);
    worker = startWorker(
      (report) => {
        if (report.kind === "progress") progress(report.steps);
        else if (report.kind === "done" || report.kind === "failed") resolve(report);
      },
      (error) => resolve({ kind: "failed", curable: false, died: true, error }),
    );
    giveJob(worker, task);
  });
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
