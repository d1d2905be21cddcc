// The cells of a VMA, in chunks: those of a chunk far outside of what can be seen are bare. An area of a thousand pages
// has a thousand boxes, each at its place, but only the hundred on the screen have numbers and signs.
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { watch } from "../dom/sight";
import type { Cell } from "../model/cells";

/** Cells in a chunk; and how many chunks are near before anything has been seen. */
const CHUNK = 12;
const FIRST = 4;

/** How far outside of the box that scrolls a cell is near, in pixels. */
const MARGIN = 120;

type Props = { cells: Cell[]; hidden: boolean; render: (cell: Cell, near: boolean) => ComponentChildren };

export function Cells({ cells, hidden, render }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const isNear = useNear(box, cells.length > CHUNK * FIRST);
  return (
    <div class="pages" hidden={hidden} ref={box}>
      {cells.map((cell, n) => render(cell, isNear(Math.floor(n / CHUNK))))}
    </div>
  );
}

/** Whether a chunk is near: its first cell is, or the next chunk's. No chunk is higher than the box that scrolls. Short
 *  VMAs, of which a page has hundreds, are not watched: all of their chunks are near. */
function useNear(box: RefObject<HTMLDivElement | null>, long: boolean): (chunk: number) => boolean {
  const [near, setNear] = useState<ReadonlySet<number> | null>(null);
  const watch = useRef<Watch | null>(null);
  useEffect(() => {
    if (!long) return;
    const made = watchHeads(box.current!, setNear);
    watch.current = made;
    return () => {
      made.end();
      watch.current = null;
      setNear(null);
    };
  }, [long]);
  // Which cells are first changes with the cells.
  useLayoutEffect(() => watch.current?.update());
  return (chunk) => (near ? near.has(chunk) || near.has(chunk + 1) : chunk < FIRST);
}

type Watch = { update: () => void; end: () => void };

/** Tells which chunks' first cells are near, each time that it changes. */
function watchHeads(box: HTMLElement, tell: (near: ReadonlySet<number>) => void): Watch {
  const root = box.closest(".strips")!;
  const ends = new Map<Element, () => void>();
  const near = new Set<Element>();
  let heads: Element[] = [];
  let due = false;
  // Each head says so for itself, many at once.
  const telling = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      if (ends.size > 0) tell(new Set(heads.flatMap((head, chunk) => (near.has(head) ? chunk : []))));
    });
  };
  const observe = (head: Element) =>
    watch(head, root, MARGIN, (now) => {
      if (now) near.add(head);
      else near.delete(head);
      telling();
    });
  const update = () => {
    heads = Array.from(box.children).filter((_, n) => n % CHUNK === 0);
    for (const [old, end] of ends)
      if (!heads.includes(old)) {
        end();
        ends.delete(old);
        near.delete(old);
      }
    for (const head of heads) if (!ends.has(head)) ends.set(head, observe(head));
  };
  const end = () => {
    for (const end of ends.values()) end();
    ends.clear();
  };
  update();
  return { update, end };
}
