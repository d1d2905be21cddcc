// Exercises: scenarios whose numbers come from a seed, www/exercises/*.rhai. The seed stands in the text's header, so
// the text that is opened is the exercise of one student.
import { header } from "./headers";

const files = import.meta.glob<string>("../../exercises/*.rhai", { query: "?raw", import: "default", eager: true });

export type Exercise = { id: string; title: string; topic: string; source: string };

const exercises: Exercise[] = Object.entries(files)
  .map(([path, source]) => ({
    id: path.split("/").pop()!.replace(".rhai", ""),
    title: header(source, "title") ?? "",
    topic: header(source, "topic") ?? "",
    source,
  }))
  .sort((a, b) => a.title.localeCompare(b.title));

/** The exercises of each topic. */
export const exerciseTopics: [string, Exercise[]][] = [...new Set(exercises.map(({ topic }) => topic))]
  .sort()
  .map((topic) => [topic, exercises.filter((exercise) => exercise.topic === topic)]);

export const exerciseIds = exercises.map(({ id }) => id).sort();
export const exerciseOf = (id: string): Exercise | undefined => exercises.find((exercise) => exercise.id === id);

/** The seed that a text names: its number, or that of a name, which is the same for any way to write it in capitals and
 *  blanks, as on the command line: FNV-1a of its bytes, six digits. */
export function seedOf(text: string): number {
  const words = text.trim().toLowerCase().split(/\s+/).join(" ");
  if (/^\d{1,15}$/.test(words)) return Number(words);
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(words)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return Number(hash % 1_000_000n);
}

/** The text of an exercise with a seed. */
export const seeded = (source: string, seed: number): string =>
  source.replace(/^\/\/! seed: \d+$/m, `//! seed: ${seed}`);
