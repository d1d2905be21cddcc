// Programs' heaps at the cursor, read only while the panel shows them; the block that the reader chose; and calls
// of the allocator, given as console lines.

import { computed, signal } from "@preact/signals";
import type { HeapDto, HeapPageDto, HeapPieceDto } from "../wasm/types";
import { runLine } from "./console";
import { session, state } from "./session";

export const heaps = computed<HeapDto[]>(() => (state.value?.heaps ? (session.value?.heaps() ?? []) : []));

/** A block in use, by its address as the heap writes it. */
export type Chosen = { pid: number; heap: number; block: string };
export const chosen = signal<Chosen | null>(null);

/** The heap as console lines name it. */
export const named = ({ pid, heap }: { pid: number; heap: number }) => `process(${pid}).heap(${heap})`;

export type Outcome = { text: string; failed: boolean };
export const outcome = signal<Outcome | null>(null);

/** Gives a call of the allocator. */
export async function callHeap(heap: HeapDto, call: string): Promise<void> {
  const line = `${named(heap)}.${call}`;
  const answer = await runLine(line);
  if (!answer) return;
  outcome.value = { text: `${call} ${answer.failed ? "✗" : "→"} ${answer.text || "done"}`, failed: answer.failed };
  chosen.value = null;
}

/** The piece of a page that holds a place of it, both in bytes. */
export const pieceAt = (page: HeapPageDto, at: number): HeapPieceDto | undefined =>
  page.pieces.find((piece) => piece.at <= at && at < piece.at + piece.bytes);

/** What pieces are, in a few words; the order is that of the legend. */
export const KINDS = {
  used: "in use",
  free: "free",
  header: "header",
  info: "the allocator's",
  directory: "page directory",
  top: "top",
} as const;
