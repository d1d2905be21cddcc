// Where the machine on show came from, and what followed by hand, as fields of an address: both together make the same
// machine again. What is too long for a link is kept in this browser, and how far the address reaches is known.

import { computed, effect, signal } from "@preact/signals";
import type { LogOptions } from "../wasm/jobs";
import { type Followed, followed } from "./followed";
import { grouped } from "./numbers";
import { LONGEST_LINK, type Reach, type Stowed, stow } from "./pack";

export type Fields = Record<string, string>;
/** What a machine was made from: a lesson, a script (which may have begun as a lesson), or a log or recording. */
export type Made = { lesson: string } | { script: string; lesson: string | null } | { file: OpenedFile };
/** A log or recording; `options` say how a log was read. */
export type OpenedFile = { name: string; text: string; options?: LogOptions };

/** The options of a log that are on, always written alike: a file that is opened again has the same address, and is
 *  kept once. */
export function logOptions(given: LogOptions | null | undefined): LogOptions {
  return { ...(given?.lenient === true && { lenient: true }), ...(given?.oneProcess === true && { oneProcess: true }) };
}

type Part = { what: string; fields: Fields; reach: Reach; letters: number };
const nothing: Part = { what: "", fields: {}, reach: "link", letters: 0 };

/** The machine's own part; null until it is worked out, or when nothing has been opened. */
const base = signal<Part | null>(null);
/** What followed, and the list that this was worked out for. */
const tail = signal<Part & { of: Followed[] }>({ ...nothing, of: followed.peek() });

/** The whole address, without the place in time; null while it is being computed. `letters`: its compressed length, as
 *  far as that is known. */
export const origin = computed<Part | null>(() => {
  const [machine, more] = [base.value, tail.value];
  if (!machine || more.of !== followed.value) return null;
  const reach = reaches[Math.max(reaches.indexOf(machine.reach), reaches.indexOf(more.reach))]!;
  return {
    what: machine.what,
    fields: { ...machine.fields, ...more.fields },
    reach,
    letters: machine.letters + more.letters,
  };
});

const reaches: Reach[] = ["link", "browser", "nowhere"];

/** Why there is no link; null if there is one. */
export const noLink = computed<string | null>(() => {
  const all = origin.value;
  if (!all || all.reach === "link") return null;
  const most = `${grouped(LONGEST_LINK)} letters`;
  const length = Number.isFinite(all.letters)
    ? `: squeezed it has ${grouped(all.letters)} letters, and a link carries ${most} at most`
    : `, which carries ${most} at most`;
  const what = followed.value.length ? "What was opened, with the commands given by hand since," : `This ${all.what}`;
  const rest =
    all.reach === "browser"
      ? "The page’s address works in this browser only"
      : "This browser does not keep it, so that leaving or reloading the page loses it";
  return `${what} is too long for a link${length}. ${rest}; to share it, save a file.`;
});

/** Counts computations, so that a slow one does not overwrite a newer one. */
let turn = 0;

/** Called when another machine is about to be shown: the old address is not valid for it. */
export function forgetOrigin(): void {
  turn++;
  base.value = null;
}

/** Sets what the machine on show was made from. */
export async function setOrigin(made: Made): Promise<void> {
  forgetOrigin();
  const mine = turn;
  const part = await machinePart(made);
  if (mine === turn) base.value = part;
}

async function machinePart(made: Made): Promise<Part> {
  if ("file" in made) return part("file", await stow(fold(made.file)));
  if (!("script" in made)) return { ...nothing, what: "lesson", fields: { lesson: made.lesson } };
  const script = part("script", await stow(made.script));
  return made.lesson === null ? script : { ...script, fields: { lesson: made.lesson, ...script.fields } };
}

/** A file as the text of a field: JSON. A large one stands behind its head: writing it as JSON would stop the page. */
function fold({ text, ...head }: OpenedFile): string {
  return text.length > LARGE ? `${JSON.stringify(head)}\n${text}` : JSON.stringify({ ...head, text });
}

/** What `fold` made: its JSON, and what stands behind; JSON has no line's end of its own. */
export function unfold(field: string): { head: string; rest?: string } {
  const end = field.indexOf("\n");
  return end < 0 ? { head: field } : { head: field.slice(0, end), rest: field.slice(end + 1) };
}

/** Characters of a file from which on it is not written as JSON. */
const LARGE = 1 << 20;

function part(name: string, { value, reach, letters }: Stowed): Part {
  return { what: name, fields: value === null ? {} : { [name]: value }, reach, letters };
}

effect(() => {
  const of = followed.value;
  const room = LONGEST_LINK - (base.value?.reach === "link" ? base.value.letters : 0);
  if (of.length === 0) tail.value = { ...nothing, of };
  else
    void stow(JSON.stringify(of), room).then((stowed) => {
      if (of === followed.peek()) tail.value = { ...part("then", stowed), of };
    });
});
