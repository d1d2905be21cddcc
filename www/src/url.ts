// The state in the address bar: `#lesson=first-touch&step=12&select=frame:31`. Read at the start, and when it changes
// by hand or by the browser's Back and Forward. What cannot be read is reported, never guessed. addressbar.ts writes
// it.

import { follow, open, pause } from "./dom/addressbar";
import { others, parseOthers, replays } from "./model/compare";
import { exerciseIds, exerciseOf, seeded, seedOf } from "./model/exercises";
import { reopen } from "./model/files";
import { brief, parseFollowed } from "./model/followed";
import { lessons } from "./model/lessons";
import type { Start } from "./model/make";
import { notices, say } from "./model/notices";
import { origin } from "./model/origin";
import { unstow } from "./model/pack";
import { type Opened, openLesson } from "./model/runner";
import { parseSubject, selected } from "./model/selection";
import { seekTo, session } from "./model/session";
import { putDraft, setLesson, setScript, source, unrun } from "./model/source";
import * as sweep from "./model/sweep";

/** Counts restorations, so that an old one can see that it has been replaced. */
let turn = 0;

/** Opens what the address bar names, or the first lesson. */
export async function restore(): Promise<void> {
  const mine = ++turn;
  const draft: unknown = window.history.state?.draft;
  pause();
  const complaints: string[] = [];
  try {
    const fields = readFields(complaints);
    const start = await readStart(fields, complaints);
    if (mine !== turn) return;
    if (start.step !== undefined && isHere(fields, draft)) {
      checkStep(start.step, complaints);
      seekTo({ step: start.step, event: start.event ?? 0 });
      selected.value = null;
      restoreSelection(fields.get("select"), complaints);
      complain(complaints);
      return;
    }
    const { opened, named } = await openWork(fields, start, complaints, () => mine === turn);
    if (mine !== turn) return;
    // A run that was cancelled leaves the machine of before, which the address does not describe.
    if (opened) {
      if (named) {
        if (start.step !== undefined) checkStep(start.step, complaints);
        restoreSelection(fields.get("select"), complaints);
      }
      if (typeof draft === "string" && !source.peek().readOnly) putDraft(draft);
    }
    replays.value = fields.has("replay");
    restoreOthers(fields.get("compare"), complaints);
    restoreSweep(fields.get("sweep"), complaints);
    complain(complaints);
  } finally {
    if (mine === turn) open();
  }
}

function complain(complaints: string[]): void {
  if (complaints.length) say("page", { message: `The link was not followed exactly: ${complaints.join("; ")}` });
}

/** Whether the machine that these fields name is on show, with these edits: then only the place is another. */
function isHere(fields: URLSearchParams, draft: unknown): boolean {
  const made = origin.peek();
  if (!session.peek() || !made || made.reach === "nowhere") return false;
  const same = ["lesson", "script", "file", "then"].every((name) => fields.get(name) === (made.fields[name] ?? null));
  const compared = others.peek()?.length ? JSON.stringify(others.peek()) : null;
  const asked = sweep.shown.peek() ? JSON.stringify(sweep.asked.peek()) : null;
  const edits = unrun.peek() ? source.peek().text : null;
  return (
    same &&
    (fields.get("sweep") ?? null) === asked &&
    fields.get("compare") === compared &&
    fields.has("replay") === replays.peek() &&
    (draft ?? null) === edits
  );
}

/** Starts writing the state to the address bar, and following changes made by hand. */
export function watchUrl(): void {
  follow();
  // Back, Forward, and a change by hand. Two entries may have the same address and differ in their edits.
  window.addEventListener("popstate", () => void restore());
}

const known = [
  "lesson",
  "script",
  "file",
  "exercise",
  "seed",
  "then",
  "step",
  "event",
  "select",
  "compare",
  "replay",
  "sweep",
];

function readFields(complaints: string[]): URLSearchParams {
  const fields = new URLSearchParams(location.hash.replace(/^#/, ""));
  for (const name of new Set(fields.keys()))
    if (!known.includes(name)) complaints.push(`“${brief(name)}” is not one of ${known.join(", ")}`);
  return fields;
}

async function readStart(fields: URLSearchParams, complaints: string[]): Promise<Start> {
  const start: Start = {};
  const step = whole(fields, "step", complaints);
  const event = whole(fields, "event", complaints);
  if (step !== null) start.step = step;
  if (event !== null) start.event = event;
  const then = fields.get("then");
  if (then === null) return start;
  const found = await unstow(then);
  const list = "text" in found ? parseFollowed(found.text) : null;
  if (list) start.followed = list;
  else
    complaints.push(
      `what followed by hand ${"wrong" in found ? found.wrong : "is damaged"}, so the machine before it is shown`,
    );
  return start;
}

/** `named`: what was opened is what the address names, and not the lesson that stands in for it. */
async function openWork(
  fields: URLSearchParams,
  start: Start,
  complaints: string[],
  wanted: () => boolean,
): Promise<{ opened: boolean; named: boolean }> {
  const file = fields.get("file");
  if (file !== null && (await openKept(file, start, complaints, wanted))) return { opened: true, named: true };
  const named = file === null && (await chooseScript(fields, complaints, wanted));
  if (!wanted()) return { opened: false, named };
  if (file !== null && lessons[0]) await setLesson(lessons[0]);
  if (!wanted()) return { opened: false, named };
  // Commands and places of a machine are not valid on another.
  const lost = named ? [] : ofTheMachine.filter((name) => fields.has(name));
  if (lost.length) complaints.push(`left out, because they mean nothing on another machine: ${lost.join(", ")}`);
  const found = await openLesson(named ? start : {});
  refused(found, complaints);
  return { opened: found.opened, named };
}

/** The fields that are valid only on the machine that the address names. */
const ofTheMachine = ["then", "step", "event", "select"];

/** A log or a recording, out of the address or out of this browser. Returns whether it is on show. */
async function openKept(field: string, start: Start, complaints: string[], wanted: () => boolean): Promise<boolean> {
  const file = await unstow(field);
  if (!wanted()) return false;
  const found: Opened = "text" in file ? await reopen(file.text, start) : { opened: false, wrong: file.wrong };
  if (found.opened) refused(found, complaints);
  // What is wrong with the file itself has been reported at the page's top already; this takes its place.
  else
    complaints.push(
      `its file ${found.wrong ?? `can't be opened (${notices.peek().page?.message ?? "cancelled"})`}, so the first lesson is shown`,
    );
  return found.opened;
}

function refused({ wrong }: Opened, complaints: string[]): void {
  if (wrong !== undefined) complaints.push(`${wrong.replace(/\.$/, "")}; so the machine before all of it is shown`);
}

/** Puts into the editor what the address names, or a lesson in its place. Returns whether it is what was named, if
 *  anything was. */
async function chooseScript(fields: URLSearchParams, complaints: string[], wanted: () => boolean): Promise<boolean> {
  const id = fields.get("lesson");
  const lesson = lessons.find((one) => one.id === id);
  if (id !== null && !lesson)
    complaints.push(`there is no lesson “${brief(id)}”; there are ${lessons.map((one) => one.id).join(", ")}`);
  const packed = fields.get("script");
  const script = packed === null ? null : await unstow(packed);
  if (!wanted()) return false;
  if (script && "text" in script) {
    setScript({ id: lesson?.id ?? null, title: lesson?.title ?? "Script from a link", text: script.text });
    return true;
  }
  if (script) complaints.push(`its script ${script.wrong}, so the ${lesson ? "lesson" : "first lesson"} is shown`);
  const exercise = chooseExercise(fields, complaints);
  if (exercise !== null) return exercise;
  const chosen = lesson ?? lessons[0];
  if (chosen) await setLesson(chosen);
  return !script && (id === null || lesson !== undefined);
}

/** Puts an exercise with a seed into the editor; null if the address names none, or none that there is. */
function chooseExercise(fields: URLSearchParams, complaints: string[]): true | null {
  const id = fields.get("exercise");
  if (id === null) return null;
  const exercise = exerciseOf(id);
  if (!exercise) {
    complaints.push(`there is no exercise “${brief(id)}”; there are ${exerciseIds.join(", ")}`);
    return null;
  }
  const text = seeded(exercise.source, seedOf(fields.get("seed") ?? "1"));
  setScript({ id: null, title: exercise.title, text });
  return true;
}

function whole(fields: URLSearchParams, name: string, complaints: string[]): number | null {
  const text = fields.get(name);
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  complaints.push(`${name} “${brief(text)}” is not a whole number from 0 on`);
  return null;
}

function checkStep(step: number, complaints: string[]): void {
  const steps = session.peek()?.stepCount();
  if (steps !== undefined && step > steps) complaints.push(`step ${step} is past the last, ${steps}, which is shown`);
}

function restoreSelection(text: string | null, complaints: string[]): void {
  if (text === null || !session.peek()) return;
  const subject = parseSubject(text);
  if (!subject)
    complaints.push(`select “${brief(text)}” is not like frame:31, page:1:4096, vma:2, slot:0 or process:1`);
  else if (!session.peek()?.inspect(subject)) complaints.push(`there is no ${brief(text)} at this step`);
  else selected.value = subject;
}

function restoreOthers(text: string | null, complaints: string[]): void {
  const list = text === null ? null : parseOthers(text);
  if (text !== null && !list) complaints.push(`compare “${brief(text)}” is not a JSON array of one to three objects`);
  others.value = list;
}

/** The form as it was filled in; what a sweep counted is counted again when it is run. */
function restoreSweep(text: string | null, complaints: string[]): void {
  const read = text === null ? null : sweep.parseAsked(text);
  if (text !== null && !read)
    complaints.push(`sweep “${brief(text)}” is not an object of a field, values and a counter`);
  if (read) sweep.asked.value = read;
  if (read && session.peek()) sweep.open();
  else sweep.shown.value = false;
}
