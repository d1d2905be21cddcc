// The lessons that come with the page: www/lessons/*.rhai, described by their first lines; and what their runs came to
// when the page was built.
import { recorded } from "virtual:recorded";
import { wasm } from "../wasm/module";
import type { OutcomeDto } from "../wasm/types";
import { header, headers } from "./headers";

const files = import.meta.glob<string>("../../lessons/*.rhai", { query: "?raw", import: "default", eager: true });

export type Lesson = {
  id: string;
  title: string;
  source: string;
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
export const lessons: Lesson[] = Object.entries(files)
  .map(([path, source]) => ({
    id: path.replace(/^.*\/|\.rhai$/g, ""),
    // Read when it is shown: the core, which reads it, is loaded after this file.
    get title() {
      return wasm.scriptTitle(source) ?? path;
    },
    source,
    order: Number(header(source, "order") ?? 999),
    topic: header(source, "topic") ?? "Others",
    minutes: Number(header(source, "minutes") ?? 0),
    teaches: header(source, "teaches") ?? "",
    learned: headers(source, "learned"),
  }))
  .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));

/** The lessons of each topic, in the order of the topics' first lessons. */
export const topics: [string, Lesson[]][] = [...new Set(lessons.map(({ topic }) => topic))].map((topic) => [
  topic,
  lessons.filter((lesson) => lesson.topic === topic),
]);

/** What a lesson's run came to when the page was built; null if that cannot be fetched. */
export async function recordedRun(id: string): Promise<OutcomeDto | null> {
  try {
    return (await recorded[id]?.())?.default ?? null;
  } catch {
    return null;
  }
}
