// One VMA: its range and rights, and its pages as cells. Only one cell of a VMA is a tab stop; [ and ] go along.

import { useState } from "preact/hooks";
import { address } from "../model/address";
import { type Cell, cellsOf, type Stop } from "../model/cells";
import { marksOf, useOf } from "../model/marks";
import { grouped } from "../model/numbers";
import { rightsInWords } from "../model/rights";
import { hovered, pageKey, pointed, selected } from "../model/selection";
import { session, state } from "../model/session";
import type { PageDto, Subject, VmaDto } from "../wasm/types";
import { Sign } from "./Legend";

const ROOM = 192;

export function Vma({ pid, vma, joined }: { pid: number; vma: VmaDto; joined: boolean }) {
  const [room, setRoom] = useState(ROOM);
  const subject: Subject = { kind: "vma", id: vma.id };
  const chosen = selected.value;
  const wanted = chosen?.kind === "page" && chosen.pid === pid ? [chosen.vpn] : [];
  const visited = state.value?.search?.page;
  const drawn = visited?.[0] === pid ? [...wanted, ...pointedIn(pid), visited[1]] : [...wanted, ...pointedIn(pid)];
  const cells = cellsOf(
    vma,
    firstPages(vma, room),
    drawn.map((vpn) => stopAt(pid, vpn)),
  );
  const stop =
    wanted.find((vpn) => vpn >= vma.start && vpn < vma.end) ?? cells.find((cell) => cell.kind === "page")?.vpn;
  const changed = state.value?.changed;
  const stale = new Set(changed?.stale.filter(([, p]) => p === pid).map(([, , vpn]) => vpn));
  const fresh = new Set(changed?.pages.filter(([p]) => p === pid).map(([, vpn]) => vpn));
  const count = vma.end - vma.start;
  const untouched = cells.length === 1 && cells[0]!.kind === "gap";
  return (
    <div
      class={`vma${joined ? " joined" : ""}${untouched ? " untouched" : ""}${changed?.vmas.includes(vma.id) ? " changed" : ""}`}
    >
      <button
        class="thing vma-name"
        data-subject={`vma:${vma.id}`}
        title={`${vma.name ? `${vma.name}, ` : ""}${vma.startAddr} to ${vma.endAddr}: ${grouped(count)} pages. ${rightsInWords(vma.perms)}${vma.flags.length ? `. Flags: ${vma.flags.join(", ")}` : ""}`}
        onClick={() => (selected.value = subject)}
        onPointerEnter={() => (hovered.value = subject)}
        onPointerLeave={() => (hovered.value = null)}
      >
        <Called vma={vma} /> <span class="addr">{vma.startAddr}</span>
        {special(vma).map((flag) => (
          <span key={flag} class="facts">
            {" "}
            {flag}
          </span>
        ))}
        {untouched && <span class="facts"> {short(count)} pages</span>}
      </button>
      <div class="pages" hidden={untouched}>
        {cells.map((cell) => (
          <CellView
            key={`${cell.kind}${cell.kind === "page" ? cell.vpn : cell.from}`}
            pid={pid}
            vma={vma}
            cell={cell}
            stop={stop}
            fresh={fresh}
            stale={stale}
            more={() => setRoom(room + 4 * ROOM)}
          />
        ))}
      </div>
    </div>
  );
}

/** What the script calls it, then its rights and its own name; of one without a variable the rights first. */
function Called({ vma }: { vma: VmaDto }) {
  const name = vma.name.slice(vma.name.lastIndexOf("/") + 1);
  if (vma.areas.length === 0)
    return (
      <>
        <b>{vma.perms}</b> {name || "anonymous"}
      </>
    );
  return (
    <>
      <b>{vma.areas.map((area) => area.name).join(", ")}</b> {vma.perms} {name}
    </>
  );
}

/** A page's area as the script knows it, and the page's number in it; without a variable its number in the VMA. */
function indexed(vma: VmaDto, vpn: number): { name: string; index: number } {
  const area = vma.areas.find(({ start, end }) => start <= vpn && vpn < end);
  return { name: area?.name ?? "", index: vpn - (area ?? vma).start };
}

/** The pages of a process that a note points at: they are drawn however many pages its VMA has. */
const pointedIn = (pid: number) =>
  pointed.value.flatMap((subject) => (subject.kind === "page" && subject.pid === pid ? subject.vpn : []));

/** The state has some; more are asked for. */
function firstPages(vma: VmaDto, room: number): PageDto[] {
  const enough = vma.pages.length >= Math.min(room, vma.ptes) || room === ROOM;
  return enough ? vma.pages : (session.peek()?.pages(vma.id, room) ?? []);
}

function stopAt(pid: number, vpn: number): Stop {
  const page = session.peek()?.page(pid, vpn) ?? null;
  return { vpn: page?.vpn ?? vpn, page };
}

/** Flags that the rest of the line does not show, and that keep neighbours apart. */
const special = (vma: VmaDto) =>
  vma.flags.filter((flag) => !["shared", "growsdown", "noreserve", "account", "run"].includes(flag));

type CellProps = {
  pid: number;
  vma: VmaDto;
  cell: Cell;
  stop: number | undefined;
  fresh: Set<number>;
  stale: Set<number>;
  more: () => void;
};

function CellView({ pid, vma, cell, stop, fresh, stale, more }: CellProps) {
  if (cell.kind === "gap")
    return (
      <span class="gap" title={`${grouped(cell.count)} pages that nobody has touched`}>
        {short(cell.count)}
      </span>
    );
  if (cell.kind === "more")
    return (
      <button class="gap more" onClick={more} title="Show more of this VMA's pages">
        {short(cell.count)} more
      </button>
    );
  const { vpn, page } = cell;
  const subject: Subject = { kind: "page", pid, vpn };
  const marks = marksOf(page, vma);
  const { name, index } = indexed(vma, vpn);
  const told = describe(vpn, name && `${name}[${index}]`, page, marks);
  const text = stale.has(vpn) ? `${told}: the pair of its frame leads elsewhere (stale)` : told;
  return (
    <button
      class={[
        "page",
        ...marks,
        page ? `${page.state} of-${useOf(page, vma)}` : "",
        page && page.pages > 1 ? "large" : "",
        fresh.has(vpn) ? "changed" : "",
        stale.has(vpn) ? "wrong-pair" : "",
      ]
        .filter(Boolean)
        .join(" ")}
      data-page={pageKey(pid, vpn)}
      tabIndex={vpn === stop ? 0 : -1}
      aria-label={text}
      title={text}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      <span class="page-number">{index}</span>
      {marks.map((name) => (
        <Sign key={name} name={name} />
      ))}
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

/** Signs in words; of a page it is the PTE that is dirty. */
const words: Record<string, string> = {
  shared: "shared",
  accessed: "accessed",
  "pte-dirty": "dirty",
  locked: "locked",
  "in-swap-cache": "in the swap cache",
};

function short(count: number): string {
  if (count < 10_000) return `${count}`;
  return count < 10_000_000 ? `${Math.round(count / 1000)}k` : `${Math.round(count / 1_000_000)}M`;
}
