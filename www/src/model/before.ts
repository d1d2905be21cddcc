// What the selected thing was before the last move forward: for showing an old value struck through beside the new.
import { effect, signal } from "@preact/signals";
import type { InspectDto } from "../wasm/types";
import { inspected, same } from "./selection";
import { state } from "./session";

export const before = signal<InspectDto | null>(null);

let last: { event: number; seen: InspectDto } | null = null;

effect(() => {
  const seen = inspected.value;
  const event = state.value?.cursor.event ?? 0;
  if (!seen || !last || !same(seen.subject, last.seen.subject)) before.value = null;
  else if (event !== last.event) before.value = event > last.event ? last.seen : null;
  last = seen && { event, seen };
});

/** A row's value before the move; null if it was the same, or there was none. */
export function oldValue(label: string, value: string): string | null {
  const old = before.value?.rows.find((row) => row.label === label)?.value;
  return old !== undefined && old !== value ? old : null;
}
