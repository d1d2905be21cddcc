// The lessons that come with the page: www/lessons/*.rhai, titled by their first lines; and what their runs came to
// when the page was built.
import { recorded } from "virtual:recorded";
import { wasm } from "../wasm/module";
import type { OutcomeDto } from "../wasm/types";

const files = import.meta.glob<string>("../../lessons/*.rhai", { query: "?raw", import: "default", eager: true });

export type Lesson = { id: string; title: string; source: string };

/** In the order of their `//! order:` lines. */
export const lessons: Lesson[] = Object.entries(files)
  .map(([path, source]) => ({
    id: path.replace(/^.*\/|\.rhai$/g, ""),
    // Read when it is shown: the core, which reads it, is loaded after this file.
    get title() {
      return wasm.scriptTitle(source) ?? path;
    },
    order: Number(header(source, "order") ?? 999),
    source,
  }))
  .sort((a, b) => a.order - b.order || a.title.localeCompare(b.title));

/** What a lesson's run came to when the page was built; null if that cannot be fetched. */
export async function recordedRun(id: string): Promise<OutcomeDto | null> {
  try {
    return (await recorded[id]?.())?.default ?? null;
  } catch {
    return null;
  }
}

/** The value of a line `//! name: value` among the comments that a script begins with. */
function header(source: string, name: string): string | undefined {
  const lines = source.split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) => line !== "" && !line.startsWith("//"));
  const start = `//! ${name}:`;
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .find((line) => line.startsWith(start))
    ?.slice(start.length)
    .trim();
}
