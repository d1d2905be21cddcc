// The lessons that come with the page: www/lessons/*.rhai, described by their first lines; their scripts, fetched when
// they are opened; and what their runs came to when the page was built.
import { described } from "virtual:lessons";
import { recorded } from "virtual:recorded";
import { wasm } from "../wasm/module";
import type { OutcomeDto } from "../wasm/types";
import { header, headers } from "./headers";

const scripts = import.meta.glob<string>("../../lessons/*.rhai", { query: "?raw", import: "default" });

export type Lesson = {
  id: string;
  title: string;
  /** Its place among the lessons, from 1 on. */
  order: number;
  topic: string;
  minutes: number;
  /** A sentence or two. */
  teaches: string;
  /** What has been seen when it is over. */
  learned: string[];
};

/** In the order of their `//! order:` lines. */
export const lessons: Lesson[] = described
  .map(({ id, header: lines }) => ({
    id,
    // Read when it is shown: the core, which reads it, is loaded after this file.
    get title() {
      return wasm.scriptTitle(lines) ?? id;
    },
    order: Number(header(lines, "order") ?? 999),
    topic: header(lines, "topic") ?? "Others",
    minutes: Number(header(lines, "minutes") ?? 0),
    teaches: header(lines, "teaches") ?? "",
    learned: headers(lines, "learned"),
  }))
  .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));

/** The lessons of each topic, in the order of the topics' first lessons. */
export const topics: [string, Lesson[]][] = [...new Set(lessons.map(({ topic }) => topic))].map((topic) => [
  topic,
  lessons.filter((lesson) => lesson.topic === topic),
]);

const fetched = new Map<string, string>();

/** The script of a lesson; null if it cannot be fetched. */
export async function scriptOf(id: string): Promise<string | null> {
  try {
    const text = fetched.get(id) ?? (await scripts[`../../lessons/${id}.rhai`]?.());
    if (text === undefined) return null;
    fetched.set(id, text);
    return text;
  } catch {
    return null;
  }
}

/** The script of a lesson that was opened before. */
export const fetchedScript = (id: string | null): string | undefined => (id === null ? undefined : fetched.get(id));

/** Whether a text is the script of a lesson that was opened before. */
export const isFetched = (text: string): boolean => [...fetched.values()].includes(text);

/** What a lesson's run came to when the page was built; null if that cannot be fetched. */
export async function recordedRun(id: string): Promise<OutcomeDto | null> {
  try {
    return (await recorded[id]?.())?.default ?? null;
  } catch {
    return null;
  }
}
