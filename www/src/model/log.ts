// The console's lines: what was typed, what was answered, and what a script prints.
import { signal } from "@preact/signals";

export type Line = { kind: "in" | "out" | "error" | "news"; text: string };

const LENGTH = 300;

export const log = signal<Line[]>([]);
/** What is typed into the console and not given yet. */
export const unsent = signal("");
/** Lines that were given and are not answered yet, in order. */
export const waiting = signal<string[]>([]);

/** Adds lines; the oldest are dropped. */
export function tell(lines: Line[]): void {
  if (lines.length) log.value = [...log.peek(), ...lines].slice(-LENGTH);
}
