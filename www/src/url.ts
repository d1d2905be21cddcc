// The state in the address bar: `#lesson=first-touch&step=12&select=frame:31`. Read at the start and when it changes by
// hand; written, a little later, when the state changes. What can't be read is said, never guessed.
import { effect } from "@preact/signals";
import { others, parseOthers, replays } from "./compare/model";
import { lessons } from "./model/lessons";
import { say } from "./model/notices";
import { origin, unpack } from "./model/origin";
import { runScript, type Start } from "./model/runner";
import { parseSubject, selected, subjectText } from "./model/selection";
import { session, state } from "./model/session";
import { setLesson, setScript } from "./model/source";

/** Opens what the address bar names, or the first lesson. */
export async function restore(): Promise<void> {
  const complaints: string[] = [];
  const fields = readFields(complaints);
  const start: Start = {};
  const step = whole(fields, "step", complaints);
  const event = whole(fields, "event", complaints);
  if (step !== null) start.step = step;
  if (event !== null) start.event = event;
  await chooseScript(fields, complaints);
  await runScript(start);
  if (step !== null) checkStep(step, complaints);
  restoreSelection(fields.get("select"), complaints);
  replays.value = fields.has("replay");
  restoreOthers(fields.get("compare"), complaints);
  if (complaints.length) say("page", { message: `The link was not followed exactly: ${complaints.join("; ")}` });
}

/** Writes the state from now on, and follows changes made by hand. */
export function watchUrl(): void {
  let timer = 0;
  effect(() => {
    const text = currentHash();
    clearTimeout(timer);
    // Browsers allow only so many changes of the address a second.
    timer = window.setTimeout(() => text !== null && window.history.replaceState(null, "", text), 200);
  });
  window.addEventListener("hashchange", () => void restore());
}

const known = ["lesson", "script", "step", "event", "select", "compare", "replay"];

function readFields(complaints: string[]): URLSearchParams {
  const fields = new URLSearchParams(location.hash.replace(/^#/, ""));
  for (const name of new Set(fields.keys()))
    if (!known.includes(name)) complaints.push(`“${brief(name)}” is not one of ${known.join(", ")}`);
  return fields;
}

async function chooseScript(fields: URLSearchParams, complaints: string[]): Promise<void> {
  const packed = fields.get("script");
  const text = packed === null ? null : await unpack(packed);
  if (text !== null) return setScript({ id: null, title: "Script from a link", text });
  if (packed !== null) complaints.push("its script is damaged, so the first lesson is shown");
  const id = fields.get("lesson");
  const lesson = lessons.find((one) => one.id === id);
  if (id !== null && !lesson)
    complaints.push(`there is no lesson “${brief(id)}”; there are ${lessons.map((one) => one.id).join(", ")}`);
  if (lesson ?? lessons[0]) setLesson((lesson ?? lessons[0])!);
}

function whole(fields: URLSearchParams, name: string, complaints: string[]): number | null {
  const text = fields.get(name);
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  complaints.push(`${name} “${brief(text)}” is not a whole number from 0 on`);
  return null;
}

function checkStep(step: number, complaints: string[]): void {
  const steps = session.peek()?.stepCount() ?? 0;
  if (step > steps) complaints.push(`step ${step} is past the last, ${steps}, which is shown`);
}

function restoreSelection(text: string | null, complaints: string[]): void {
  if (text === null) return;
  const subject = parseSubject(text);
  if (!subject) complaints.push(`select “${brief(text)}” is not like frame:31, page:1:4096, vma:2, slot:0 or process:1`);
  else if (!session.peek()?.inspect(subject)) complaints.push(`there is no ${brief(text)} at this step`);
  else selected.value = subject;
}

function restoreOthers(text: string | null, complaints: string[]): void {
  const list = text === null ? null : parseOthers(text);
  if (text !== null && !list) complaints.push(`compare “${brief(text)}” is not a JSON array of one to three objects`);
  others.value = list;
}

function currentHash(): string | null {
  const { from, steps } = origin.value;
  const at = state.value?.cursor;
  if (!at) return null;
  if (!from) return location.pathname + location.search;
  const fields = new URLSearchParams(from);
  // Steps that the console added are not in the script, so a link can't reach them.
  fields.set("step", String(Math.min(at.step, steps)));
  if (at.step < steps && inside(at)) fields.set("event", String(at.event));
  if (selected.value) fields.set("select", subjectText(selected.value));
  if (others.value) fields.set("compare", JSON.stringify(others.value));
  if (others.value && replays.value) fields.set("replay", "");
  return `#${fields.toString().replaceAll("%3A", ":")}`;
}

function inside(at: { step: number; event: number }): boolean {
  const next = session.peek()?.steps(at.step, 1)[0];
  return next !== undefined && at.event > next.firstEvent;
}

function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
