// What the colours, patterns and signs of the map and of the pages' cells mean, from the painter itself: for legends,
// and for the cells, which have the same signs.
import { computed, effect, signal } from "@preact/signals";
import { session, state } from "../model/session";
import { wasm } from "../wasm/module";
import type { LegendDto } from "../wasm/types";
import { theme } from "./theme";

/** True once the wasm module has started. */
export const ready = signal(false);

export const legend = computed<LegendDto[]>(() => (ready.value ? wasm.legend(theme.value === "dark" ? 1 : 0) : []));

export const legendByName = computed(() => new Map(legend.value.map((entry) => [entry.name, entry])));

// As custom properties, so that style sheets can use the painter's own colours: --use-anon, and --on-anon for text on
// it.
effect(() => {
  for (const { name, color, ink } of legend.value) {
    if (color) document.documentElement.style.setProperty(`--use-${name}`, color);
    if (ink) document.documentElement.style.setProperty(`--on-${name}`, ink);
  }
});

/** The mark that is pointed at in a legend: all of its kind are lit up. */
export const pointedAt = signal<string | null>(null);

/** The frames of that kind; null if nothing is pointed at, or a mark that only shows where the reader looks. */
export const alike = computed<ArrayLike<number> | null>(() => {
  const name = pointedAt.value;
  if (!name || !state.value || ["selected", "linked", "sought", "moved"].includes(name)) return null;
  return name === "changed" ? state.value.changed.frames : (session.value?.marked(name) ?? null);
});

/** A sign's shape as the path of an SVG of five by five units. */
export function pathOf(shape: number[]): string {
  const cells = shape.flatMap((bits, y) =>
    [0, 1, 2, 3, 4].filter((x) => (bits >> (4 - x)) & 1).map((x) => `M${x} ${y}h1v1h-1z`),
  );
  return cells.join("");
}
