// What was done by hand on the machine on show: console lines and clicks with the map's tools, in order, each with the
// place in time at which it was given. Done again, in the same order, they make the same machine.
import { signal } from "@preact/signals";
import type { Session } from "../wasm/types";
import type { Line } from "./log";
import { sentence } from "./notices";
import { eachInSlices } from "./slices";

/** `event`: given inside a step, after so many events; `failed`: its answer was an error. */
export type Followed = { step: number; event?: number; line: string; failed?: true };

export const followed = signal<Followed[]>([]);

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

/** The answer of a line. */
export type Answer = { text: string; failed: boolean };

/** Gives a line to a machine. */
export function give(machine: Session, line: string): Answer {
  const { text, error } = machine.console(line);
  return error ? { text: sentence(error), failed: true } : { text, failed: false };
}

/** Repeats everything on a machine that has only been made; null if it was cancelled. A line that cannot be given, or
 *  whose answer differs from the first time, ends it: it is `wrong`, and the machine must not be used. */
export async function redo(
  machine: Session,
  list: Followed[],
  wanted: () => boolean,
): Promise<{ said: Line[]; wrong?: string } | null> {
  const said: Line[] = [];
  let wrong: string | undefined;
  const again = ([n, { step, event, line, failed }]: [number, Followed]) => {
    const refuse = (why: string) => {
      wrong = `command ${n + 1} of what followed, \`${brief(line)}\`, ${why}`;
      return false;
    };
    if (step > machine.stepCount()) return refuse(`was given at step ${step}, and there are ${machine.stepCount()}`);
    if (event === undefined) machine.seek(step);
    else machine.seekEvent(event);
    if (machine.cursor().step !== step) return refuse(`was given inside step ${step}, where event ${event} is not`);
    const answer = give(machine, line);
    if (answer.failed && !failed) return refuse(`was refused: ${answer.text}`);
    if (failed && !answer.failed) return refuse("failed when it was given, and does not now");
    said.push({ kind: "in", text: line }, ...answered(answer));
    return true;
  };
  const whole = await eachInSlices(list.entries(), again, wanted);
  if (wrong !== undefined) return { said, wrong };
  return whole ? { said } : null;
}

/** An answer as lines of the console. */
export function answered({ text, failed }: Answer): Line[] {
  if (failed) return [{ kind: "error", text }];
  return text ? [{ kind: "out", text }] : [];
}

/** A text from an address, short enough for a message. */
export function brief(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
