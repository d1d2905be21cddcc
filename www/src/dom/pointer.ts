// The pointer on the map: looking (drag to pan, click to select), or asking the allocator (drag over frames, click a
// run).
import { effect } from "@preact/signals";
import { hovered, selected } from "../model/selection";
import { ask, cancelDrag, drag, dragAt, dragged, tool, useOn } from "../model/tools";
import { frameAt, pan } from "./mapview";

let held: { x: number; y: number; moved: boolean; pfn: number | null; last: number | null } | null = null;

function hold(event: PointerEvent): void {
  if (event.button !== 0) return;
  const pfn = frameAt(event.clientX, event.clientY);
  held = { x: event.clientX, y: event.clientY, moved: false, pfn, last: pfn };
}

function hover(event: PointerEvent): void {
  const pfn = frameAt(event.clientX, event.clientY);
  const before = hovered.peek();
  if (pfn === null) hovered.value = null;
  else if (before?.kind !== "frame" || before.pfn !== pfn) hovered.value = { kind: "frame", pfn };
}

function leave(): void {
  hovered.value = null;
  held = null;
}

export const looking = {
  onPointerDown: hold,
  onPointerMove(event: PointerEvent) {
    if (held && (held.moved || Math.hypot(event.clientX - held.x, event.clientY - held.y) > 4)) {
      pan(event.clientX - held.x, event.clientY - held.y);
      held = { ...held, x: event.clientX, y: event.clientY, moved: true };
    } else hover(event);
  },
  onPointerUp(event: PointerEvent) {
    const pfn = held && !held.moved ? frameAt(event.clientX, event.clientY) : null;
    held = null;
    if (pfn !== null) selected.value = { kind: "frame", pfn };
  },
  onPointerCancel: leave,
  onPointerLeave: leave,
};

export const asking = {
  onPointerDown(event: PointerEvent) {
    // A second finger is no part of a drag.
    if (dragged.peek()) return;
    hold(event);
    if (tool.peek() !== "alloc" || held?.pfn == null) return;
    hovered.value = null;
    // The drag goes on where the pointer leaves the map.
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag(held.pfn, held.pfn);
    dragAt.value = { x: event.clientX, y: event.clientY };
  },
  onPointerMove(event: PointerEvent) {
    if (tool.peek() !== "alloc" || held?.pfn == null) return hover(event);
    held.last = frameAt(event.clientX, event.clientY) ?? held.last;
    drag(held.pfn, held.last!);
    dragAt.value = { x: event.clientX, y: event.clientY };
  },
  onPointerUp(event: PointerEvent) {
    const from = held;
    drop();
    if (from?.pfn == null) return;
    if (tool.peek() === "alloc") void ask(Math.abs(from.pfn - from.last!) + 1);
    else if (frameAt(event.clientX, event.clientY) === from.pfn) void useOn(from.pfn);
  },
  onPointerCancel: drop,
  // After the pointer is released, or captured by another element.
  onLostPointerCapture: drop,
  onPointerLeave() {
    hovered.value = null;
    if (!dragAt.peek()) held = null;
  },
};

/** Ends the drag without a request. */
function drop(): void {
  held = null;
  cancelDrag();
}

// Another tool, by key while the button is down, ends what the old one was doing; so does leaving the window.
effect(() => {
  tool.value;
  drop();
});
window.addEventListener("blur", drop);
