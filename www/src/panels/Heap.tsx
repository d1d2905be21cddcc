// Heaps of programs, and the kernel's: the pages of each with what lies in them, its lists of free blocks, its calls
// over time; and calls of the allocator by hand.

import { useSignal } from "@preact/signals";
import {
  callHeap,
  chooseBlock,
  chosen,
  heaps,
  isKernels,
  KERNEL_KINDS,
  KINDS,
  outcome,
  subjectOf,
} from "../model/heaps";
import { grouped } from "../model/numbers";
import { now } from "../model/session";
import type { HeapDto, HeapListDto, HeapPageDto } from "../wasm/types";
import { HeapGroups } from "./HeapGroups";
import { HeapPage, rolesFirst } from "./HeapPage";
import { HeapPlots } from "./HeapPlots";

export function Heap() {
  const present = new Set<string>(heaps.value.flatMap((heap) => heap.pages.flatMap(kindsOf)));
  const words = heaps.value.every(isKernels) ? { ...KINDS, ...KERNEL_KINDS } : KINDS;
  return (
    <section class="panel heap" aria-labelledby="heap-title">
      <div class="panel-head">
        <h2 id="heap-title">{heaps.value.length === 1 ? "Heap" : "Heaps"}</h2>
        <ul class="heap-legend" aria-label="What the colours stand for">
          {Object.entries(words)
            .filter(([kind]) => present.has(kind))
            .map(([kind, text]) => (
              <li key={kind}>
                <i class={`piece of-${kind}`} /> {text}
              </li>
            ))}
          <li>
            <i class="word" /> read, <i class="word written" /> written in this step
          </li>
        </ul>
      </div>
      <div class="heaps" tabIndex={0} role="group" aria-label="Heaps">
        {heaps.value.map((heap) => (
          <One key={`${heap.pid} ${heap.heap}`} heap={heap} />
        ))}
      </div>
    </section>
  );
}

const kindsOf = (page: HeapPageDto) => page.pieces.map(({ kind }) => kind);

function One({ heap }: { heap: HeapDto }) {
  const { stats, kind, settings } = heap;
  const list = kind === "freelist";
  const kernels = isKernels(heap);
  return (
    <article class="one-heap" aria-label={kernels ? "The kernel's heap" : `Heap ${heap.heap} of process ${heap.pid}`}>
      <h3>
        {kind}
        {settings.map(([name, value]) => (
          <span class="setting" key={name}>
            {name}: {value.replaceAll('"', "")}
          </span>
        ))}
        <span class="count">
          {kernels ? "the kernel" : `process ${heap.pid}`}; {grouped(heap.blocks)}{" "}
          {heap.blocks === 1 ? "block" : "blocks"}, {grouped(stats.asked)} bytes in use
          {kernels
            ? `; ${grouped(stats.held)} frames`
            : !list && `; ${grouped(stats.held)} pages of the kernel, ${grouped(heap.resident)} in memory`}
        </span>
      </h3>
      {heap.said && (
        <p class="heap-said" role="status">
          It prints: <q>{heap.said}</q>
        </p>
      )}
      {heap.damage.length > 0 && !isHalfDone() && (
        <ul class="heap-damage">
          {heap.damage.slice(0, 4).map((what) => (
            <li key={what}>✗ {what}</li>
          ))}
          {heap.damage.length > 4 && <li>and {grouped(heap.damage.length - 4)} more</li>}
        </ul>
      )}
      <div class={list ? "heap-pages list" : "heap-pages"}>
        {rolesFirst(heap.pages).map((page) => (
          <HeapPage key={page.addr} heap={heap} page={page} />
        ))}
        {heap.more > 0 && <span class="count">+{grouped(heap.more)} pages</span>}
      </div>
      <HeapGroups heap={heap} />
      <Lists lists={heap.lists} />
      {kind === "phk" && (
        <p class="heap-cost">
          Page directory: made anew {stats.rebuilds === 1 ? "once" : `${grouped(stats.rebuilds)} times`},{" "}
          {grouped(stats.bytes_copied)} bytes copied, {grouped(stats.longest_stall)} at most at once
        </p>
      )}
      <HeapPlots heap={heap} />
      <Calls heap={heap} />
    </article>
  );
}

/** In the middle of a step the allocator has written some of its numbers and not yet the others. */
const isHalfDone = () => !!now.value && now.value.done > 0 && now.value.done < now.value.count;

function Lists({ lists }: { lists: HeapListDto[] }) {
  const full = lists.filter(({ count }) => count > 0);
  if (full.length === 0) return null;
  return (
    <ul class="heap-lists" aria-label="Lists of free blocks">
      {full.map(({ size, count, blocks }) => (
        <li key={`${size} ${blocks[0]?.[0]}`} title={blocks.map(([at, bytes]) => `${at}: ${bytes}`).join("\n")}>
          <b>{size > 0 ? grouped(size) : "any size"}</b> {grouped(count)} free
          {size === 0 && (
            <span class="chain">
              {blocks.slice(0, 6).map(([at, bytes]) => (
                <span key={at}>{grouped(bytes)}</span>
              ))}
              {count > 6 && <span>…</span>}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** `malloc`, and `free` and `realloc` of the chosen block. */
function Calls({ heap }: { heap: HeapDto }) {
  const bytes = useSignal(100);
  const k = isKernels(heap) ? "k" : "";
  const now = chosen.value;
  const block = now && now.pid === heap.pid && now.heap === heap.heap ? now.block : null;
  return (
    <form
      class="heap-calls"
      onSubmit={(event) => {
        event.preventDefault();
        if (event.currentTarget.checkValidity()) void callHeap(heap, `malloc(${bytes.peek()})`);
      }}
    >
      <label>
        bytes
        <input
          type="number"
          name="bytes"
          min={0}
          max={2 ** 32}
          required
          value={bytes.value}
          onInput={(event) => event.currentTarget.validity.valid && (bytes.value = event.currentTarget.valueAsNumber)}
        />
      </label>
      <button class="button small go">
        {k}malloc({bytes.value})
      </button>
      {block ? (
        <>
          <button type="button" class="button small" onClick={() => void callHeap(heap, `free(${block})`)}>
            {k}free({block})
          </button>
          {!isKernels(heap) && (
            <button
              type="button"
              class="button small"
              onClick={() => void callHeap(heap, `realloc(${block}, ${bytes.peek()})`)}
            >
              realloc({block}, {bytes.value})
            </button>
          )}
        </>
      ) : (
        heap.blocks > 0 && <Blocks heap={heap} />
      )}
      {REAPS.includes(heap.kind) && (
        <button type="button" class="button small" onClick={() => void callHeap(heap, "trim()")}>
          reap
        </button>
      )}
      <span class={outcome.value?.failed ? "outcome-of failed" : "outcome-of"} role="status">
        {outcome.value?.text}
      </span>
    </form>
  );
}

/** The kernel's allocators that keep empty pages until they are asked for them. */
const REAPS = ["slab", "linux_2_0"];

/** By keyboard, a block is chosen from a list. */
function Blocks({ heap }: { heap: HeapDto }) {
  const blocks = heap.pages.flatMap((page) =>
    page.pieces.flatMap(({ block, first, asked }) => (block && first ? { block, asked, page } : [])),
  );
  return (
    <select
      aria-label="A block to free"
      value=""
      onChange={(event) => {
        const one = blocks[event.currentTarget.selectedIndex - 1];
        const { pid, heap: number } = heap;
        if (one) chooseBlock({ pid, heap: number, block: one.block }, subjectOf(heap, one.page));
      }}
    >
      <option value="">choose a block…</option>
      {blocks.slice(0, 500).map(({ block, asked }) => (
        <option key={block} value={block}>
          {block}, {grouped(asked ?? 0)} bytes
        </option>
      ))}
    </select>
  );
}
