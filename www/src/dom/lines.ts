// The lines of the reverse map: from a frame to every page that maps it, from a page on disk to its slot, from a frame
// of the swap cache to its slot. Measured after each paint; ends that are out of view stop at the edge and are counted.
import { signal } from "@preact/signals";
import { isOpen, open } from "../model/panels";
import { changedPages, freshlyCached, hovered, linkedPages, links, lit, pageKey } from "../model/selection";
import { state } from "../model/session";
import type { PageDto, SearchDto, Subject } from "../wasm/types";
import { pointedAt } from "./legend";
import { cellBox, mapOnShow, mutate } from "./mapview";
import { revealNext, selectorOf } from "./reveal";

export type Line = {
  id: string;
  path: string;
  from: Point;
  to: Point;
  kind: LineKind;
  /** The ends that are out of sight. */
  cutFrom: boolean;
  cutTo: boolean;
  /** One of a crowd: drawn so that it covers nothing. */
  faint?: boolean;
};
/** What a line says. Of a search: `elsewhere` leads to the frame that the PTE looked at maps, not to the one that is
 *  looked for. */
export type LineKind =
  | "writable"
  | "read-only"
  | "swapped-out"
  | "cached"
  | "block"
  | "found"
  | "not-found"
  | "elsewhere";
type Point = { x: number; y: number };
type End = { box: DOMRect; cut: boolean };

export const lines = signal<Line[]>([]);
export const outOfSight = signal({ links: 0, changes: 0 });
/** Of what is out of sight, the elements that scrolling brings into sight. */
let hidden: { links: Element[]; changes: Element[] } = { links: [], changes: [] };

const MOST_LINES = 160;
/** More lines than this hide what they lead to. */
const CROWD = 6;

/** Measures everything anew; `workspace` is the element that the lines are drawn over. */
export function measure(workspace: HTMLElement): void {
  const origin = workspace.getBoundingClientRect();
  const strips = sight(workspace, workspace.querySelector(".strips"));
  const drawn = drawnPages(workspace);
  const instead = standIns(workspace);
  const pageElement = (key: string) => drawn.get(key) ?? instead(key);
  const endOfPage = (key: string) => {
    const page = drawn.get(key);
    return page ? endOf(page, strips) : cutOff(endOf(instead(key), strips));
  };
  // A run of pages may be asked for many times, and each measuring waits for the layout.
  const ends = new Map<string, End | null>();
  const pageEnd = (key: string) => {
    if (!ends.has(key)) ends.set(key, endOfPage(key));
    return ends.get(key)!;
  };
  const slotBox = sight(workspace, workspace.querySelector(".slots"));
  const slotElement = (slot: number) => workspace.querySelector(`[data-slot="${slot}"]`);
  const slotEnd = (slot: number) => endOf(slotElement(slot), slotBox);
  const map = sight(workspace, mapOnShow());
  const frameEnd = (pfn: number) => inside(cellBox(pfn), map);
  const found: Line[] = [];
  const linksHidden: Element[] = [];
  let countHidden = links.value.more;

  for (const { key, page } of linkedPages.value.filter(isTold)) {
    const end = pageEnd(key);
    // Where the map is folded no frame is looked for.
    if (page.state !== "swap" && !map) continue;
    const other = page.state === "swap" ? slotEnd(page.at) : frameEnd(page.at);
    if (!end || end.cut || !other || other.cut) {
      countHidden++;
      const there = end && !end.cut;
      const element = there && page.state === "swap" ? slotElement(page.at) : there ? null : pageElement(key);
      if (element) linksHidden.push(element);
    }
    // With both ends out of sight it would lead from edge to edge.
    if (!end || !other || (end.cut && other.cut) || found.length >= MOST_LINES) continue;
    found.push(line(key, other, end, origin, kindOf(key, page), found.length));
  }
  for (const slot of state.value?.slots ?? []) {
    const fresh = freshlyCached.value.includes(slot);
    if (slot.cached === null || !(fresh || links.value.frames.includes(slot.cached))) continue;
    const frame = frameEnd(slot.cached);
    const end = slotEnd(slot.slot);
    if (frame && end) found.push(line(`slot${slot.slot}`, frame, end, origin, "cached", 0));
  }
  const search = state.value?.search;
  if (search?.page) {
    const end = pageEnd(pageKey(...search.page));
    const frame = frameEnd(search.pfn);
    if (end && frame) found.push(line("visit", frame, end, origin, search.found ? "found" : "not-found", 0));
  }
  // The way goes on: from a page to the bytes of a heap in it, from a frame to those of the kernel's.
  const heaps = sight(workspace, workspace.querySelector(".heaps"));
  const toHeap = (key: number | string, end: End | null, above?: boolean) => {
    const bar = heaps && workspace.querySelector(`[data-heap="${key}"] .heap-bytes`);
    const heap = endOf(bar?.querySelector(".chosen") ?? bar, heaps);
    if (!heap || !end || heap.cut || end.cut || found.length >= CROWD) return;
    found.push(line(`heap${key}`, above ? end : heap, above ? heap : end, origin, "block", 0));
  };
  for (const page of links.value.pages) toHeap(pageKey(...page), pageEnd(pageKey(...page)));
  for (const pfn of links.value.frames) toHeap(pfn, frameEnd(pfn), true);
  const drawable = found.length > CROWD ? found.filter(isSeen) : found;
  lines.value = drawable.length > CROWD ? drawable.map(thinned) : drawable;
  const changes = hiddenChanges(pageEnd);
  hidden = { links: linksHidden, changes: changes.flatMap((key) => pageElement(key) ?? []) };
  outOfSight.value = { links: countHidden, changes: changes.length };
  mark(workspace, drawn);
}

/** The cells of pages, by key: found at once, for each search goes through all of them. */
function drawnPages(workspace: HTMLElement): Map<string, Element> {
  const cells = workspace.querySelectorAll<HTMLElement>("[data-page]");
  return new Map(Array.from(cells, (cell) => [cell.dataset.page!, cell]));
}

/** The part of a box that can be seen: on a small screen the column around it scrolls, too. Scrolled away it is an
 *  edge. */
function sight(workspace: HTMLElement, element: Element | null): DOMRect | null {
  const box = element?.getBoundingClientRect();
  if (!element || !box || box.width === 0) return null;
  const around = (element.closest(".column") ?? workspace).getBoundingClientRect();
  const top = clamp(box.top, around.top, around.bottom);
  const bottom = clamp(box.bottom, around.top, around.bottom);
  return new DOMRect(box.left, top, box.width, bottom - top);
}

/** What stands for a page that is not drawn: its process's place, where that is not made because it is far away, or
 *  what its VMA has left out. Many pages of one VMA are asked for at once. */
function standIns(workspace: HTMLElement): (key: string) => Element | null {
  const places = remembering((pid: number) => workspace.querySelector(`[data-strip="${pid}"]:empty`));
  const left = remembering((id: number) =>
    workspace.querySelector(`[data-subject="vma:${id}"]`)?.closest(".vma")?.querySelector(".more"),
  );
  return (key) => {
    const [pid, vpn] = key.split(":").map(Number) as [number, number];
    const place = places(pid);
    if (place) return place;
    const process = state.value?.processes.find((one) => one.pid === pid);
    const vma = process?.vmas.find(({ start, end }) => start <= vpn && vpn < end);
    return (vma && left(vma.id)) ?? null;
  };
}

/** A search that is made once for each number. */
function remembering<T>(search: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    if (!known.has(n)) known.set(n, search(n));
    return known.get(n)!;
  };
}

/** Brings the next of what is linked or changed into sight. Where no scrolling helps, the swap disk is folded or the
 *  map is zoomed. */
export function showNext(workspace: HTMLElement, kind: "links" | "changes"): void {
  const swapped = linkedPages.peek().some(({ page }) => page.state === "swap");
  if (hidden[kind].length > 0) revealNext(workspace, hidden[kind]);
  else if (swapped && !isOpen("swap")) open("swap");
  else mutate((map) => map.fit());
}

/** The changed pages that cannot be seen. One that is gone with its VMA or process has no place. */
function hiddenChanges(pageEnd: (key: string) => End | null): string[] {
  return changedPages.value.flatMap(({ key, there }) => {
    const end = pageEnd(key);
    return (end ? end.cut : there) ? key : [];
  });
}

/** An element's place; null if it is not drawn at all. */
function endOf(element: Element | null | undefined, within: DOMRect | null): End | null {
  return inside(element?.getBoundingClientRect() ?? null, within);
}

/** A place inside what can be seen; what is more than half out of it is brought back to the edge. */
function inside(box: DOMRect | null, within: DOMRect | null): End | null {
  if (!box || box.width === 0 || !within) return null;
  const x = clamp(box.left, within.left, within.right - box.width);
  const middle = box.top + box.height / 2;
  const y = clamp(middle, within.top, within.bottom);
  if (Math.abs(y - middle) > 1) return { box: new DOMRect(x, y, box.width, 0), cut: true };
  return { box: new DOMRect(x, box.top, box.width, box.height), cut: Math.abs(x - box.left) > 1 };
}

function cutOff(end: End | null): End | null {
  return end && { ...end, cut: true };
}

/** While a search is under way: whether a page maps the frame that is looked for, or is being looked at. What else
 *  belongs to the page or VMA looked at does not map the frame, however much it looks so. */
function isTold({ key, page }: { key: string; page: PageDto }): boolean {
  const search = state.value?.search;
  if (!search || hovered.value) return true;
  const maps = page.state !== "swap" && page.at <= search.pfn && search.pfn < page.at + page.pages;
  return maps || (search.page !== null && pageKey(...search.page) === key);
}

/** What the line from a page to its frame or slot says. */
function kindOf(key: string, page: PageDto): LineKind {
  if (page.state === "swap") return "swapped-out";
  const search = state.value?.search;
  if (search?.page && !search.found && pageKey(...search.page) === key) return "elsewhere";
  return page.writable ? "writable" : "read-only";
}

function line(id: string, a: End, b: End, origin: DOMRect, kind: LineKind, nth: number): Line {
  const sideways = kind === "swapped-out";
  const rightwards = a.box.left > b.box.right;
  const from = relative(sideways ? side(a.box, !rightwards) : foot(a.box), origin);
  const to = relative(sideways ? side(b.box, rightwards) : head(b.box), origin);
  // Down from the frame, then into the page from above; to the swap disk sideways. Each of several lines bulges a
  // little further, so that one to a page below another does not run through it.
  const bend = sideways ? { x: (to.x - from.x) / 2, y: 0 } : { x: 0, y: (to.y - from.y) / 2 };
  const bulge = Math.min(nth, 6) * 26;
  const path = `M${at(from)} C${at({ x: from.x + bend.x, y: from.y + bend.y })} ${at({ x: to.x - bend.x + bulge, y: to.y - bend.y })} ${at(to)}`;
  return { id, path, from, to, kind, cutFrom: a.cut, cutTo: b.cut };
}

/** A line among many: thin, and as short as can be. */
function thinned(one: Line): Line {
  const { from, to } = one;
  const middle = (from.y + to.y) / 2;
  const path = `M${at(from)} C${at({ x: from.x, y: middle })} ${at({ x: to.x, y: middle })} ${at(to)}`;
  return OF_SEARCH.has(one.kind) ? one : { ...one, faint: true, path };
}

/** Among many a line that ends at an edge leads to nothing; the page says how many there are. */
function isSeen({ cutFrom, cutTo }: Line): boolean {
  return !cutFrom && !cutTo;
}

const OF_SEARCH: ReadonlySet<LineKind> = new Set(["found", "not-found", "elsewhere"]);

/** What has been marked, to be taken off before the next marking. */
let marked: [Element, Mark][] = [];
type Mark = "data-linked" | "data-focused" | "data-visit";

function put(element: Element | null | undefined, name: Mark, value = ""): void {
  if (!element) return;
  element.setAttribute(name, value);
  marked.push([element, name]);
}

/** Marks what is linked and selected, on the elements themselves: hovering must not render every page again. */
function mark(workspace: HTMLElement, drawn: Map<string, Element>): void {
  for (const [element, name] of marked) element.removeAttribute(name);
  marked = [];
  const { pages, vmas, slots, processes } = links.value;
  for (const [pid, vpn] of pages) put(drawn.get(pageKey(pid, vpn)), "data-linked");
  const selectors = [
    ...vmas.map((id) => `[data-subject="vma:${id}"]`),
    ...processes.map((pid) => `[data-subject="process:${pid}"]`),
    ...slots.map((slot) => `[data-slot="${slot}"]`),
  ];
  for (const selector of selectors) put(workspace.querySelector(selector), "data-linked");
  const kind = pointedAt.value;
  if (kind)
    for (const page of workspace.querySelectorAll(`.strips .page:is(.${kind}, .of-${kind})`)) put(page, "data-linked");
  markFree(workspace);
  markVisits(workspace, drawn);
  for (const subject of lit.value) put(workspace.querySelector(selectorOf(subject)), "data-focused");
}

/** Marks the free run that holds a frame looked at, where the allocator's structure shows it. */
function markFree(workspace: HTMLElement): void {
  const frames = lit.value.flatMap((subject) => (subject.kind === "frame" ? subject.pfn : []));
  if (frames.length === 0) return;
  for (const element of workspace.querySelectorAll<HTMLElement>("[data-run]")) {
    const [first = 0, length = 0] = element.dataset.run!.split("+").map(Number);
    if (frames.some((pfn) => pfn >= first && pfn < first + length)) put(element, "data-linked");
  }
}

/** Marks what a search of the reverse map looks at, and has looked at. */
function markVisits(workspace: HTMLElement, drawn: Map<string, Element>): void {
  const search = state.value?.search;
  if (!search) return;
  for (const [pid, vpn] of search.seen) put(drawn.get(pageKey(pid, vpn)), "data-visit", "seen");
  const subject = visited(search);
  if (subject) put(workspace.querySelector(selectorOf(subject)), "data-visit", "now");
}

/** What is being visited, if it is among the address spaces. */
export function visited({ page, vma, process }: SearchDto): Subject | null {
  if (page) return { kind: "page", pid: page[0], vpn: page[1] };
  if (vma !== null) return { kind: "vma", id: vma };
  return process !== null ? { kind: "process", pid: process } : null;
}

function foot(box: DOMRect): Point {
  return { x: box.left + box.width / 2, y: box.bottom - Math.min(5, box.height / 2) };
}

function head(box: DOMRect): Point {
  return { x: box.left + box.width / 2, y: box.top };
}

function side(box: DOMRect, right: boolean): Point {
  return { x: right ? box.right : box.left, y: box.top + box.height / 2 };
}

function relative(point: Point, origin: DOMRect): Point {
  return { x: point.x - origin.left, y: point.y - origin.top };
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}

function clamp(n: number, low: number, high: number): number {
  return Math.max(low, Math.min(n, high));
}
