// Programs' heaps: each page of one with what lies in it, the numbers that the last step read and wrote, the frame that
// it is in; its lists of free blocks; and calls of the allocator.

import { useSignal } from "@preact/signals";
import { callHeap, chosen, heaps, KINDS, outcome, pieceAt } from "../model/heaps";
import { grouped } from "../model/numbers";
import { hovered, same, selected } from "../model/selection";
import type { HeapDto, HeapListDto, HeapPageDto, HeapPieceDto, Subject } from "../wasm/types";

export function Heap() {
  const present = new Set<string>(heaps.value.flatMap((heap) => heap.pages.flatMap(kindsOf)));
  return (
    <section class="panel heap" aria-labelledby="heap-title">
      <div class="panel-head">
        <h2 id="heap-title">{heaps.value.length === 1 ? "Heap" : "Heaps"}</h2>
        <ul class="heap-legend" aria-label="What the colours stand for">
          {Object.entries(KINDS)
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
      <div class="heaps" tabIndex={0} role="group" aria-label="Heaps of programs">
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
  return (
    <article class="one-heap" aria-label={`Heap ${heap.heap} of process ${heap.pid}`}>
      <h3>
        {kind}
        {settings.map(([name, value]) => (
          <span class="setting" key={name}>
            {name}: {value.replaceAll('"', "")}
          </span>
        ))}
        <span class="count">
          process {heap.pid}; {grouped(heap.blocks)} {heap.blocks === 1 ? "block" : "blocks"}, {grouped(stats.asked)}{" "}
          bytes in use
          {!list && `; ${grouped(stats.held)} pages of the kernel, ${grouped(heap.resident)} in memory`}
        </span>
      </h3>
      {heap.said && (
        <p class="heap-said" role="status">
          It prints: <q>{heap.said}</q>
        </p>
      )}
      {heap.damage.length > 0 && (
        <ul class="heap-damage">
          {heap.damage.slice(0, 4).map((what) => (
            <li key={what}>✗ {what}</li>
          ))}
          {heap.damage.length > 4 && <li>and {grouped(heap.damage.length - 4)} more</li>}
        </ul>
      )}
      <div class={list ? "heap-pages list" : "heap-pages"}>
        {rolesFirst(heap.pages).map((page) => (
          <Page key={page.addr} heap={heap} page={page} />
        ))}
        {heap.more > 0 && <span class="count">+{grouped(heap.more)} pages</span>}
      </div>
      <Lists lists={heap.lists} />
      {kind === "phk" && (
        <p class="heap-cost">
          Page directory: made anew {stats.rebuilds === 1 ? "once" : `${grouped(stats.rebuilds)} times`},{" "}
          {grouped(stats.bytes_copied)} bytes copied, {grouped(stats.longest_stall)} at most at once
        </p>
      )}
      <Calls heap={heap} />
    </article>
  );
}

/** What the allocator looks up at every call stands first, wherever it lies. */
const rolesFirst = (pages: HeapPageDto[]): HeapPageDto[] => [
  ...pages.filter(({ role }) => role),
  ...pages.filter(({ role }) => !role),
];

function Page({ heap, page }: { heap: HeapDto; page: HeapPageDto }) {
  const subject: Subject | null = page.vpn === null ? null : { kind: "page", pid: heap.pid, vpn: page.vpn };
  const place = page.frame !== null ? `frame ${page.frame}` : page.slot !== null ? `slot ${page.slot}` : "untouched";
  const share = (bytes: number) => `${(100 * bytes) / page.bytes}%`;
  return (
    <div
      class={`heap-page${page.words.length > 0 ? " touched" : ""}${page.frame === null ? " away" : ""}`}
      data-linked={same(selected.value, subject) ? "" : undefined}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      <span class="heap-addr">
        {page.role && <b>{page.role} </b>}
        {page.addr}
      </span>
      <div
        class="heap-bytes"
        role="img"
        aria-label={summary(page)}
        title={summary(page)}
        style={{ background: painted(page) }}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const piece = pieceAt(page, ((event.clientX - box.left) / box.width) * page.bytes);
          choose(heap, piece);
        }}
      >
        {page.words.slice(0, 64).map((word) => (
          <i
            key={word.at}
            class={word.written ? "word written" : "word"}
            style={{ left: share(word.at), width: share(word.bytes) }}
            title={`${word.written ? "written" : "read"}: ${word.what}`}
          />
        ))}
        {chosenIn(heap, page).map(({ at, bytes }) => (
          <i key={at} class="chosen" style={{ left: share(at), width: share(bytes) }} />
        ))}
      </div>
      {subject && (
        <button class="heap-place" onClick={() => (selected.value = subject)}>
          {place}
        </button>
      )}
    </div>
  );
}

function choose(heap: HeapDto, piece: HeapPieceDto | undefined): void {
  chosen.value = piece?.block ? { pid: heap.pid, heap: heap.heap, block: piece.block } : null;
  outcome.value = null;
}

const chosenIn = (heap: HeapDto, page: HeapPageDto): HeapPieceDto[] => {
  const now = chosen.value;
  const here = now?.pid === heap.pid && now.heap === heap.heap;
  return here ? page.pieces.filter(({ block }) => block === now.block) : [];
};

/** The page's pieces as one background: a page may have hundreds. Between neighbours of a kind stands a line. */
function painted({ pieces, bytes }: HeapPageDto): string {
  if (pieces.length === 0) return "none";
  const share = (at: number) => `${(100 * at) / bytes}%`;
  let end = 0;
  const stops: string[] = [];
  for (const { at, bytes: length, kind, first } of pieces) {
    if (at > end) stops.push(`transparent ${share(end)} ${share(at)}`);
    const edge = first && pieces.length < 80 ? Math.min(bytes / 150, length / 3) : 0;
    if (edge > 0) stops.push(`var(--panel) ${share(at)} ${share(at + edge)}`);
    stops.push(`var(--heap-${kind}) ${share(at + edge)} ${share(at + length)}`);
    end = at + length;
  }
  if (end < bytes) stops.push(`transparent ${share(end)} 100%`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** What lies in a page, in words. */
function summary({ pieces, role, bytes }: HeapPageDto): string {
  if (pieces.length === 0) return role ?? `${grouped(bytes)} bytes, none of them a block's`;
  const parts = Object.entries(KINDS).flatMap(([kind, text]) => {
    const of = pieces.filter((piece) => piece.kind === kind);
    const sum = of.reduce((all, piece) => all + piece.bytes, 0);
    return of.length > 0 ? [`${of.length > 1 ? `${of.length} pieces ` : ""}${text} (${grouped(sum)} bytes)`] : [];
  });
  return parts.join(", ");
}

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
      <button class="button small go">malloc({bytes.value})</button>
      {block ? (
        <>
          <button type="button" class="button small" onClick={() => void callHeap(heap, `free(${block})`)}>
            free({block})
          </button>
          <button
            type="button"
            class="button small"
            onClick={() => void callHeap(heap, `realloc(${block}, ${bytes.peek()})`)}
          >
            realloc({block}, {bytes.value})
          </button>
        </>
      ) : (
        heap.blocks > 0 && <Blocks heap={heap} />
      )}
      <span class={outcome.value?.failed ? "outcome-of failed" : "outcome-of"} role="status">
        {outcome.value?.text}
      </span>
    </form>
  );
}

/** By keyboard, a block is chosen from a list. */
function Blocks({ heap }: { heap: HeapDto }) {
  const blocks = heap.pages.flatMap(({ pieces }) => pieces).filter(({ block, first }) => block && first);
  return (
    <select
      aria-label="A block to free"
      value=""
      onChange={(event) => choose(heap, blocks[event.currentTarget.selectedIndex - 1])}
    >
      <option value="">choose a block…</option>
      {blocks.slice(0, 500).map(({ block, asked }) => (
        <option key={block} value={block ?? ""}>
          {block}, {grouped(asked ?? 0)} bytes
        </option>
      ))}
    </select>
  );
}
