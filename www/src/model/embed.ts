// The page as a part of another page: what its address asks for before the `#`, as in
// `?embed&panels=map,processes,timeline&theme=dark&autoplay&readonly`. docs/embed.md is the manual.

/** Names of panels in the address; `lesson` and `timeline` are not folded elsewhere. */
const NAMES = {
  lesson: "lesson",
  script: "script",
  console: "console",
  map: "memory",
  processes: "processes",
  inspector: "inspector",
  allocator: "allocator",
  swap: "swap",
  replacement: "reclaim",
  heap: "heap",
  timeline: "timeline",
  plot: "plot",
  steps: "steps",
  counters: "counters",
} as const;

const asked = new URLSearchParams(location.search);

/** Whether another page shows this one in a frame, and wants no more than what it names. */
export const embedded = asked.has("embed");
/** Nothing may be changed: one looks, and moves in time. */
export const readOnly = embedded && asked.has("readonly");
export const autoplay = embedded && asked.has("autoplay");

const themes = ["light", "dark"] as const;
/** The colours that the other page wants; null: the reader's own. */
export const wantedTheme = embedded ? (themes.find((theme) => theme === asked.get("theme")) ?? null) : null;

const wanted = (asked.get("panels") ?? "lesson,map,processes,timeline").split(",").map((name) => name.trim());
/** What in the address names no panel. */
export const unknownPanels = embedded ? wanted.filter((name) => !(name in NAMES)) : [];
export const panelNames = Object.keys(NAMES);

/** Whether a panel is on show; `plot` is the one that the menu of panels calls so. */
export function shows(panel: (typeof NAMES)[keyof typeof NAMES]): boolean {
  const writes = panel === "script" || panel === "console";
  return wanted.some((name) => NAMES[name as keyof typeof NAMES] === panel) && !(writes && readOnly);
}

/** How high the frame should be, in pixels, as the address has it. */
export const wantedHeight = Math.max(200, Math.min(4000, Number(asked.get("height")) || 640));

/** The address of the same place in the full page. */
export const fullAddress = () => location.origin + location.pathname + location.hash;
