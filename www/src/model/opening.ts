// A recording becomes a machine, and a machine a recording, in slices between two pictures.
import { wasm } from "../wasm/module";
import type { Session } from "../wasm/types";
import { inSlices } from "./slices";

/** How far an opening has come, from 0 to 1. */
type Progress = (part: number) => void;

/** The part of an opening that reading takes; replaying takes the rest. */
const READING = 0.4;

/** The machine of a recording, at its end; null if it is not wanted any more. Throws what is wrong with it. */
export async function openInSlices(
  recording: string,
  wanted: () => boolean,
  progress: Progress = () => {},
): Promise<Session | null> {
  const opening = new wasm.Opening();
  let taken = false;
  const read = (lines: string, part: number) => {
    opening.read(lines);
    progress(READING * part);
  };
  const replay = (events: number) => {
    const last = opening.advance(events);
    progress(READING + ((1 - READING) * opening.done()) / Math.max(1, opening.commands()));
    return last;
  };
  try {
    if (!(await linesInSlices(recording, read, wanted))) return null;
    if (!(await inSlices(replay, { first: 20, least: 200, most: 500_000 }, wanted))) return null;
    taken = true;
    return opening.take() ?? null;
  } finally {
    if (!taken) opening.free();
  }
}

/** Hands on the lines of a text, with the part of it that they end. Resolves to false if they are not wanted any
 *  more. */
export function linesInSlices(
  text: string,
  read: (lines: string, part: number) => void,
  wanted: () => boolean,
): Promise<boolean> {
  let at = 0;
  const some = (letters: number) => {
    const from = at;
    at = lineEnd(text, from + letters);
    read(text.slice(from, at), at / text.length);
    return at >= text.length;
  };
  return inSlices(some, { first: 8_192, least: 4_096, most: 4 << 20 }, wanted);
}

/** The end of the line that this place is in. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at - 1);
  return end < 0 ? text.length : end + 1;
}

/** The machine's recording as a list of its parts, in order; null if it is not wanted any more. */
export async function recordingInSlices(
  machine: Session,
  wanted: () => boolean = () => true,
): Promise<string[] | null> {
  const parts: string[] = [];
  let from = 0;
  const write = (commands: number) => {
    parts.push(machine.recordingPart(from, commands));
    from += commands;
    return from >= machine.stepCount();
  };
  return (await inSlices(write, { first: 500, least: 100, most: 50_000 }, wanted)) ? parts : null;
}
