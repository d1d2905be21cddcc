// One VMA: its range and rights, and its pages as cells. Only one cell of a VMA is a tab stop; [ and ] go along.

import { useRef, useState } from "preact/hooks";
import { cellsOf, type Stop } from "../model/cells";
import { grouped } from "../model/numbers";
import { rightsInWords } from "../model/rights";
import { hovered, pointed, selected } from "../model/selection";
import { session, state } from "../model/session";
import type { PageDto, Subject, VmaDto } from "../wasm/types";
import { Cells } from "./Cells";
import { cellView, type Made, short } from "./PageCell";

const ROOM = 192;

export function Vma({ pid, vma, joined }: { pid: number; vma: VmaDto; joined: boolean }) {
  const [room, setRoom] = useState(ROOM);
  const made = useRef<Made>(new Map());
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
      <Cells
        cells={cells}
        hidden={untouched}
        render={(cell, near) =>
          cellView(made.current, { pid, vma, cell, near, stop, fresh, stale, more: () => setRoom(room + 4 * ROOM) })
        }
      />
    </div>
  );
}

/** What the script calls it, then its rights and its own name; of one without a variable the rights first. */
function Called({ vma }: { vma: VmaDto }) {
  const name = vma.name.slice(vma.name.lastIndexOf("/") + 1);
  if (vma.areas.length === 0)
    return (
      <>
        <b class="perms">{vma.perms}</b> {name || <span class="unnamed">anonymous</span>}
      </>
    );
  return (
    <>
      <b>{vma.areas.map((area) => area.name).join(", ")}</b> <span class="perms">{vma.perms}</span> {name}
    </>
  );
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
