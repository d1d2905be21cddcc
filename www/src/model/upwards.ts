// Whether low addresses are drawn at the bottom of the map, as many books have it, or at the top. The choice is kept.
import { computed } from "@preact/signals";
import { kept } from "./kept";

const low = kept("pageturner-low", ["top", "bottom"]);

export const upwards = computed(() => low.value === "bottom");

export function toggleUpwards(): void {
  low.value = upwards.peek() ? "top" : "bottom";
}
