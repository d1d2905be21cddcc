// What was done by hand on the machine on show: console lines and clicks with the map's tools, in order, each with the
// place in time at which it was given. Done again, in the same order, they make the same machine.
import { signal } from "@preact/signals";
import type { Session } from "../wasm/types";
import { type Basis, end, runInEngine } from "./engine";
import type { Line } from "./log";
import { sentence } from "./notices";
import { inSlices } from "./slices";

/** `event`: given inside a step, after so many events; `failed`: its answer was an error. */
export type Followed = { step: number; event?: number; line: string; failed?: true };

export const followed = signal<Followed[]>([]);
/** Lines that were taken back, the one to give again first last. */
export const undone = signal<Followed[]>([]);

/** The machine's own history, before anything followed, has `steps` steps. Of the lines that followed, those that gave
 *  commands which are still there were given at the steps `own`, in ascending order. */
export type Branch = { steps: number; own: number[] };
export const branch = signal<Branch>({ steps: 0, own: [] });

/** The branch with one line more: its commands have cut what was after its place. */
export function grown({ steps, own }: Branch, { step }: Followed, { commands }: Answer): Branch {
  return { steps, own: commands ? [...own.filter((one) => one < step), step] : own };
}

/** At most this many lines are taken from an address. */
const MOST_LINES = 5_000;
/** At most this many characters in a line, as in the console. */
export const LONGEST_LINE = 10_000;

/** Where a line would be given now. */
export function placeOf(machine: Session): { step: number; event?: number } {
  const { step, event } = machine.cursor();
  const next = machine.steps(step, 1)[0];
  return next && event > next.firstEvent ? { step, event } : { step };
}

/** Reads a list out of an address; null if it is not one. */
export function parseFollowed(text: string): Followed[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.length > 0 && list.length <= MOST_LINES && list.every(isFollowed) ? list : null;
  } catch {
    return null;
  }
}

function isFollowed(one: unknown): one is Followed {
  if (typeof one !== "object" || one === null) return false;
  const { step, event, line, failed, ...rest } = one as Record<string, unknown>;
  const whole = (n: unknown) => Number.isInteger(n) && (n as number) >= 0;
  if (Object.keys(rest).length > 0 || !whole(step) || (event !== undefined && !whole(event))) return false;
  return typeof line === "string" && line.length <= LONGEST_LINE && (failed === undefined || failed === true);
}

/** The answer of a line; whether it gave commands. */
export type Answer = { text: string; failed: boolean; commands: boolean };

/** Gives a line to a machine at a place: it is run in the machine's engine, and its commands are given here, in
 *  slices. Null if the machine is not wanted any more. */
export async function give(
  machine: Session,
  basis: () => Basis,
  at: Followed,
  wanted: () => boolean,
): Promise<Answer | null> {
  const { step, event, line } = at;
  const reply = await runInEngine(machine, basis, { step, event, line });
  if (!reply || !wanted()) return null;
  const { text, error, commands } = reply;
  try {
    if (commands && !(await giveCommands(machine, at, commands, wanted))) return null;
  } catch (thrown) {
    // The engine's machine is ahead of this one now.
    end(machine);
    throw thrown;
  }
  const said = error ? { text: sentence(error), failed: true } : { text, failed: false };
  return { ...said, commands: commands !== "" };
}

/** Gives commands, a line each, at a place; the first cuts what is after it. Resolves to false if the machine is not
 *  wanted any more. */
function giveCommands(machine: Session, at: Followed, commands: string, wanted: () => boolean): Promise<boolean> {
  const lines = commands.trimEnd().split("\n");
  let given = 0;
  const some = (count: number) => {
    // Between two slices the reader may have moved.
    if (given === 0) go(machine, at);
    else machine.seek(machine.stepCount());
    machine.follow(lines.slice(given, given + count).join("\n"));
    given += count;
    return given >= lines.length;
  };
  return inSlices(some, { first: 200, least: 20, most: 50_000 }, wanted);
}

function go(machine: Session, { step, event }: Followed): void {
  if (event === undefined) machine.seek(step);
  else machine.seekEvent(event);
}

/** Repeats everything on a machine that has only been made from a recording; null if it was cancelled. A line that
 *  cannot be given, or whose answer differs from the first time, ends it: it is `wrong`, and the machine must not be
 *  used. */
export async function redo(
  machine: Session,
  recording: string,
  list: Followed[],
  wanted: () => boolean,
): Promise<{ said: Line[]; branch: Branch; wrong?: string } | null> {
  const said: Line[] = [];
  let branch: Branch = { steps: machine.stepCount(), own: [] };
  for (const [n, at] of list.entries()) {
    const { step, event, line, failed } = at;
    const refused = (why: string) => ({
      said,
      branch,
      wrong: `command ${n + 1} of what followed, \`${brief(line)}\`, ${why}`,
    });
    if (step > machine.stepCount()) return refused(`was given at step ${step}, and there are ${machine.stepCount()}`);
    go(machine, at);
    if (machine.cursor().step !== step) return refused(`was given inside step ${step}, where event ${event} is not`);
    const answer = await give(machine, () => ({ recording, lines: list.slice(0, n) }), at, wanted);
    if (!answer) return null;
    if (answer.failed && !failed) return refused(`was refused: ${answer.text}`);
    if (failed && !answer.failed) return refused("failed when it was given, and does not now");
    said.push({ kind: "in", text: line }, ...answered(answer));
    branch = grown(branch, at, answer);
  }
  return { said, branch };
}

/** An answer as lines of the console. */
export function answered({ text, failed }: Pick<Answer, "text" | "failed">): Line[] {
  if (failed) return [{ kind: "error", text }];
  return text ? [{ kind: "out", text }] : [];
}

/** A text from an address, short enough for a message. */
export function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
