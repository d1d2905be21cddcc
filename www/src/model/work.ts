// What the reader has typed and where they stand, kept in this browser so that a reload, a crash and a closed tab lose
// nothing. Each visit writes a record of its own, so that tabs cannot destroy each other's; a lock tells which records
// belong to tabs that are open. What is read is checked like anything from outside.
import type { Line } from "./log";

export type Work = {
  /** When it was written, in milliseconds since 1970. */
  at: number;
  /** The address after its `#`: machine, place, selection. */
  hash: string;
  /** The script's title. */
  title: string;
  /** The script in the editor; null where there is a list of commands, or one too long to keep. */
  text: string | null;
  /** Whether the reader has typed any of it, or given a command. */
  typed: boolean;
  /** The console's lines, and what is typed into it and not given yet. */
  lines: Line[];
  unsent: string;
  /** It was offered before; it was being opened when the page ended. */
  offered?: true;
  begun?: true;
};
export type Kept = { id: string; work: Work };

/** At most this many characters of a script, of an address, and of the console's lines together. */
export const LONGEST_TEXT = 1 << 20;
const LONGEST_HASH = 200_000;
const LONGEST_LINES = 200_000;
/** At most this many records; the oldest are dropped. */
const MOST = 8;
const PREFIX = "pageturner-work.";
const TAB = "pageturner-tab";

/** This visit's record. */
const own = `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}`;

/** Takes this visit's lock for as long as the page lives; returns the record of the visit before in this tab. */
export function arrive(): string | null {
  try {
    // Never settled: the browser releases the lock when the page ends.
    void navigator.locks?.request(PREFIX + own, () => new Promise(() => {})).catch(() => {});
    const before = sessionStorage.getItem(TAB);
    sessionStorage.setItem(TAB, own);
    return before;
  } catch {
    return null;
  }
}

/** The records of visits that have ended, newest first; `damaged`: how many had to be dropped. */
export async function ended(): Promise<{ works: Kept[]; damaged: number }> {
  const open = await openElsewhere();
  const works: Kept[] = [];
  let damaged = 0;
  for (const id of ids().filter((id) => !open.has(id))) {
    const work = recorded(id);
    if (work) works.push({ id, work });
    else {
      damaged++;
      drop(id);
    }
  }
  works.sort((a, b) => b.work.at - a.work.at);
  for (const { id } of works.splice(MOST)) drop(id);
  return { works, damaged };
}

/** A visit's record; null if there is none, or one that is damaged. */
export function recorded(id: string): Work | null {
  return parse(read(id));
}

/** Writes this visit's record. False if the browser refuses, even after older ones were dropped. */
export async function write(work: Work): Promise<boolean> {
  const text = JSON.stringify(work);
  if (put(own, text)) return true;
  const { works } = await ended();
  for (const { id } of works.reverse()) {
    drop(id);
    if (put(own, text)) return true;
  }
  return false;
}

/** Writes this visit's record at the last moment, when nothing else can be done any more. */
export function writeNow(work: Work): void {
  put(own, JSON.stringify(work));
}

/** Changes a record of a visit that has ended. */
export function note({ id, work }: Kept, change: Partial<Work>): void {
  put(id, JSON.stringify({ ...work, ...change }));
}

export function drop(id: string): void {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // Storage is forbidden: then there is nothing to remove.
  }
}

/** The newest lines, as many as are kept. */
export function keptLines(lines: Line[]): Line[] {
  let letters = 0;
  const from = lines.findLastIndex(({ text }) => (letters += text.length) > LONGEST_LINES);
  return lines.slice(from + 1);
}

/** Records whose tabs are open. Where there are no locks, in pages that are not served securely, none is known. */
async function openElsewhere(): Promise<Set<string>> {
  const { held = [] } = (await navigator.locks?.query().catch(() => null)) ?? {};
  const open = held.map(({ name = "" }) => name).filter((name) => name.startsWith(PREFIX));
  return new Set([own, ...open.map((name) => name.slice(PREFIX.length))]);
}

function ids(): string[] {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    return names.map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

function read(id: string): string {
  try {
    return localStorage.getItem(PREFIX + id) ?? "";
  } catch {
    return "";
  }
}

function put(id: string, text: string): boolean {
  try {
    localStorage.setItem(PREFIX + id, text);
    return true;
  } catch {
    return false;
  }
}

/** A record, or null if it is none that this page wrote. */
function parse(json: string): Work | null {
  try {
    const work: unknown = JSON.parse(json);
    return isWork(work) ? work : null;
  } catch {
    return null;
  }
}

function isWork(it: unknown): it is Work {
  if (typeof it !== "object" || it === null) return false;
  const { at, hash, title, text, typed, lines, unsent } = it as Record<string, unknown>;
  const isText = (value: unknown, most: number) => typeof value === "string" && value.length <= most;
  return (
    Number.isSafeInteger(at) &&
    isText(hash, LONGEST_HASH) &&
    isText(title, 1_000) &&
    (text === null || isText(text, LONGEST_TEXT)) &&
    typeof typed === "boolean" &&
    isText(unsent, LONGEST_LINES) &&
    Array.isArray(lines) &&
    lines.length <= 300 &&
    lines.every((line) => isLine(line) && isText(line.text, LONGEST_LINES))
  );
}

function isLine(it: unknown): it is Line {
  return typeof it === "object" && it !== null && ["in", "out", "error", "news"].includes((it as Line).kind);
}
