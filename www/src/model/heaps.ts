// Heaps of programs and the kernel's, at the cursor, read only while the panel shows them; the block that the reader
// chose; calls of the allocator, given as console lines; and all calls of one heap over time.

import { batch, computed, signal } from "@preact/signals";
import type { HeapDto, HeapPageDto, HeapPieceDto, Session, Subject } from "../wasm/types";
import { runLine } from "./console";
import { selected } from "./selection";
import { session, state } from "./session";

export const heaps = computed<HeapDto[]>(() => (state.value?.heaps ? (session.value?.heaps() ?? []) : []));

/** A block in use, by its address as the heap writes it. */
export type Chosen = { pid: number; heap: number; block: string };
export const chosen = signal<Chosen | null>(null);

/** The process whose heap is the kernel's: none. */
export const KERNEL = 0;
export const isKernels = ({ pid }: { pid: number }) => pid === KERNEL;

/** The heap as console lines name it. */
export const named = (heap: { pid: number; heap: number }) =>
  isKernels(heap) ? "kheap()" : `process(${heap.pid}).heap(${heap.heap})`;

export type Outcome = { text: string; failed: boolean };
export const outcome = signal<Outcome | null>(null);

/** Gives a call of the allocator; the kernel's are not asked of a heap. */
export async function callHeap(heap: HeapDto, call: string): Promise<void> {
  const line = isKernels(heap) && !call.startsWith("trim") ? `k${call}` : `${named(heap)}.${call}`;
  const answer = await runLine(line);
  if (!answer) return;
  const said = line.startsWith("k") ? line : call;
  outcome.value = { text: `${said} ${answer.failed ? "✗" : "→"} ${answer.text || "done"}`, failed: answer.failed };
  chosen.value = null;
}

/** What a page of a heap is: a page of its process, of the kernel's heap a frame; a list's is neither. */
export function subjectOf(heap: HeapDto, { vpn, frame }: HeapPageDto): Subject | null {
  if (vpn !== null) return { kind: "page", pid: heap.pid, vpn };
  return frame === null ? null : { kind: "frame", pfn: frame };
}

/** Chooses a block, and with it the page, or the kernel's frame, that its first bytes are in. */
export function chooseBlock(block: Chosen | null, where: Subject | null): void {
  batch(() => {
    chosen.value = block;
    outcome.value = null;
    if (where) selected.value = where;
  });
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

/** Where the kernel's heap has another word. */
export const KERNEL_KINDS: Partial<Record<keyof typeof KINDS, string>> = { directory: "table of frames" };

/** A call of an allocator, and the heap after it: bytes asked for and in use, pages that it has of the kernel and those
 *  in memory, bytes copied so far. */
export type HeapCall = {
  step: number;
  /** As a program writes it; of what frees without the address. */
  text: string;
  frees: boolean;
  cycles: number;
  asked: number;
  held: number;
  resident: number;
  copied: number;
};

/** The calls of one heap: of `each` in a row the dearest, of `count`; half of all took at most `half` cycles, 99 of 100
 *  at most `p99`, the dearest `most`. */
export type HeapCalls = { calls: HeapCall[]; count: number; each: number; half: number; p99: number; most: number };

/** As the machine numbers them. */
const CALLS = ["malloc", "calloc", "realloc", "free", "kmalloc", "kfree"];
/** How many numbers the machine gives first, and then of each call. */
const [HEAD, EACH] = [5, 8];

/** The calls of one heap in the whole history; null if there are none. */
export function callsOf(machine: Session, pid: number, heap: number): HeapCalls | null {
  const numbers = machine.heapCalls(pid, heap);
  if (numbers.length === 0) return null;
  const [count = 0, each = 1, half = 0, p99 = 0, most = 0] = numbers;
  const calls = Array.from({ length: (numbers.length - HEAD) / EACH }, (_, n) => {
    const from = HEAD + n * EACH;
    const [step = 0, name = 0, bytes = 0, cycles = 0, asked = 0, held = 0, resident = 0, copied = 0] = numbers.subarray(
      from,
      from + EACH,
    );
    const frees = bytes < 0;
    return { step, text: `${CALLS[name]}(${frees ? "" : bytes})`, frees, cycles, asked, held, resident, copied };
  });
  return { calls, count, each, half, p99, most };
}

/** How many calls had been made at a step. */
export function callsDone({ calls, each, count }: HeapCalls, step: number): number {
  const done = calls.findIndex((call) => call.step >= step);
  return done < 0 ? count : done * each;
}
