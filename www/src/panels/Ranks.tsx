// What the replacement policy knows: its lists in order, the page that goes next at the left; ghosts are pages that are
// gone and still remembered. A list that is gone round stands as the face of a clock.

import { grouped } from "../model/numbers";
import { hovered, same, selected } from "../model/selection";
import { state } from "../model/session";
import type { RankDto, RankListDto, RanksDto, Subject } from "../wasm/types";
import { Face, MOST_ON_FACE } from "./Face";
import { Sign } from "./Legend";

export function Ranks() {
  const at = state.value;
  if (!at?.ranks) return null;
  const { lists, target, counted, ofProcess, hands } = at.ranks;
  const pages = lists.filter(({ items }) => !items[0]?.process).length;
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
      {hands && lists[0] && lists[0].count > 0 && lists[0].count <= MOST_ON_FACE && (
        <Face items={lists[0].items} hands={hands} label={labelOf} words={(item) => wordsOf(item, counted)} />
      )}
      {lists.map((list) => (
        <List
          key={list.name}
          list={list}
          only={pages === 1 && !list.items[0]?.process}
          counted={list.items[0]?.process ? ofProcess : counted}
          hands={hands}
        />
      ))}
    </div>
  );
}

type ListProps = { list: RankListDto; only: boolean; counted: string | null; hands: RanksDto["hands"] };

function List({ list: { name, count, items, leftOut }, only, counted, hands }: ListProps) {
  const half = items.length / 2;
  return (
    <div class="rank-list">
      <span class="count">
        {only ? "" : `${name}: `}
        {grouped(count)}
        {counted && count > 0 && `, with ${counted}`}
      </span>
      <ol aria-label={`${only ? "Pages" : name}, the one that has been there longest first`}>
        {items.map((item, n) => (
          <Item
            key={item.frame ?? `${item.pid} ${item.vpn}`}
            item={item}
            gap={leftOut > 0 && n === half ? leftOut : 0}
            counted={counted}
            hand={item.hand || (hands?.some(({ frame }) => frame === item.frame) ?? false)}
          />
        ))}
      </ol>
    </div>
  );
}

type ItemProps = { item: RankDto; gap: number; counted: string | null; hand: boolean };

function Item({ item, gap, counted, hand }: ItemProps) {
  const subject = subjectOf(item);
  const title = `${wordsOf(item, counted)}${hand ? ", the hand is here" : ""}`;
  return (
    <li>
      {gap > 0 && <span class="count">… {grouped(gap)} …</span>}
      <button
        class={`rank${item.frame === null && !item.process ? " ghost" : ""}${hand ? " hand" : ""}`}
        data-linked={subject && same(selected.value, subject) ? "" : undefined}
        aria-label={title}
        title={title}
        onClick={() => (selected.value = subject)}
        onPointerEnter={() => (hovered.value = subject)}
        onPointerLeave={() => (hovered.value = null)}
      >
        {labelOf(item)}
        {item.number !== null && <sub>{grouped(item.number)}</sub>}
        {item.accessed && <Sign name="accessed" />}
      </button>
    </li>
  );
}

export function subjectOf({ frame, pid, vpn, process }: RankDto): Subject | null {
  if (process && pid !== null) return { kind: "process", pid };
  if (frame !== null) return { kind: "frame", pfn: frame };
  return pid !== null && vpn !== null ? { kind: "page", pid, vpn } : null;
}

/** A page by its number within its VMA, as its cell says; a process by its name. */
function labelOf(item: RankDto): string {
  return (item.process ? nameOf(item) : numberOf(item)) ?? (item.frame === null ? "?" : `f${item.frame}`);
}

function wordsOf(item: RankDto, counted: string | null): string {
  const { frame, number } = item;
  if (item.process) return `${nameOf(item)}: ${counted} ${number}, ${pageOf(item) ?? "from its first page"} is next`;
  const words = [
    frame === null ? "gone, and remembered" : `frame ${frame}`,
    number !== null && counted && `${counted} ${number}`,
    item.accessed && "accessed bit set",
  ];
  return `${pageOf(item) ?? "a page that no process has used"}: ${words.filter(Boolean).join(", ")}`;
}

function nameOf({ pid }: RankDto): string | null {
  const process = state.value?.processes.find((one) => one.pid === pid);
  return process ? (process.variable ?? process.name) : `process ${pid}`;
}

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
