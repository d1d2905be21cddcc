// Scrolls things into sight, each in its own scrolling box and no further: what was selected, what a note points at
// with all that it is linked to, and one after another what is out of sight.
import { linkedPages, links, pageKey, pointed, selected, subjectText } from "../model/selection";
import type { Subject } from "../wasm/types";
import { cellBox, mapOnShow } from "./mapview";

/** Room that is kept around what was scrolled to, for outlines and a bit of what surrounds it. */
const MARGIN = 8;

/** The element that shows it. A frame has one only in lists: on the map it is painted. */
export function selectorOf(subject: Subject): string {
  switch (subject.kind) {
    case "page":
      return `[data-page="${pageKey(subject.pid, subject.vpn)}"]`;
    case "slot":
      return `[data-slot="${subject.slot}"]`;
    default:
      return `[data-subject="${subjectText(subject)}"]`;
  }
}

/** The nearest box around an element that can be scrolled; null if none can. */
function scrollerOf(element: Element, workspace: HTMLElement): Element | null {
  let box = element.parentElement;
  while (box && box !== workspace) {
    const scrolls = /auto|scroll/.test(getComputedStyle(box).overflowY);
    if (scrolls && box.scrollHeight > box.clientHeight + 1) return box;
    box = box.parentElement;
  }
  return null;
}

/** Scrolls what has been selected into sight, in its own list only. */
export function reveal(workspace: HTMLElement, subject: Subject): void {
  const element = workspace.querySelector(selectorOf(subject));
  if (element) scrollTo(workspace, element);
}

function scrollTo(workspace: HTMLElement, element: Element): void {
  const scroller = scrollerOf(element, workspace);
  if (!scroller) return;
  const inner = element.getBoundingClientRect();
  const outer = scroller.getBoundingClientRect();
  if (inner.top < outer.top || inner.bottom > outer.bottom)
    scroller.scrollTop += inner.top - outer.top - outer.height / 3;
}

/** Scrolls both ends of what a note points at into sight, as far as they fit together. What the reader selected stays
 *  where it was clicked; of a frame or a slot its pages are brought. */
export function revealLinked(workspace: HTMLElement): void {
  const chosen = selected.peek();
  const own = chosen && workspace.querySelector(selectorOf(chosen));
  if (chosen && own) reveal(workspace, chosen);
  const subjects = pointed.peek();
  if (subjects.length === 0 && (!chosen || (chosen.kind !== "frame" && chosen.kind !== "slot"))) return;
  const selectors = [
    ...subjects.map(selectorOf),
    ...linkedPages.peek().map(({ key }) => `[data-page="${key}"]`),
    ...links.peek().slots.map((slot) => `[data-slot="${slot}"]`),
  ];
  const elements = new Set(selectors.flatMap((selector) => workspace.querySelector(selector) ?? []));
  const boxes = new Map<Element, DOMRect[]>();
  const add = (element: Element, box: DOMRect) => {
    const scroller = scrollerOf(element, workspace);
    if (scroller) boxes.set(scroller, [...(boxes.get(scroller) ?? []), box]);
  };
  for (const element of elements) add(element, withHead(element));
  const map = mapOnShow();
  for (const pfn of links.peek().frames) {
    const box = cellBox(pfn);
    if (map && box) add(map, box);
  }
  for (const [scroller, wanted] of boxes) scrollToAll(scroller, wanted);
}

/** A page together with the name of its process. */
function withHead(element: Element): DOMRect {
  const box = element.getBoundingClientRect();
  const head = element.closest(".strip")?.getBoundingClientRect();
  return head ? new DOMRect(box.left, head.top, box.width, box.bottom - head.top) : box;
}

/** Scrolls as little as shows the boxes, the first first, and of the others those that fit beside it. */
function scrollToAll(scroller: Element, boxes: DOMRect[]): void {
  const outer = scroller.getBoundingClientRect();
  const room = outer.height - 2 * MARGIN;
  // Of a page that does not fit together with the name of its process, the page.
  let { top, bottom } = boxes[0]!;
  if (bottom - top > room) top = bottom - room;
  for (const box of boxes) {
    const [upper, lower] = [Math.min(top, box.top), Math.max(bottom, box.bottom)];
    if (lower - upper <= room) [top, bottom] = [upper, lower];
  }
  const above = top - outer.top - MARGIN;
  const below = bottom - outer.bottom + MARGIN;
  if (above < 0) scroller.scrollTop += above;
  else if (below > 0) scroller.scrollTop += Math.min(below, above);
}

/** Scrolls the next of these into sight: the first that lies below what can be seen, or the first of all. */
export function revealNext(workspace: HTMLElement, elements: Element[]): void {
  const places = elements
    .map((element) => {
      const box = element.getBoundingClientRect();
      const outer = scrollerOf(element, workspace)?.getBoundingClientRect();
      const middle = (box.top + box.bottom) / 2;
      return { element, middle, below: !!outer && middle > outer.bottom, above: !!outer && middle < outer.top };
    })
    .toSorted((a, b) => a.middle - b.middle);
  const next = places.find(({ below }) => below) ?? places.find(({ above }) => above);
  if (next) scrollTo(workspace, next.element);
  // What is left out of a long VMA is made, and in sight then.
  if (next?.element instanceof HTMLElement && next.element.matches(".more")) next.element.click();
}
