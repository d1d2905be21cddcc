// The TLB as a table: the entries of the set in which a page is looked for, hit or miss, and what the last step or
// micro-step did to it: an entry filled, one that had to go for it, one flushed.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { grouped } from "../model/numbers";
import { hovered, selected } from "../model/selection";
import { state } from "../model/session";
import type { AccessDto, Subject, TlbChangeDto, TlbDto, TlbEntryDto } from "../wasm/types";

/** Of more entries that changed not all are drawn: they would push the tables out of sight, and take most of the time
 *  of a step. */
const MANY = 16;

/** `page`: for whom it is looked through; null: nobody. */
export function Tlb({ tlb, page, access }: { tlb: TlbDto; page: boolean; access: AccessDto | null }) {
  const changed = new Map((state.value?.changed.tlb ?? []).map((change) => [change.index, change]));
  const byIndex = new Map(tlb.entries.map((entry) => [entry.index, entry]));
  const looked = tlb.sets.flatMap((set) => Array.from({ length: tlb.ways }, (_, way) => set * tlb.ways + way));
  const touched = [...changed.keys()].filter((index) => !looked.includes(index));
  const shown = [...looked, ...touched.slice(0, MANY)];
  const others = tlb.entries.filter(({ index }) => !shown.includes(index));
  return (
    <div class="tlb" role="group" aria-label="TLB">
      <div class="head-line">
        <h3>TLB</h3>
        <span class="facts">
          {grouped(tlb.used)} of {grouped(tlb.size)} entries used; {shape(tlb)}
          {page && where(tlb)}
        </span>
      </div>
      {page && <Verdict tlb={tlb} access={access} changed={changed} />}
      {shown.length > 0 && (
        <Entries of={shown.map((index) => [index, byIndex.get(index) ?? null])} changed={changed} holds={tlb.holds} />
      )}
      {touched.length > MANY && <p class="hint">and {grouped(touched.length - MANY)} more that changed</p>}
      {others.length > 0 && (
        <Unfolding
          summary={`${shown.length > 0 ? "The other entries in use" : "The entries in use"}: ${grouped(others.length + tlb.more)}`}
        >
          {() => (
            <>
              <Entries of={others.map((entry) => [entry.index, entry])} changed={changed} holds={null} />
              {tlb.more > 0 && <p class="hint">and {grouped(tlb.more)} more</p>}
            </>
          )}
        </Unfolding>
      )}
    </div>
  );
}

/** What is folded is not made: the rows of a TLB are most of what a step would make. */
function Unfolding({ summary, children }: { summary: string; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}

/** How it is built, in words. */
function shape({ size, ways, replacement, asid }: TlbDto): string {
  const sets =
    size === ways ? "one set" : ways === 1 ? "direct-mapped" : `${grouped(size / ways)} sets of ${ways} ways`;
  const goes = { fifo: "first in, first out", lru: "the least recently used goes", random: "any goes by chance" };
  return `${sets}${ways > 1 ? `, ${goes[replacement]}` : ""}${asid ? "" : ", emptied at each switch"}`;
}

function where({ sets, size, ways }: TlbDto): string {
  if (sets.length === 0 || size === ways) return "; any may hold the page";
  return `; the page can be in ${sets.length === 1 ? `set ${sets[0]}` : `sets ${sets.join(" and ")}`} only`;
}

type VerdictProps = { tlb: TlbDto; access: AccessDto | null; changed: Map<number, TlbChangeDto> };

function Verdict({ tlb, access, changed }: VerdictProps) {
  const { holds } = tlb;
  const entry = tlb.entries.find(({ index }) => index === holds);
  const lacks = entry && (!entry.writable ? "read-only" : !entry.dirty ? "not dirty yet" : null);
  if (!access)
    return holds === null ? (
      <p class="verdict">✗ Not cached: the next access walks the tables.</p>
    ) : (
      <p class="verdict hit">
        ✓ Cached in entry {holds}: the next{" "}
        {lacks ? `read needs no walk; a write does, for it is ${lacks}` : "access needs no walk"}.
      </p>
    );
  if (access.hit) return <p class="verdict hit">✓ Hit{holds !== null && ` in entry ${holds}`}: no table is read.</p>;
  if (!access.done && holds !== null)
    return (
      <p class="verdict">
        ✗ Entry {holds} is {lacks ?? "there"}, which will not do for a write: the MMU walks the tables.
      </p>
    );
  const old = holds === null ? null : changed.get(holds)?.before;
  return (
    <p class="verdict">
      ✗ Miss: the MMU walks the tables
      {access.done && holds !== null && `. What it found is kept in entry ${holds}`}
      {old && old.vpn !== entry?.vpn && `; ${old.addr} of process ${old.pid} had to go`}.
    </p>
  );
}

type EntriesProps = {
  of: [number, TlbEntryDto | null][];
  changed: Map<number, TlbChangeDto>;
  holds: number | null;
};

function Entries({ of, changed, holds }: EntriesProps) {
  return (
    <table class="tlb-table">
      <thead>
        <tr>
          <th scope="col" title="The entry's number">
            #
          </th>
          <th scope="col">pid</th>
          <th scope="col">page</th>
          <th scope="col">frame</th>
          <th scope="col" title="w: may be written; d: is dirty already">
            may
          </th>
        </tr>
      </thead>
      <tbody>
        {gathered(of, changed).map(([index, entry, last]) =>
          last > index ? (
            <tr key={index}>
              <th scope="row">
                {index}–{last}
              </th>
              <td colSpan={4} class="empty">
                empty
              </td>
            </tr>
          ) : (
            <Entry
              key={index}
              index={index}
              entry={entry}
              change={changed.get(index) ?? null}
              holds={index === holds}
            />
          ),
        )}
      </tbody>
    </table>
  );
}

/** The entries, each with the last of its row: those that stand empty side by side share one. */
function gathered(of: EntriesProps["of"], changed: EntriesProps["changed"]): [number, TlbEntryDto | null, number][] {
  const rows: [number, TlbEntryDto | null, number][] = [];
  for (const [index, entry] of of) {
    const last = rows.at(-1);
    const joins = last && !last[1] && !entry && last[2] + 1 === index && !changed.has(index) && !changed.has(last[0]);
    if (joins) last[2] = index;
    else rows.push([index, entry, index]);
  }
  return rows;
}

type EntryProps = { index: number; entry: TlbEntryDto | null; change: TlbChangeDto | null; holds: boolean };

function Entry({ index, entry, change, holds }: EntryProps) {
  const old = change?.before ?? null;
  const gone = old && (!entry || old.vpn !== entry.vpn || old.pid !== entry.pid) ? old : null;
  const kind = change && (entry ? "filled" : "flushed");
  return (
    <tr class={[holds ? "holds" : "", kind ? `changed ${kind}` : ""].filter(Boolean).join(" ")}>
      <th scope="row">
        {holds ? <span title="The entry that covers the page">▸</span> : null}
        {index}
      </th>
      {entry ? (
        <Cells entry={entry} gone={gone} />
      ) : (
        <td colSpan={4} class="empty">
          {gone ? (
            <>
              <del>
                {gone.pid} {gone.addr} → {gone.pfn}
              </del>{" "}
              flushed
            </>
          ) : (
            "empty"
          )}
        </td>
      )}
    </tr>
  );
}

function Cells({ entry, gone }: { entry: TlbEntryDto; gone: TlbEntryDto | null }) {
  const page: Subject = { kind: "page", pid: entry.pid, vpn: entry.vpn };
  const frame: Subject = { kind: "frame", pfn: entry.pfn };
  return (
    <>
      <td>{entry.pid}</td>
      <td>
        {gone && <del title={`It took the place of ${gone.addr} of process ${gone.pid}`}>{gone.addr}</del>}
        <Link subject={page} text={entry.addr} />
        {entry.pages > 1 && <span class="facts"> and {grouped(entry.pages - 1)} more</span>}
      </td>
      <td>
        <Link subject={frame} text={`${entry.pfn}`} />
      </td>
      <td title={`${entry.writable ? "may be written" : "read only"}${entry.dirty ? ", dirty" : ""}`}>
        {entry.writable ? "w" : "r"}
        {entry.dirty && " d"}
      </td>
    </>
  );
}

function Link({ subject, text }: { subject: Subject; text: string }) {
  return (
    <button
      class="goto-thing"
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
    >
      {text}
    </button>
  );
}
