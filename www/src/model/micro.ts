// The micro-steps at the cursor in groups, and the one that has just happened.
import { computed } from "@preact/signals";
import type { StepDto } from "../wasm/types";
import { type Group, grouped } from "./groups";
import { now } from "./session";

/** The groups around the cursor of the command that is on show; none if they are not listed. */
export const microGroups = computed<Group[]>(() => {
  const at = now.value;
  return at?.events ? grouped(at.events, at.from) : [];
});

/** Inside a command: the group and the event that have just happened; null elsewhere. */
export const microNow = computed(() => {
  const at = now.value;
  if (!at || at.done <= 0 || at.done >= at.count) return null;
  const number = at.done - 1;
  const group = microGroups.value.findLast(({ from }) => from <= number);
  const event = group?.events[number - group.from];
  return group && event ? { group, event } : null;
});

/** Whether a group is gone through in one: what the allocator does on its lists for a command that is about something
 *  else. One frame out of a large block is ten micro-steps, and a fault takes four frames. */
export function isFolded({ kind }: StepDto, { name, events }: Group): boolean {
  return (name === "allocate" || name === "free") && events.length > 1 && !/alloc|free/.test(kind);
}
