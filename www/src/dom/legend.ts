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

// A rule for each sign, so that one in a page's cell is a box and nothing else: thousands are on the page, and a
// drawing in each would take most of a step's time.
const signs = new CSSStyleSheet();
document.adoptedStyleSheets.push(signs);
effect(() => {
  const rules = legend.value.flatMap(({ name, shape }) =>
    shape ? `.sign.at-${name} { background: ${pictureOf(shape)}; }` : [],
  );
  signs.replaceSync(rules.join("\n"));
});

/** A shape of five by five pixels as the background of a box: a gradient for each row. It is sharp where the box's size
 *  is a multiple of five. */
function pictureOf(shape: number[]): string {
  const rows = shape.map((bits, y) => {
    const stops = [0, 1, 2, 3, 4].map((x) => {
      const color = (bits >> (4 - x)) & 1 ? "currentColor" : "transparent";
      return `${color} ${x * 20}% ${x * 20 + 20}%`;
    });
    return `linear-gradient(90deg, ${stops.join(", ")}) 0 ${y * 25}% / 100% 20% no-repeat`;
  });
  return rows.join(", ");
}
