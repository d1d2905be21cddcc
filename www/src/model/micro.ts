// The micro-steps at the cursor in groups, and the one that has just happened.
import { computed } from "@preact/signals";
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
