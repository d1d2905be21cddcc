// What the replacement policy knows: its lists in order, the page that goes next at the left; ghosts are pages that are
// gone and still remembered.

import { grouped } from "../model/numbers";
import { hovered, same, selected } from "../model/selection";
import { state } from "../model/session";
import type { RankDto, RankListDto, Subject } from "../wasm/types";

export function Ranks() {
  const at = state.value;
  if (!at?.ranks) return null;
  const { lists, target } = at.ranks;
  return (
    <div class="ranks">
      <h3>
        {at.machine.policy.replaceAll("_", " ")}’s {lists.length === 1 ? "list" : "lists"}
        {target !== null && (
          <span class="count">
            , target of {lists[0]?.name}: {target.toFixed(1)}
          </span>
        )}
      </h3>
      {lists.map((list) => (
        <List key={list.name} list={list} only={lists.length === 1} />
      ))}
    </div>
  );
}

function List({ list: { name, count, items, leftOut }, only }: { list: RankListDto; only: boolean }) {
  const half = items.length / 2;
  return (
    <div class="rank-list">
      <span class="count">
        {only ? "" : `${name}: `}
        {grouped(count)}
      </span>
      <ol aria-label={`${only ? "Pages" : name}, the one that has been there longest first`}>
        {items.map((item, n) => (
          <Item
            key={item.frame ?? `${item.pid} ${item.vpn}`}
            item={item}
            gap={leftOut > 0 && n === half ? leftOut : 0}
          />
        ))}
      </ol>
    </div>
  );
}

function Item({ item, gap }: { item: RankDto; gap: number }) {
  const { frame, number, hand } = item;
  const subject = subjectOf(item);
  const words = [
    frame === null ? "gone, and remembered" : `frame ${frame}`,
    number !== null && `${number} counted`,
    hand && "the hand is here",
  ];
  const title = `${pageOf(item) ?? "a page that no process has used"}: ${words.filter(Boolean).join(", ")}`;
  return (
    <li>
      {gap > 0 && <span class="count">… {grouped(gap)} …</span>}
      <button
        class={`rank${frame === null ? " ghost" : ""}${hand ? " hand" : ""}`}
        data-linked={subject && same(selected.value, subject) ? "" : undefined}
        aria-label={title}
        title={title}
        onClick={() => (selected.value = subject)}
        onPointerEnter={() => (hovered.value = subject)}
        onPointerLeave={() => (hovered.value = null)}
      >
        {numberOf(item) ?? `f${frame}`}
        {number !== null && <sub>{number}</sub>}
      </button>
    </li>
  );
}

function subjectOf({ frame, pid, vpn }: RankDto): Subject | null {
  if (frame !== null) return { kind: "frame", pfn: frame };
  return pid !== null && vpn !== null ? { kind: "page", pid, vpn } : null;
}

/** The page's number within its VMA, as its cell says. */
function numberOf({ pid, vpn }: RankDto): string | null {
  const process = state.value?.processes.find((one) => one.pid === pid);
  const vma = vpn === null ? undefined : process?.vmas.find(({ start, end }) => start <= vpn && vpn < end);
  return vma && vpn !== null ? grouped(vpn - vma.start) : null;
}

function pageOf(item: RankDto): string | null {
  const process = state.value?.processes.find(({ pid }) => pid === item.pid);
  const number = numberOf(item);
  return process && number !== null ? `page ${number} of ${process.variable ?? process.name}` : null;
}
