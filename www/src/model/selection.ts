// What is selected, what the pointer is over, and what both are linked to: the frame, its PTEs, their VMAs, its slot.
import { computed, signal } from "@preact/signals";
import type { InspectDto, PageDto, Session, Subject } from "../wasm/types";
import { session, state } from "./session";

export const selected = signal<Subject | null>(null);
export const hovered = signal<Subject | null>(null);
/** What a note points at, or selects. Meanwhile all else steps back: what has changed is not marked. */
export const pointed = signal<Subject[]>([]);
/** The frames that the last step changed, as far as they are marked. */
export const changedFrames = computed(() => {
  const at = state.value;
  // What the kernel has apart is no cell of the map.
  return at && pointed.value.length === 0 ? at.changed.frames.filter((pfn) => pfn < at.machine.frames) : [];
});
/** Frames under the pointer in a free list, as [first, length]. */
export const hoveredRun = signal<[number, number] | null>(null);

/** The subject that is looked at. */
export const focused = computed(() => hovered.value ?? selected.value);

/** What is happening, where nothing else is looked at: what a micro-step touches, what a command has just changed. */
export const happening = signal<Subject[]>([]);

/** The subjects whose links are drawn: while the pointer is over one, of that one alone. */
export const lit = computed<Subject[]>(() => {
  if (hovered.value) return [hovered.value];
  const [own, points] = [selected.value, pointed.value];
  const looked = own && !points.some((one) => same(one, own)) ? [own, ...points] : points;
  return looked.length > 0 ? looked : happening.value;
});

export type Links = ReturnType<Session["links"]>;
const nothing: Links = { frames: [], pages: [], more: 0, vmas: [], slots: [], processes: [] };

export const links = computed<Links>(() => {
  const machine = session.value;
  if (!state.value || !machine || lit.value.length === 0) return nothing;
  const byNote = (subject: Subject) => !hovered.value && pointed.value.some((one) => same(one, subject));
  return lit.value
    .map((subject) => (byNote(subject) ? alone : lit.value === happening.value ? itself : linksOf)(machine, subject))
    .reduce(together);
});

const linksOf = (machine: Session, subject: Subject): Links => machine.links(subject);

/** Of what is happening: of a table not what its entries lead to, of a VMA or a process not all of its pages, of a page
 *  not the tables that lead to it. */
function itself(machine: Session, subject: Subject): Links {
  if (subject.kind === "vma") return { ...nothing, vmas: [subject.id] };
  if (subject.kind === "process") return { ...nothing, processes: [subject.pid] };
  if (subject.kind === "page") return ownPage(machine, subject.pid, subject.vpn) ?? machine.links(subject);
  return subject.kind === "frame" ? alone(machine, subject) : machine.links(subject);
}

/** Of a page that shares its frame or slot with none: to ask the machine for others would look through all tables. */
function ownPage(machine: Session, pid: number, vpn: number): Links | null {
  const page = machine.page(pid, vpn);
  if (page && (page.shared || page.pages > 1 || page.state === "run")) return null;
  const slots = page?.state === "swap" ? [page.at] : [];
  const frames = page && page.state !== "swap" ? [page.at] : [];
  // A page of the swap cache is in two places.
  if (frames.some((pfn) => cachedFrames.value.has(pfn)) || slots.some(isCached)) return null;
  const process = state.value?.processes.find((one) => one.pid === pid);
  const vma = process?.vmas.find(({ start, end }) => start <= vpn && vpn < end);
  return vma ? { frames, pages: [[pid, vpn]], more: 0, vmas: [vma.id], slots, processes: [pid] } : null;
}

const isCached = (slot: number) => state.value?.slots.some((one) => one.slot === slot && one.cached !== null) ?? false;

/** Of what a note points at: of a frame the pages that are in it, of a page its frame or slot, and not the tables that
 *  lead there, nor processes and VMAs. */
function alone(machine: Session, subject: Subject): Links {
  const all = machine.links(subject);
  if (subject.kind === "frame") {
    const isIn = (page: PageDto | undefined) =>
      page && page.state !== "swap" && page.at <= subject.pfn && subject.pfn < page.at + page.pages;
    const pages = all.pages.filter(([pid, vpn]) => isIn(machine.page(pid, vpn)));
    return { ...nothing, frames: [subject.pfn], pages, more: pages.length > 0 ? all.more : 0, slots: all.slots };
  }
  if (subject.kind !== "page") return all;
  const page = machine.page(subject.pid, subject.vpn);
  const frames = page && page.state !== "swap" ? [page.at] : [];
  return { ...nothing, frames, pages: [[subject.pid, subject.vpn]], slots: all.slots };
}

function together(a: Links, b: Links): Links {
  const both = <T>(one: T[], other: T[]) => [
    ...one,
    ...other.filter((each) => !one.some((it) => `${it}` === `${each}`)),
  ];
  return {
    frames: both(a.frames, b.frames),
    pages: both(a.pages, b.pages),
    more: a.more + b.more,
    vmas: both(a.vmas, b.vmas),
    slots: both(a.slots, b.slots),
    processes: both(a.processes, b.processes),
  };
}

export const inspected = computed<InspectDto | null>(() => {
  const subject = selected.value;
  if (!state.value || !subject) return null;
  return session.value?.inspect(subject) ?? null;
});

/** A page's key in maps and in the document. */
export const pageKey = (pid: number, vpn: number) => `${pid}:${vpn}`;

/** At most this many slots of the swap cache have their lines without being pointed at. */
const FEW_CACHED = 4;

/** The slots that the last step changed and that are in the swap cache, too: their lines are drawn, because a page in
 *  two places at once is what there is to be seen, unless a note points at something else. */
export const freshlyCached = computed(() => {
  const at = pointed.value.length > 0 ? null : state.value;
  const fresh = at?.slots.filter(({ slot, cached }) => cached !== null && at.changed.slots.includes(slot)) ?? [];
  return fresh.length <= FEW_CACHED ? fresh : [];
});

/** The pages whose lines are drawn: those linked, and those of freshly cached slots, as far as they have a PTE. */
export const linkedPages = computed(() => {
  const cached = freshlyCached.value.flatMap(({ slot, cached }) =>
    [{ kind: "slot", slot } as const, { kind: "frame", pfn: cached! } as const].flatMap(
      (subject) => session.value?.links(subject).pages ?? [],
    ),
  );
  const all = new Map([...links.value.pages, ...cached].map(([pid, vpn]) => [pageKey(pid, vpn), [pid, vpn] as const]));
  return [...all].flatMap(([key, [pid, vpn]]) => {
    const page = session.value?.page(pid, vpn);
    return page ? [{ key, page }] : [];
  });
});

/** The pages that the last step changed, as far as they are marked, by key, and whether each has a PTE now. */
export const changedPages = computed(() =>
  (pointed.value.length > 0 ? [] : (state.value?.changed.pages ?? [])).map(([pid, vpn]) => ({
    key: pageKey(pid, vpn),
    there: session.value?.page(pid, vpn) !== undefined,
  })),
);

/** Frames that are also on the swap disk. */
export const cachedFrames = computed(() => new Set(state.value?.slots.flatMap((slot) => slot.cached ?? []) ?? []));

export function same(a: Subject | null, b: Subject | null): boolean {
  return a === b || (!!a && !!b && subjectText(a) === subjectText(b));
}

/** `frame:31`, `page:1:34359738358`: as in the address bar. */
export function subjectText(subject: Subject): string {
  switch (subject.kind) {
    case "frame":
      return `frame:${subject.pfn}`;
    case "page":
      return `page:${subject.pid}:${subject.vpn}`;
    case "vma":
      return `vma:${subject.id}`;
    case "slot":
      return `slot:${subject.slot}`;
    case "process":
      return `process:${subject.pid}`;
  }
}

/** The reverse of `subjectText`; null if it is not one. */
export function parseSubject(text: string): Subject | null {
  const [kind, ...rest] = text.split(":");
  const numbers = rest.map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : NaN));
  const [a = NaN, b = NaN] = numbers;
  if (numbers.some(Number.isNaN) || numbers.length !== (kind === "page" ? 2 : 1)) return null;
  switch (kind) {
    case "frame":
      return { kind, pfn: a };
    case "page":
      return { kind, pid: a, vpn: b };
    case "vma":
      return { kind, id: a };
    case "slot":
      return { kind, slot: a };
    case "process":
      return { kind, pid: a };
    default:
      return null;
  }
}

/** The neighbour of the selected thing, of the same kind: the next frame, page or slot. */
export function selectNeighbour(by: 1 | -1): void {
  const subject = selected.peek();
  const machine = state.peek()?.machine;
  if (!machine) return;
  if (!subject) selected.value = { kind: "frame", pfn: 0 };
  else if (subject.kind === "frame") selected.value = { kind: "frame", pfn: clamp(subject.pfn + by, machine.frames) };
  else if (subject.kind === "slot")
    selected.value = { kind: "slot", slot: clamp(subject.slot + by, machine.swapSlots) };
  else if (subject.kind === "page") selectPageNear(subject.pid, subject.vpn, by);
  else if (subject.kind === "process")
    selectAmong(
      state.peek()!.processes.map((p) => ({ kind: "process", pid: p.pid })),
      subject,
      by,
    );
  else
    selectAmong(
      state.peek()!.processes.flatMap((p) => p.vmas.map((v): Subject => ({ kind: "vma", id: v.id }))),
      subject,
      by,
    );
}

function selectPageNear(pid: number, vpn: number, by: 1 | -1): void {
  const vmas = state.peek()!.processes.find((p) => p.pid === pid)?.vmas ?? [];
  const inside = vmas.find((v) => vpn + by >= v.start && vpn + by < v.end);
  const beyond = by > 0 ? vmas.find((v) => v.start > vpn) : vmas.findLast((v) => v.end <= vpn);
  const next = inside ? vpn + by : beyond && (by > 0 ? beyond.start : beyond.end - 1);
  if (next !== undefined) selected.value = { kind: "page", pid, vpn: next };
}

function selectAmong(all: Subject[], current: Subject, by: 1 | -1): void {
  const at = all.findIndex((one) => same(one, current));
  selected.value = all[clamp(at + by, all.length)] ?? current;
}

function clamp(n: number, size: number): number {
  return Math.max(0, Math.min(n, size - 1));
}
