// What the map's colours and patterns mean, from the painter itself, for legends and for the pages' cells.
import { computed, effect, signal } from "@preact/signals";
import { wasm, type LegendEntry } from "../wasm";
import { theme } from "./theme";

/** True once the wasm module has started. */
export const ready = signal(false);

export const legend = computed<LegendEntry[]>(() => (ready.value ? wasm.legend(theme.value === "dark" ? 1 : 0) : []));

// As custom properties, so that style sheets can use the painter's own colours: --use-anon and so on.
effect(() => {
  for (const { use, color } of legend.value) document.documentElement.style.setProperty(`--use-${use}`, color);
});
