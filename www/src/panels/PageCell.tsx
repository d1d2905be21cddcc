// One cell of a VMA: a page with what its PTE says, a gap of untouched pages, or what is left out for want of room.
import type { VNode } from "preact";
import { address } from "../model/address";
import type { Cell } from "../model/cells";
import { marksOf, useOf } from "../model/marks";
import { grouped } from "../model/numbers";
import { hovered, pageKey, selected } from "../model/selection";
import type { PageDto, Subject, VmaDto } from "../wasm/types";
import { Sign } from "./Legend";

/** `near`: it can be seen, or nearly; far away it is as large and has its colour, without number and signs. */
type CellProps = {
  pid: number;
  vma: VmaDto;
  cell: Cell;
  near: boolean;
  stop: number | undefined;
  fresh: Set<number>;
  stale: Set<number>;
  more: () => void;
};

/** The cells of one VMA as they were last made, by key: one that is to look and to say the same is handed out again, so
 *  that a step costs the cells that it changes, not those that there are. */
export type Made = Map<string, { as: string; node: VNode }>;

export function cellView(made: Made, props: CellProps): VNode {
  const { cell, vma, near, stop, fresh, stale } = props;
  const key = keyOf(cell);
  if (cell.kind !== "page") return <Gap key={key} cell={cell} more={props.more} />;
  const { vpn, page } = cell;
  const marks = marksOf(page, vma);
  const { name, index } = indexed(vma, vpn);
  const looks = [
    "page",
    ...marks,
    page ? `${page.state} of-${useOf(page, vma)}` : "",
    page && page.pages > 1 ? "large" : "",
    fresh.has(vpn) ? "changed" : "",
    stale.has(vpn) ? "wrong-pair" : "",
  ]
    .filter(Boolean)
    .join(" ");
  const as = `${looks} ${page?.at} ${page?.pages} ${near} ${vpn === stop} ${index} ${name}`;
  const old = made.get(key);
  if (old?.as === as) return old.node;
  const told = describe(vpn, name && `${name}[${index}]`, page, marks);
  const text = stale.has(vpn) ? `${told}: the pair of its frame leads elsewhere (stale)` : told;
  const subject: Subject = { kind: "page", pid: props.pid, vpn };
  const node = (
    <button
      key={key}
      class={looks}
      data-page={pageKey(props.pid, vpn)}
      tabIndex={vpn === stop ? 0 : -1}
      aria-label={text}
      title={text}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      {near && <span class="page-number">{index}</span>}
      {near && marks.map((name) => <Sign key={name} name={name} />)}
    </button>
  );
  made.set(key, { as, node });
  return node;
}

/** Pages that nobody has touched, or those left out for want of room. */
function Gap({ cell, more }: { cell: Exclude<Cell, { kind: "page" }>; more: () => void }) {
  if (cell.kind === "gap")
    return (
      <span class="gap" title={`${grouped(cell.count)} pages that nobody has touched`}>
        {short(cell.count)}
      </span>
    );
  return (
    <button class="gap more" onClick={more} title="Show more of this VMA's pages">
      {short(cell.count)} more
    </button>
  );
}

function describe(vpn: number, index: string, page: PageDto | null, marks: string[]): string {
  const at = index ? `${index}, ${address(vpn)}` : address(vpn);
  const name = page && page.pages > 1 ? `Large page ${at} of ${page.pages} frames` : `Page ${at}`;
  if (!page) return `${name}: untouched, it has no frame`;
  if (page.state === "swap") return `${name}: swapped out to slot ${page.at}`;
  const signs = [page.writable ? "writable" : "read-only", ...marks.flatMap((name) => words[name] ?? [])];
  return `${name}: ${page.state === "zero" ? "the zero page" : `frame ${page.at}`}, ${signs.join(", ")}`;
}

/** Signs in words; of a page it is the PTE that is dirty. A new entry has the accessed bit before anybody used it. */
const words: Record<string, string> = {
  shared: "shared",
  accessed: "accessed bit set",
  "pte-dirty": "dirty",
  locked: "locked",
  "in-swap-cache": "in the swap cache",
};

/** A page's area as the script knows it, and the page's number in it; without a variable its number in the VMA. */
function indexed(vma: VmaDto, vpn: number): { name: string; index: number } {
  const area = vma.areas.find(({ start, end }) => start <= vpn && vpn < end);
  return { name: area?.name ?? "", index: vpn - (area ?? vma).start };
}

/** What a cell is, from one step to the next. */
function keyOf(cell: Cell): string {
  return `${cell.kind}${cell.kind === "page" ? cell.vpn : cell.from}`;
}

export function short(count: number): string {
  if (count < 10_000) return `${count}`;
  return count < 10_000_000 ? `${Math.round(count / 1000)}k` : `${Math.round(count / 1_000_000)}M`;
}
