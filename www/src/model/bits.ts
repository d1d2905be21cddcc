// A page's bits in words that say no more than is so: a new entry is born accessed, as on Linux, before anybody has
// used it, so that "accessed: yes" would be wrong.
import type { Subject } from "../wasm/types";

type Wording = { name: string; meaning?: string; said: (value: string) => string };

const meanings: Record<string, string> = {
  Accessed:
    "The processor sets it in the PTE at each access. The kernel sets it in a new entry, too, so that a page is not taken away before it has been used",
  Dirty: "The processor sets it in the PTE at each write",
};

/** How a value of this name is called, and what is said of it. */
export function wording(subject: Subject | null, name: string): Wording {
  const meaning = subject?.kind === "page" ? meanings[name] : undefined;
  if (!meaning) return { name, said: (value) => value };
  return {
    name: `${name} bit`,
    meaning,
    said: (value) => (value === "yes" ? "set" : value === "no" ? "not set" : value),
  };
}
