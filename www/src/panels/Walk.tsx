// The page-table walk to the selected page: its drawing, then each table's entry, bit by bit, and where it leads.

import { view } from "../model/panels";
import { ofSelected } from "../model/translation";
import { Goto } from "../parts/Goto";
import { Why } from "../parts/Why";
import type { Subject, WalkDto } from "../wasm/types";
import { Drawing } from "./Access";

export function Walk({ subject, walk }: { subject: Subject; walk: WalkDto[] }) {
  const of = ofSelected.value;
  return (
    <>
      <h3>Page-table walk</h3>
      {of && <Drawing of={of} />}
      <h3>Its entries, bit by bit</h3>
      <ol class="walk">
        {walk.map((step, i) => (
          <Level key={step.level} subject={subject} step={step} last={i === walk.length - 1} />
        ))}
      </ol>
    </>
  );
}

function Level({ subject, step, last }: { subject: Subject; step: WalkDto; last: boolean }) {
  const empty = step.next === null;
  // Tables on the way take one line; the last entry's meaning is worth its own.
  const onward = !last && step.next !== null && (
    <Goto subject={{ kind: "frame", pfn: step.next }} text={`frame ${step.next}`} />
  );
  return (
    <li class={empty ? "empty" : ""}>
      <div class="entry">
        <span class="level">
          {step.level}
          <span class="index">[{step.index}]</span>
        </span>
        <span class="where">
          in <Goto subject={{ kind: "frame", pfn: step.table }} text={`frame ${step.table}`} />
        </span>
        {onward && <span>→ {onward}</span>}
        <code class="raw">{step.raw}</code>
        <Why subject={subject} name={step.level} question={`Why is the ${step.level} entry ${step.raw}?`} />
      </div>
      {!onward && (
        <div class="leads">
          →{" "}
          {step.next !== null ? <Goto subject={{ kind: "frame", pfn: step.next }} text={step.decoded} /> : step.decoded}
        </div>
      )}
      {step.bits.length > 0 && <Bits bits={step.bits} inWords={last} />}
    </li>
  );
}

/** Bits that only caching or large pages use. */
const SELDOM = ["PWT", "PCD", "PAT", "PS", "G"];

/** In the reading view those that are seldom set are folded, as long as they are clear. */
function Bits({ bits, inWords }: { bits: WalkDto["bits"]; inWords: boolean }) {
  const folds = ({ name, set }: (typeof bits)[number]) => view.value === "reading" && !set && SELDOM.includes(name);
  const more = bits.filter(folds);
  return (
    <>
      <List bits={bits.filter((bit) => !folds(bit))} inWords={inWords} />
      {inWords && more.length > 0 && (
        <details class="more">
          <summary>All bits</summary>
          <List bits={more} inWords={true} />
        </details>
      )}
    </>
  );
}

function List({ bits, inWords }: { bits: WalkDto["bits"]; inWords: boolean }) {
  return (
    <ul class={inWords ? "bits in-words" : "bits"}>
      {bits.map(({ name, bit, set, meaning }) => (
        <li key={name} class={set ? "set" : "clear"} title={`Bit ${bit}, ${name}: ${meaning}`}>
          <span class="bit">
            {name}
            <span class="value">{set ? 1 : 0}</span>
          </span>
          {inWords && <span class="meaning">{meaning}</span>}
        </li>
      ))}
    </ul>
  );
}
