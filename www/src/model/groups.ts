// Micro-steps in groups: TLB miss ▸ walk ▸ fault ▸ allocate ▸ table ▸ map ▸ walk again. A group is a run of neighbours
// of one phase, as the core says it.
import type { EventDto, Subject } from "../wasm/types";

export type Group = {
  /** What happens in it, in one or two words. */
  name: string;
  /** The event that says best what it does. */
  title: EventDto;
  /** Its events, and the number of the first among those of the command, counted from 0. */
  events: EventDto[];
  from: number;
  marks: Subject[];
};

const names: Record<string, string> = {
  process: "process",
  area: "VMA",
  walk: "walk",
  fault: "fault",
  allocate: "allocate",
  table: "table",
  map: "map",
  unmap: "unmap",
  bits: "PTE bits",
  copy: "copy",
  bytes: "bytes",
  free: "free",
  remember: "TLB fill",
  forget: "TLB flush",
  choose: "choose",
  search: "search",
  disk: "disk",
  move: "move",
  failure: "failure",
  heap: "allocator",
};

/** The groups of events of one command; `from`: the number of the first. */
export function grouped(events: EventDto[], from: number): Group[] {
  const groups: Group[] = [];
  events.forEach((event, n) => {
    const open = groups.at(-1);
    if (!open || event.first) {
      groups.push({
        name: names[event.phase] ?? event.phase,
        title: event,
        events: [event],
        from: from + n,
        marks: [],
      });
      return;
    }
    open.events.push(event);
    if (event.names || !open.title.names) open.title = event;
  });
  groups.forEach((group, n) => {
    group.marks = distinct(group.events.flatMap(({ marks }) => marks));
    if (group.title.phase === "access") group.name = groups[n + 1]?.title.phase === "walk" ? "TLB miss" : "TLB hit";
    if (group.title.phase === "walk" && groups[n - 1]?.title.phase !== "access" && n > 0) group.name = "walk again";
  });
  return groups;
}

function distinct(subjects: Subject[]): Subject[] {
  const seen = new Map(subjects.map((subject) => [JSON.stringify(subject), subject]));
  return [...seen.values()];
}
