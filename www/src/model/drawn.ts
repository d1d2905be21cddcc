// What is left out of the map until it means something: in the reading view there is no clock's hand before reclaim has
// moved it, and free frames are single frames, unless it is about how they are kept.
import { computed } from "@preact/signals";
import { lessons } from "./lessons";
import { isOpen, view } from "./panels";
import { state } from "./session";
import { source } from "./source";

export const handShown = computed(
  () => view.value === "working" || isOpen("swap") || isOpen("reclaim") || (state.value?.tally.frames_scanned ?? 0) > 0,
);

/** Lessons on these do not speak of free blocks, until they open the allocator. */
const OF_PAGES = ["Virtual memory", "The reverse map"];

export const blocksShown = computed(() => {
  const topic = lessons.find(({ id }) => id === source.value.id)?.topic ?? "";
  return view.value === "working" || isOpen("allocator") || !OF_PAGES.includes(topic);
});
