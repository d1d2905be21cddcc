// The way back from a frame: from the one that is searched for now, and from the selected one.
import { computed } from "@preact/signals";
import type { WayBackDto } from "../wasm/types";
import { inspected } from "./selection";
import { now, session, state } from "./session";

/** With the visits of the search at this micro-step. */
export const searched = computed<WayBackDto | null>(() => {
  const search = state.value?.search;
  return search ? (session.value?.wayBack(search.pfn) ?? null) : null;
});

/** The way back of the selected thing's frame, unless it is shown as the one searched for. */
export const wayBack = computed<WayBackDto | null>(() => {
  const pfn = inspected.value?.wayBack ?? null;
  if (pfn === null || pfn === state.value?.search?.pfn) return null;
  return session.value?.wayBack(pfn) ?? null;
});

/** The present micro-step in words. */
export const told = computed(() => {
  const at = now.value;
  return at?.events?.[at.done - 1 - at.from]?.text ?? "";
});
