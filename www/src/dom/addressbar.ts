// Writes the address bar. Each machine opened is an entry of the browser's history, so that Back leads to the one
// before, and so is where a jump led; other moves in time change the entry. Edits that have not been run are kept with
// their entry and survive a reload.
import { effect } from "@preact/signals";
import { others, replays } from "../model/compare";
import { lost } from "../model/lost";
import { type Notice, notices, say, sentence } from "../model/notices";
import { type Fields, noLink, origin } from "../model/origin";
import { beforeLeaping } from "../model/places";
import { job } from "../model/runner";
import { selected, subjectText } from "../model/selection";
import { session, state } from "../model/session";
import { beforeLeaving, source, unrun } from "../model/source";
import { asked, shown } from "../model/sweep";

/** What has to be written: the address after its `#`, and the part of it that identifies the machine. */
type Entry = { machine: string; hash: string };

/** Far longer than any script that runs. */
const LONGEST_DRAFT = 1 << 20;

/** Which machine the present entry of the history shows; null: none yet, the first machine takes the existing entry. */
let machine: string | null = null;
/** While an address is being followed it is not written. */
let paused = true;
let timer = 0;
/** A jump has begun, and where it leads has not been written. */
let leaping = false;
/** The edits that the present entry keeps. */
let keptDraft: string | null = null;

export function pause(): void {
  paused = true;
  clearTimeout(timer);
}

/** Whether an address is being followed. */
export const following = () => paused;

/** Marks what is on show as belonging to the present entry. */
export function open(): void {
  machine = null;
  leaping = paused = false;
  write();
}

/** Starts writing changes to the address bar. */
export function follow(): void {
  let last: Fields | null = null;
  effect(() => {
    const fields = origin.value?.fields ?? null;
    entry();
    draft();
    clearTimeout(timer);
    // Another machine, or more done on it, is written at once. Other changes may be many, and browsers allow only a
    // limited number of changes of the address a second.
    if (fields !== last) write();
    else timer = window.setTimeout(write, 200);
    last = fields;
  });
  effect(announce);
  beforeLeaving(leave);
  beforeLeaping(() => {
    if (paused || leaping) return;
    write();
    leaping = true;
  });
  window.addEventListener("beforeunload", (event) => {
    // When the page is hidden it is too late.
    write();
    if (origin.peek()?.reach === "nowhere") event.preventDefault();
  });
}

/** Called before another text replaces that of the editor: edits that were never run stay in an entry of their own. */
function leave(): void {
  if (paused) return;
  write();
  if (keptDraft !== null) machine = "left";
}

/** Whether the missing link has been reported. */
let announced = false;

/** Reports once that what was opened, or what was done on it since, is too long for a link. */
function announce(): void {
  const why = noLink.value;
  if (origin.value === null) return;
  if (why !== null && !announced) {
    // After messages about it that are already shown, such as what was read of a log.
    const before = notices.peek().page;
    const { hint, line, column, ...rest }: Notice = before ?? { message: "", tone: "news" };
    say("page", { ...rest, message: before ? `${sentence(before)} ${why}` : why });
  }
  announced = why !== null;
}

/** Writes what is on show now, for code that is about to read the address. */
export const writeNow = () => write();

function write(): void {
  clearTimeout(timer);
  const now = paused ? null : entry();
  if (!now) return;
  keptDraft = draft();
  const kept = { draft: keptDraft };
  const address = now.hash === "" ? location.pathname + location.search : `#${now.hash}`;
  const moved = leaping && address !== location.hash;
  leaping = false;
  if (machine === null || (now.machine === machine && !moved)) window.history.replaceState(kept, "", address);
  else window.history.pushState(kept, "", address);
  machine = now.machine;
}

/** Edits that have not been run. While a job runs, the editor's text may be about to be run: then the edits before
 *  it. */
function draft(): string | null {
  if (job.value) return keptDraft;
  return unrun.value && source.value.text.length <= LONGEST_DRAFT ? source.value.text : null;
}

function entry(): Entry | null {
  const made = origin.value;
  if (!made) return null;
  // A machine without an address gets no link: none is better than one to another machine.
  if (made.reach === "nowhere") return { machine: "", hash: "" };
  const fields = new URLSearchParams(made.fields);
  fields.delete("then");
  const machine = fields.toString();
  if (made.fields.then) fields.set("then", made.fields.then);
  // A machine that was lost can be made again where it stood.
  const at = state.value?.cursor ?? lost.value?.place;
  if (at) fields.set("step", String(at.step));
  if (at && inside(at)) fields.set("event", String(at.event));
  const subject = selected.value ?? lost.value?.subject;
  if (subject) fields.set("select", subjectText(subject));
  if (others.value?.length) fields.set("compare", JSON.stringify(others.value));
  if (shown.value && asked.value) fields.set("sweep", JSON.stringify(asked.value));
  if (others.value && replays.value) fields.set("replay", "");
  return { machine, hash: fields.toString().replaceAll("%3A", ":") };
}

function inside(at: { step: number; event: number }): boolean {
  const next = session.peek()?.steps(at.step, 1)[0];
  return next !== undefined && at.event > next.firstEvent;
}
