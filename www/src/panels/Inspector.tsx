// The selected thing: its values, its page-table walk, its reverse map; and "why?" it is so.
import { oldValue } from "../model/before";
import { wording } from "../model/bits";
import { view } from "../model/panels";
import { inspected, selected } from "../model/selection";
import { session, state } from "../model/session";
import { access, flushed } from "../model/translation";
import { wayBack } from "../model/wayback";
import { Goto } from "../parts/Goto";
import { Cause, Why } from "../parts/Why";
import type { InspectDto, RowDto, Subject } from "../wasm/types";
import { Access } from "./Access";
import { InspectorHead } from "./InspectorHead";
import { Owners } from "./Owners";
import { Tlb } from "./Tlb";
import { Walk } from "./Walk";
import { Search, WayBack } from "./way/WayBack";

export function Inspector() {
  const shown = inspected.value;
  return (
    <section class="panel inspector" aria-labelledby="inspector-title">
      <InspectorHead />
      <Cause />
      <div class="inspector-body" tabIndex={0} role="group" aria-label="Inspector">
        <Search />
        <Access />
        {shown ? <Details of={shown} /> : !state.value?.search && !access.value && !flushed.value && <Empty />}
      </div>
    </section>
  );
}

function Empty() {
  if (selected.value) return <p class="hint">It does not exist at this step. Step on, or clear the selection.</p>;
  return (
    <div class="hint">
      <p>Select anything: a frame on the map, a page or a VMA of a process, a slot on the swap disk.</p>
      <p>
        You will see its values, the page-table walk that leads to it, and the reverse map: the way from a frame back to
        every page that uses it.
      </p>
      <p>
        <b>Why?</b> beside a value goes to the step that set it.
      </p>
    </div>
  );
}

function Details({ of }: { of: InspectDto }) {
  const way = wayBack.value && <WayBack of={wayBack.value} subject={of.subject} />;
  // A frame's way back is what most readers look for: before the values, so that it needs no scrolling.
  const first = of.subject.kind === "frame";
  return (
    <>
      {first && way}
      <Owners of={of} />
      <Rows of={of} />
      {of.walk.length > 0 && <Walk subject={of.subject} walk={of.walk} />}
      {!first && way}
      {of.subject.kind === "process" && session.value && <Tlb tlb={session.value.tlb()} page={false} access={null} />}
      {of.mappings.length > 0 && <Mappings of={of} />}
      {of.subject.kind !== "process" && of.subject.kind !== "vma" && <Bytes of={of} />}
    </>
  );
}

/** Values that a reader seldom asks for. */
const SELDOM = ["Physical address", "Colour", "Zone", "vm_pgoff", "Chain", "Flags", "New mappings"];

/** The reading view folds what is seldom asked for, unless it has just changed. */
function Rows({ of: { rows, subject } }: { of: InspectDto }) {
  const folds = ({ label, value }: RowDto) =>
    view.value === "reading" && SELDOM.includes(label) && oldValue(label, value) === null;
  const listed = (some: RowDto[]) => (
    <dl class="rows">
      {some.map((row) => (
        <Row key={row.label} row={row} subject={subject} />
      ))}
    </dl>
  );
  const more = rows.filter(folds);
  return (
    <>
      {listed(rows.filter((row) => !folds(row)))}
      {more.length > 0 && (
        <details class="more">
          <summary>More</summary>
          {listed(more)}
        </details>
      )}
    </>
  );
}

function Row({ row, subject }: { row: RowDto; subject: Subject }) {
  const { name, meaning, said } = wording(subject, row.label);
  const before = oldValue(row.label, row.value);
  const old = before === null ? null : said(before);
  const value = said(row.value);
  return (
    <div class="row">
      <dt title={meaning}>{name}</dt>
      <dd>
        {old !== null && <del>{old}</del>}
        {row.subject ? (
          <Goto subject={row.subject} text={value} fresh={old !== null} />
        ) : (
          <span class={old !== null ? "fresh" : ""}>{value}</span>
        )}
      </dd>
      {row.why && (
        <dd class="why">
          <Why subject={subject} name={row.label} value={row.value} question={`Why is ${name} ${value}?`} />
        </dd>
      )}
    </div>
  );
}

function Mappings({ of }: { of: InspectDto }) {
  return (
    <>
      <div class="head-line">
        <h3>Mapped by {of.mapped === 1 ? "one PTE" : `${of.mapped} PTEs`}</h3>
        <Why subject={of.subject} name="mappings" question="Why is it mapped by these?" />
      </div>
      <ul class="mappings">
        {of.mappings.map(({ pid, vpn, addr, writable, dirty, accessed }) => (
          <li key={`${pid}:${vpn}`}>
            <Goto subject={{ kind: "page", pid, vpn }} text={`process ${pid} at ${addr}`} />{" "}
            <span class="facts">
              {[writable ? "writable" : "read-only", accessed ? "accessed bit" : "", dirty ? "dirty bit" : ""]
                .filter(Boolean)
                .join(", ")}
            </span>
          </li>
        ))}
      </ul>
      {of.mapped > of.mappings.length && <p class="hint">and {of.mapped - of.mappings.length} more</p>}
    </>
  );
}

function Bytes({ of }: { of: InspectDto }) {
  const { bytes } = of;
  if (bytes.length === 0) return null;
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => bytes.slice(16 * i, 16 * i + 16));
  return (
    <>
      <div class="head-line">
        <h3>First bytes</h3>
        <Why subject={of.subject} name="bytes" question="Why are the bytes these?" />
      </div>
      <pre class="bytes" tabIndex={0} role="group" aria-label="Bytes">
        {lines.map((line, i) => (
          <div key={i}>
            <span class="offset">{(16 * i).toString(16).padStart(2, "0")}</span>{" "}
            {line.join("").replace(/(.{4})(?=.)/g, "$1 ")} <span class="letters">{line.map(letter).join("")}</span>
          </div>
        ))}
      </pre>
    </>
  );
}

function letter(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code >= 32 && code < 127 ? String.fromCharCode(code) : "·";
}
