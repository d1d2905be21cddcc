// The pages of a heap, each with what lies in it, the words that the last step read and wrote, and its frame.
import { type Chosen, chooseBlock, chosen, isKernels, KERNEL_KINDS, KINDS, pieceAt, subjectOf } from "../model/heaps";
import { grouped } from "../model/numbers";
import { hovered, pageKey, same, selected } from "../model/selection";
import type { HeapDto, HeapGroupDto, HeapPageDto, HeapPieceDto } from "../wasm/types";

/** What the allocator looks up at every call stands first, wherever it lies. */
export const rolesFirst = (pages: HeapPageDto[]): HeapPageDto[] => [
  ...pages.filter(({ role }) => role),
  ...pages.filter(({ role }) => !role),
];

export function HeapPage({ heap, page }: { heap: HeapDto; page: HeapPageDto }) {
  const subject = subjectOf(heap, page);
  const group = page.role ? undefined : heap.groups.find((one) => holds(one, page.frame));
  const place = page.frame !== null ? `frame ${page.frame}` : page.slot !== null ? `slot ${page.slot}` : "untouched";
  const share = (bytes: number) => `${(100 * bytes) / page.bytes}%`;
  return (
    <div
      class={`heap-page${page.words.length > 0 ? " touched" : ""}${page.frame === null ? " away" : ""}`}
      data-heap={page.vpn === null ? page.frame : pageKey(heap.pid, page.vpn)}
      data-linked={same(selected.value, subject) ? "" : undefined}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      <span class="heap-addr">
        {page.role && <b>{page.role} </b>}
        {group && <b>{groupWords(heap, group)} </b>}
        {page.addr}
      </span>
      <div
        class="heap-bytes"
        role="img"
        aria-label={summary(heap, page)}
        title={summary(heap, page)}
        style={{ background: painted(page) }}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const piece = pieceAt(page, ((event.clientX - box.left) / box.width) * page.bytes);
          // A click selects the page it is on, and so its frame, whether or not a block is there.
          chooseBlock(blockOf(heap, piece), subject);
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

const blockOf = ({ pid, heap }: HeapDto, piece: HeapPieceDto | undefined): Chosen | null =>
  piece?.block ? { pid, heap, block: piece.block } : null;

const holds = ({ frame, frames }: HeapGroupDto, pfn: number | null) =>
  pfn !== null && frame <= pfn && pfn < frame + frames;

/** What a frame of the kernel's heap is a part of. */
function groupWords({ kind }: HeapDto, { size, used, of, colour }: HeapGroupDto): string {
  if (kind === "paragraph") return `${grouped(used)} of ${grouped(of)}`;
  const shift = colour ? ` +${colour}` : "";
  return of === 1 && used === 0 ? "kept" : `${grouped(size)}${shift}`;
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
function summary(heap: HeapDto, { pieces, role, bytes }: HeapPageDto): string {
  if (pieces.length === 0) return role ?? `${grouped(bytes)} bytes, none of them a block's`;
  const parts = wordsOf(heap).flatMap(([kind, text]) => {
    const of = pieces.filter((piece) => piece.kind === kind);
    const sum = of.reduce((all, piece) => all + piece.bytes, 0);
    return of.length > 0 ? [`${of.length > 1 ? `${of.length} pieces ` : ""}${text} (${grouped(sum)} bytes)`] : [];
  });
  return parts.join(", ");
}

/** The kinds of pieces with their names in a heap. */
const wordsOf = (heap: HeapDto) => Object.entries(isKernels(heap) ? { ...KINDS, ...KERNEL_KINDS } : KINDS);
