// Short scripts to start from: www/examples/*.rhai, described by their first lines, as lessons are.
import { header } from "./headers";

const files = import.meta.glob<string>("../../examples/*.rhai", { query: "?raw", import: "default", eager: true });

/** `shows`: a sentence. */
export type Example = { title: string; topic: string; shows: string; source: string; order: number };

const examples: Example[] = Object.values(files)
  .map((source) => ({
    title: header(source, "title") ?? "",
    topic: header(source, "topic") ?? "",
    shows: header(source, "teaches") ?? "",
    order: Number(header(source, "order") ?? 999),
    source,
  }))
  .sort((a, b) => a.order - b.order);

/** The examples of each topic, in the order of the topics' first ones. */
export const exampleTopics: [string, Example[]][] = [...new Set(examples.map(({ topic }) => topic))].map((topic) => [
  topic,
  examples.filter((example) => example.topic === topic),
]);

/** What New begins with: a small machine and nothing done on it. */
export const EMPTY = `// New scenario
machine(#{ frames: 64, swap_slots: 16 });

`;
