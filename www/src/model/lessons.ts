// The lessons that come with the page: www/lessons/*.rhai, titled by their first lines.
import { wasm } from "../wasm";

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

/** The value of a `//! name: value` line. */
export function header(source: string, name: string): string | undefined {
  return source.match(new RegExp(`^//! ${name}:[ \\t]*(.+?)[ \\t\\r]*$`, "m"))?.[1];
}
