// The text in the editor: a lesson, an edited script, or the commands of a recording that has none.
import { computed, signal } from "@preact/signals";
import { wasm } from "../wasm/module";
import { fetchedScript, isFetched, type Lesson, scriptOf } from "./lessons";
import { say } from "./notices";
import { leaveBehind } from "./scenarios";
import { session } from "./session";

export type Source = {
  /** The lesson it is or came from. */
  id: string | null;
  /** Its name if its text does not contain one: a file's name. */
  title: string;
  text: string;
  /** A list of commands, one step a line: nothing to run. */
  readOnly: boolean;
};

export const source = signal<Source>({ id: null, title: "", text: "", readOnly: false });
/** Counts texts put into the editor from outside, so that typing does not reset it. */
export const loaded = signal(0);

/** What the machine on show was made from; null before there is one. After a run that was cancelled, or edits, it
 *  differs from the text in the editor. */
export const ran = signal<Source | null>(null);
/** Whether the script in the editor differs from that of the machine on show. */
export const unrun = computed(
  () => ran.value !== null && !source.value.readOnly && source.value.text !== ran.value.text,
);

/** Its title: from its own text, as the core reads it. A title is at the start. */
export const title = computed(() => {
  const { title, text, readOnly } = source.value;
  return (!readOnly && wasm.scriptTitle(text.slice(0, 4096))) || title;
});

/** Whether the lesson's text has been changed. */
export const edited = computed(() => {
  const { id, text, readOnly } = source.value;
  return !readOnly && fetchedScript(id) !== text;
});

export function setScript(script: { id: string | null; title: string; text: string }): void {
  put({ ...script, readOnly: false });
}

/** Puts back what the machine on show was made from. */
export function backToRan(): void {
  if (ran.peek()) put(ran.peek()!);
}

/** Puts a text into the editor that was edited from the old one and not run. */
export function putDraft(text: string): void {
  put({ ...source.peek(), text }, true);
}

/** Called before another text replaces that of the editor: the last moment to save it. */
let leaving = () => {};
export function beforeLeaving(save: () => void): void {
  leaving = save;
}

/** Counts texts that were asked for: the last one counts. */
let asked = 0;

/** Whether the reader has typed into the text in the editor. */
let touched = false;

function put(next: Source, typed = false): void {
  asked++;
  leaving();
  keep();
  touched = typed;
  source.value = next;
  loaded.value++;
}

/** Keeps a text of the reader that another is about to take the place of. */
function keep(): void {
  const { text, readOnly } = source.peek();
  if (touched && !readOnly && !isFetched(text)) void leaveBehind(title.peek(), text);
}

/** Puts a lesson's script into the editor, once it is fetched. Returns whether it is there: not if it cannot be
 *  fetched, which is said, nor if another text was asked for meanwhile. */
export async function setLesson(lesson: Lesson): Promise<boolean> {
  const mine = ++asked;
  const text = await scriptOf(lesson.id);
  if (mine !== asked) return false;
  if (text === null) {
    say("page", { message: `The lesson “${lesson.title}” could not be fetched.` });
    return false;
  }
  setScript({ id: lesson.id, title: lesson.title, text });
  return true;
}

/** Called when the reader has typed. */
export function typed(text: string): void {
  touched = true;
  source.value = { ...source.peek(), text };
}

/** At most this many commands are listed; beyond this the list stops, the timeline does not. */
const MOST_LINES = 20_000;

/** Lists the commands of the machine on show. */
export function setCommands(title: string): void {
  const machine = session.peek();
  if (!machine) return;
  const more = machine.stepCount() - MOST_LINES;
  const text = machine.listing(MOST_LINES) + (more > 0 ? `\n// and ${more} more` : "");
  const list = { id: null, title, text, readOnly: true };
  if (!source.peek().readOnly) leaving();
  keep();
  touched = false;
  source.value = ran.value = list;
  loaded.value++;
}

/** The line that a step stands on. */
export function lineOf(step: { index: number; line: number | null }): number | null {
  return source.value.readOnly ? step.index + 1 : step.line;
}
