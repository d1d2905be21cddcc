// Scripts of the reader's own, kept in this browser's IndexedDB under names; and edited scripts that another has taken
// the place of, which are kept without being asked. Each is a record of its own, so that tabs do not destroy each
// other's. What is read is checked like anything from outside.
import { signal } from "@preact/signals";
import { del, getMany, keys, set } from "idb-keyval";
import { LONGEST_TEXT } from "./work";

/** `at`: when it was written, in milliseconds since 1970. */
export type Scenario = { id: string; name: string; text: string; at: number };

const OWN = "scenario.";
const LEFT = "left.";
/** At most this many scripts are kept without being asked; the oldest are dropped. */
const MOST_LEFT = 8;
export const LONGEST_NAME = 80;

/** Newest first; null until they have been read. */
export const scenarios = signal<Scenario[] | null>(null);
export const left = signal<Scenario[] | null>(null);
/** Why the browser keeps none; null if it does. */
export const refused = signal<string | null>(null);

/** Reads what is kept. */
export async function readScenarios(): Promise<void> {
  try {
    [scenarios.value, left.value] = [await all(OWN), await all(LEFT)];
    refused.value = null;
  } catch (thrown) {
    scenarios.value = left.value = [];
    refused.value = reason(thrown);
  }
}

/** Keeps a script; one of this name is replaced, and returned. Throws why the browser refuses. */
export async function save(name: string, text: string): Promise<Scenario | null> {
  if (text.length > LONGEST_TEXT) throw new Error("it is longer than a million characters");
  const before = (await all(OWN).catch(refuse)).find((one) => one.name === name) ?? null;
  await put({ id: before?.id ?? OWN + fresh(), name, text, at: Date.now() });
  return before;
}

/** Writes a scenario as it is given: renamed, say, or back after it was removed. Throws why the browser refuses. */
export async function put(scenario: Scenario): Promise<void> {
  const { id, ...rest } = scenario;
  await set(id, rest).catch(refuse);
  await readScenarios();
}

/** Throws why the browser refuses. */
export async function remove({ id }: Scenario): Promise<void> {
  await del(id).catch(refuse);
  await readScenarios();
}

/** Keeps an edited script that another takes the place of. Where the browser refuses, its history still has it. */
export async function leaveBehind(name: string, text: string): Promise<void> {
  if (text.trim() === "" || text.length > LONGEST_TEXT) return;
  try {
    const known = [...(await all(LEFT)), ...(await all(OWN))];
    if (known.some((one) => one.text === text)) return;
    await set(LEFT + fresh(), { name: name.slice(0, LONGEST_NAME), text, at: Date.now() });
    for (const { id } of (await all(LEFT)).slice(MOST_LEFT)) await del(id);
  } catch {
    // Storage is forbidden or full.
  }
}

async function all(prefix: string): Promise<Scenario[]> {
  const ids = (await keys()).filter((id): id is string => typeof id === "string" && id.startsWith(prefix));
  const records: unknown[] = await getMany(ids);
  const found = ids.map((id, n) => parse(id, records[n])).filter((one) => one !== null);
  return found.sort((a, b) => b.at - a.at);
}

function parse(id: string, it: unknown): Scenario | null {
  if (typeof it !== "object" || it === null) return null;
  const { name, text, at } = it as Record<string, unknown>;
  const good = typeof name === "string" && typeof text === "string" && text.length <= LONGEST_TEXT;
  return good && Number.isSafeInteger(at) ? { id, name: name.slice(0, LONGEST_NAME), text, at: at as number } : null;
}

/** Milliseconds and a random number, in base 36. */
function fresh(): string {
  return `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}`;
}

function refuse(thrown: unknown): never {
  throw new Error(reason(thrown));
}

function reason(thrown: unknown): string {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : "";
  return name === "QuotaExceededError" ? "its storage is full" : "storage is forbidden here";
}
