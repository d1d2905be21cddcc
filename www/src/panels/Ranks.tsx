// What the replacement policy knows: its lists in order, the page that goes next at the left; ghosts are pages that are
// gone and still remembered. A list that is gone round stands as the face of a clock. Whose a page is is said where
// there are several processes.

import { Fragment } from "preact";
import { processName } from "../model/names";
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
  const named = lists.flatMap(({ items }) => items.flatMap(({ pid }) => pid ?? []));
  const several = new Set([...named, ...at.processes.map(({ pid }) => pid)]).size > 1;
  return (
    <div class={at.machine.policy === "mglru" ? "ranks generations" : "ranks"}>
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
        <Fragment key={list.name}>
          {/* Where a line may break, also after a list without pages. */}{" "}
          <List
            list={list}
            only={pages === 1 && !list.items[0]?.process}
            counted={list.items[0]?.process ? ofProcess : counted}
            hands={hands}
            several={several}
          />
        </Fragment>
      ))}
    </div>
  );
}

/** `several`: whose a page is is not clear without a word. */
type ListProps = {
  list: RankListDto;
  only: boolean;
  counted: string | null;
  hands: RanksDto["hands"];
  several: boolean;
};

function List({ list: { name, count, items, leftOut }, only, counted, hands, several }: ListProps) {
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
            several={several}
          />
        ))}
      </ol>
    </div>
  );
}

type ItemProps = { item: RankDto; gap: number; counted: string | null; hand: boolean; several: boolean };

function Item({ item, gap, counted, hand, several }: ItemProps) {
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
        {several && !item.process && item.pid !== null && numberOf(item) !== null && (
          <small>{processName(item.pid)} </small>
        )}
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
  if (item.process && item.pid !== null) return processName(item.pid);
  return numberOf(item) ?? (item.frame === null ? "?" : `f${item.frame}`);
}

function wordsOf(item: RankDto, counted: string | null): string {
  const { frame, number } = item;
  if (item.process && item.pid !== null)
    return `${processName(item.pid)}: ${counted} ${number}, ${pageOf(item) ?? "from its first page"} is next`;
  const words = [
    frame === null ? "gone, and remembered" : `frame ${frame}`,
    number !== null && counted && `${counted} ${number}`,
    item.accessed && "accessed bit set",
  ];
  return `${pageOf(item) ?? "a page that no process has used"}: ${words.filter(Boolean).join(", ")}`;
}

function numberOf({ pid, vpn }: RankDto): string | null {
  const process = state.value?.processes.find((one) => one.pid === pid);
  const vma = vpn === null ? undefined : process?.vmas.find(({ start, end }) => start <= vpn && vpn < end);
  return vma && vpn !== null ? grouped(vpn - vma.start) : null;
}

function pageOf(item: RankDto): string | null {
  const number = numberOf(item);
  return item.pid !== null && number !== null ? `page ${number} of ${processName(item.pid)}` : null;
}
