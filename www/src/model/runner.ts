// Runs a script, a log or a recording and puts its machine on show. One job at a time: a new one cancels the old.
import { signal } from "@preact/signals";
import { asError, compiledModule, wasm, type Skipped } from "../wasm";
import type { Job, Report } from "../worker";
import { tell } from "./log";
import { say, sentence } from "./notices";
import { origin, pack, type Origin } from "./origin";
import { stop } from "./player";
import { hovered, selected } from "./selection";
import { seekEvent, session, show } from "./session";
import { edited, setCommands, setScript, source } from "./source";

/** What is being worked on, with the commands run so far; null when idle. */
export const job = signal<{ what: string; steps: number } | null>(null);

/** Where to stand when a new machine is shown. */
export type Start = { step?: number; event?: number };

let worker: Worker | null = null;
let abandon: (() => void) | null = null;

/** Runs the script in the editor. On an error what ran before it is shown, and the error at its line. */
export async function runScript(start: Start = {}): Promise<void> {
  say("editor", null);
  const { text, id } = source.peek();
  const lesson = edited.peek() ? null : id;
  const shown = await inWorker("script", text, "Running the script", (report) => {
    if (report.error) say("editor", report.error);
    if (report.kind === "failed" || !report.recording) return false;
    if (report.early) say("editor", { tone: "news", message: `${report.early[0]!.toUpperCase()}${report.early.slice(1)}.` });
    tell(report.printed.map(({ text }) => ({ kind: "out", text })));
    return showRecording(report.recording, report.error ? { step: Infinity } : start);
  });
  if (shown) await setOrigin(lesson, text);
}

async function setOrigin(lesson: string | null, text: string): Promise<void> {
  const steps = session.peek()?.stepCount() ?? 0;
  const packed = lesson === null ? await pack(text) : null;
  const from: Origin = lesson !== null ? { lesson } : packed !== null ? { script: packed } : null;
  origin.value = { from, steps };
}

/** Reads an strace log. */
export async function openStrace(name: string, text: string): Promise<void> {
  await inWorker("strace", text, `Reading ${name}`, (report) => {
    if (report.kind === "failed") return say("page", about(name, report.error)), false;
    if (!showRecording(report.recording, {}, name)) return false;
    setCommands(name);
    say("page", { tone: "news", message: imported(name, report.skipped) });
    return true;
  });
}

/** Opens a recording, with its script if it has one. */
export function openRecording(name: string, text: string): void {
  cancel();
  if (!showRecording(text, {}, name)) return;
  const head = firstObject(text);
  const title = typeof head?.title === "string" ? head.title : name;
  if (typeof head?.script === "string") setScript({ id: null, title, text: head.script });
  else setCommands(title);
}

/** Ends the job, if there is one. Returns whether there was. */
export function cancel(): boolean {
  const was = job.peek() !== null;
  worker?.terminate();
  worker = null;
  job.value = null;
  abandon?.();
  abandon = null;
  return was;
}

type Ended = Extract<Report, { kind: "done" | "failed" }>;

/** Does a job and hands its result to `use`, whose answer it passes on; false if the job was cancelled. */
async function inWorker(kind: Job["kind"], text: string, what: string, use: (report: Ended) => boolean): Promise<boolean> {
  cancel();
  stop();
  job.value = { what, steps: 0 };
  const report = await ask({ kind, text, module: compiledModule() }, (steps) => (job.value = { what, steps }));
  if (!report) return false;
  try {
    return use(report);
  } finally {
    // Only now: as long as the old machine is on show, the job is not done.
    cancel();
  }
}

/** Resolves to null if the job was cancelled. */
function ask(task: Job, progress: (steps: number) => void): Promise<Ended | null> {
  const mine = (worker = new Worker(new URL("../worker.ts", import.meta.url), { type: "module" }));
  return new Promise((resolve) => {
    abandon = () => resolve(null);
    mine.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.kind === "progress") progress(data.steps);
      else resolve(data);
    };
    mine.onerror = (event) => resolve({ kind: "failed", error: { message: event.message || "The worker could not be started" } });
    mine.postMessage(task);
  });
}

function showRecording(text: string, start: Start, name = "The recording"): boolean {
  try {
    const next = wasm.loadRecording(text);
    stop();
    selected.value = hovered.value = null;
    show(next, Math.min(start.step ?? firstNote(next), next.stepCount()));
    origin.value = { from: null, steps: 0 };
    if (start.event !== undefined) seekEvent(start.event);
    return true;
  } catch (thrown) {
    say("page", about(name, asError(thrown)));
    return false;
  }
}

/** A lesson opens on its first words, not on silence. */
function firstNote(machine: { steps(from: number, count: number): { kind: string }[] }): number {
  return machine.steps(0, 1)[0]?.kind === "note" ? 1 : 0;
}

function about(name: string, error: ReturnType<typeof asError>) {
  // The file is nowhere on the page, so the offending text is told, too.
  const text = error.text ? ` It reads: ${error.text.slice(0, 120)}` : "";
  return { message: `${name}: ${sentence(error)}${text}` };
}

function imported(name: string, skipped: Skipped[]): string {
  const count = session.peek()?.stepCount() ?? 0;
  const rest = skipped.map(({ what, count }) => `${count} × ${what}`).join(", ");
  return `${name}: ${count} commands read.${rest ? ` Left out: ${rest}.` : ""}`;
}

function firstObject(text: string): { script?: unknown; title?: unknown } | null {
  try {
    return JSON.parse(text.slice(0, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n")));
  } catch {
    return null;
  }
}
