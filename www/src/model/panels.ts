// What of the page is on show. The reading view has the words, the map and the processes; every other panel is folded
// until a lesson or the reader opens it. The working view has all but those that the reader folded. Both are kept.
import { batch, computed, effect, signal } from "@preact/signals";
import { others } from "./compare";
import { embedded, shows } from "./embed";
import { kept } from "./kept";
import { session } from "./session";
import { wordStops } from "./stops";

/** All panels that can be folded, with their names. */
export const PANELS = {
  memory: "Physical memory",
  processes: "Processes",
  inspector: "Inspector",
  allocator: "Allocator",
  swap: "Swap disk",
  reclaim: "Replacement",
  script: "Script",
  console: "Console",
  timeline: "Plot",
  steps: "Micro-steps",
  counters: "Counters",
  heap: "Heap",
} as const;

export type PanelId = keyof typeof PANELS;
export type View = "reading" | "working";

const all = Object.keys(PANELS) as PanelId[];

/** What the reader chose; null: nothing yet. */
const chosen = kept<View>("pageturner-view", ["reading", "working"]);

/** Without a choice what has words is read, and what has none is worked with. */
const usual = computed<View | null>(() =>
  session.value ? (wordStops.value.length > 0 ? "reading" : "working") : null,
);
let before: View = "reading";
/** Several machines beside each other are work. */
export const view = computed<View>(() => {
  if (embedded) return "reading";
  if (others.value) return "working";
  before = chosen.value ?? usual.value ?? before;
  return before;
});

export function toggleView(): void {
  chosen.value = view.peek() === "reading" ? "working" : "reading";
}

const KEY = "pageturner-panels";
const readable = new Set<PanelId>(["memory", "processes"]);
const sets = signal<Record<View, ReadonlySet<PanelId>>>(stored());

/** What a script opened or folded on this machine. It is not kept, and the reader's own hand comes before it. */
const staged = signal<ReadonlyMap<PanelId, boolean>>(new Map());

effect(() => {
  session.value;
  staged.value = new Map();
});

/** Whether a panel is on show. In the working view a script folds nothing. */
export function isOpen(id: PanelId): boolean {
  // Another page names all that is on show; what it calls the timeline is not the plot.
  if (embedded) return shows(id === "timeline" ? "plot" : id);
  const wanted = staged.value.get(id);
  return wanted === true || (sets.value[view.value].has(id) && (wanted === undefined || view.value === "working"));
}

/** What a script does. */
export const open = (id: PanelId) => stage(id, true);
export const fold = (id: PanelId) => stage(id, false);

function stage(id: PanelId, shown: boolean): void {
  staged.value = new Map(staged.peek()).set(id, shown);
}

/** What the reader does: it is kept. */
export function toggle(id: PanelId): void {
  const set = new Set(sets.peek()[view.peek()]);
  if (isOpen(id)) set.delete(id);
  else set.add(id);
  const rest = new Map(staged.peek());
  rest.delete(id);
  batch(() => {
    staged.value = rest;
    sets.value = { ...sets.peek(), [view.peek()]: set };
  });
}

effect(() => {
  const { reading, working } = sets.value;
  try {
    localStorage.setItem(KEY, JSON.stringify({ reading: [...reading], working: [...working] }));
  } catch {
    // Not remembered, then.
  }
});

function stored(): Record<View, ReadonlySet<PanelId>> {
  let found: Partial<Record<View, unknown>> = {};
  try {
    found = (JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {}) as typeof found;
  } catch {
    // As on a first visit.
  }
  const named = (list: unknown) => (Array.isArray(list) ? new Set(all.filter((id) => list.includes(id))) : null);
  return { reading: named(found.reading) ?? readable, working: named(found.working) ?? new Set(all) };
}
