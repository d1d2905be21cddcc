// Settings of the page that outlast a visit.
import { effect, type Signal, signal } from "@preact/signals";

/** A setting that is kept under this name: one of `values`, or null until it is chosen. */
export function kept<T extends string>(name: string, values: readonly T[]): Signal<T | null> {
  const setting = signal(remembered(name, values));
  effect(() => {
    if (setting.value !== null) remember(name, setting.value);
  });
  return setting;
}

// Storage may be forbidden, in a frame of another site say: then the choice lasts as long as the page.
function remembered<T extends string>(name: string, values: readonly T[]): T | null {
  try {
    return values.find((value) => value === localStorage.getItem(name)) ?? null;
  } catch {
    return null;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage may be forbidden here, too.
  }
}
