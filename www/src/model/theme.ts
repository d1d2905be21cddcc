// Light or dark: as the system has it until the reader chooses; the choice is kept.
import { computed, effect, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = signal<Theme>(system.matches ? "dark" : "light");
system.addEventListener("change", () => (systemTheme.value = system.matches ? "dark" : "light"));

const chosen = signal<Theme | null>(remembered());
export const theme = computed<Theme>(() => chosen.value ?? systemTheme.value);

export function toggleTheme(): void {
  chosen.value = theme.peek() === "dark" ? "light" : "dark";
  remember(chosen.value);
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
export const reducedMotion = signal(calm.matches);
calm.addEventListener("change", () => (reducedMotion.value = calm.matches));

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

// Storage may be forbidden, in a frame of another site say: then the choice lasts as long as the page.
function remembered(): Theme | null {
  try {
    const value = localStorage.getItem("pageturner-theme");
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

function remember(value: Theme): void {
  try {
    localStorage.setItem("pageturner-theme", value);
  } catch {
    // As above.
  }
}
