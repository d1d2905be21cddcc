// Light or dark: as the system has it until the reader chooses; the choice is kept.
import { computed, effect, signal } from "@preact/signals";
import { wantedTheme } from "../model/embed";
import { kept } from "../model/kept";
import { calm } from "../model/player";

export type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = signal<Theme>(system.matches ? "dark" : "light");
system.addEventListener("change", () => (systemTheme.value = system.matches ? "dark" : "light"));

const chosen = kept<Theme>("pageturner-theme", ["light", "dark"]);
export const theme = computed<Theme>(() => wantedTheme ?? chosen.value ?? systemTheme.value);

export function toggleTheme(): void {
  chosen.value = theme.peek() === "dark" ? "light" : "dark";
}

const reduced = matchMedia("(prefers-reduced-motion: reduce)");
calm.value = reduced.matches;
reduced.addEventListener("change", () => (calm.value = reduced.matches));

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
