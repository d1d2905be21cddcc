// How far the reader has come in each lesson, kept in this browser: not begun, begun, or done. A lesson is done when
// its last note has been reached.
import { signal } from "@preact/signals";
import { lessons } from "./lessons";
import { say } from "./notices";

export type Far = "begun" | "done";

const NAME = "pageturner-lessons";

/** By lesson; one that is not there has not been begun. */
export const progress = signal<Record<string, Far>>(read());

/** Reads again what is kept: another tab may have come further. */
export function readProgress({ key }: { key: string | null }): void {
  if (key === NAME || key === null) progress.value = read();
}

/** To be called when a note of a lesson has been reached. */
export function reached(id: string, far: Far): void {
  const before = progress.peek()[id];
  if (before !== far && before !== "done") write({ ...read(), ...progress.peek(), [id]: far });
}

/** Forgets all of it, until it is taken back. */
export function forgetProgress(): void {
  const before = progress.peek();
  const takeBack = () => {
    write(before);
    say("page", null);
  };
  write({});
  say("page", {
    tone: "news",
    message: "How far you had come in the lessons is forgotten.",
    action: { label: "Undo", run: takeBack },
  });
}

function write(next: Record<string, Far>): void {
  progress.value = next;
  try {
    localStorage.setItem(NAME, JSON.stringify(next));
  } catch {
    // Storage is forbidden or full: then it is known as long as the page lives.
  }
}

/** What is kept, as far as it is about lessons that there are. */
function read(): Record<string, Far> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "{}");
    const of = new Map(Object.entries(kept ?? {}));
    const known = lessons.map(({ id }) => [id, of.get(id)] as const);
    return Object.fromEntries(known.filter((one): one is [string, Far] => one[1] === "begun" || one[1] === "done"));
  } catch {
    return {};
  }
}
