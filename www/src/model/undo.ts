// Lines given by hand are taken back and given again. The machine is deterministic: to take the last line back, it is
// made once more without it, so that what the line had cut is there again.
import { computed } from "@preact/signals";
import { runLine } from "./console";
import { branch, type Followed, followed, undone } from "./followed";
import { lessons } from "./lessons";
import { tell, waiting } from "./log";
import { job, remake } from "./runner";
import { seekTo, session } from "./session";
import { source } from "./source";

/** The line that `undo` takes back, and the one that `redo` gives again; null if there is none. */
export const undoable = computed(() => followed.value.at(-1)?.line ?? null);
export const redoable = computed(() => undone.value.at(-1)?.line ?? null);
/** Whether a line, or a machine, is under way, which is waited for. */
export const busy = computed(() => !session.value || job.value !== null || waiting.value.length > 0);

/** What the history was made by, in a word. */
export const trunk = computed(() => {
  if (source.value.readOnly) return "recording";
  return lessons.some(({ id }) => id === source.value.id) ? "lesson" : "script";
});

/** The reader's own commands on a history that was there before: how many, after which step, and whether that cut any
 *  of it. Null where there are none, and where they only go on after a script of the reader's own. */
export const onBranch = computed(() => {
  const { steps, own } = branch.value;
  if (own.length === 0) return null;
  const cut = own[0]! < steps;
  return cut || trunk.value === "lesson" ? { commands: own.length, after: own[0]!, cut } : null;
});

/** Takes the last line back. */
export async function undo(): Promise<void> {
  const [last, rest] = [followed.peek().at(-1), undone.peek()];
  if (!last || busy.peek()) return;
  if (await remake(followed.peek().slice(0, -1), last)) takenBack([last], [...rest, last]);
}

/** Gives the line again that was taken back last, where it was given. */
export async function redo(): Promise<boolean> {
  const machine = session.peek();
  const next = undone.peek().at(-1);
  if (!next || !machine || busy.peek()) return false;
  seekTo({ step: next.step, event: next.event ?? 0 });
  return (await runLine(next.line, undone.peek().slice(0, -1))) !== null;
}

/** Takes all lines back: the history is as it was made. */
export async function leaveBranch(): Promise<void> {
  const lines = followed.peek();
  if (lines.length === 0 || busy.peek()) return;
  const rest = undone.peek();
  const step = branch.peek().own[0] ?? session.peek()!.cursor().step;
  if (await remake([], { step })) takenBack(lines, [...rest, ...lines.toReversed()]);
}

/** Gives all lines again that were taken back. */
export async function toBranch(): Promise<void> {
  while (await redo());
}

function takenBack(lines: Followed[], all: Followed[]): void {
  undone.value = all;
  const what = lines.length === 1 ? lines[0]!.line : `${lines.length} lines`;
  tell([{ kind: "news", text: `Taken back: ${what}` }]);
}
