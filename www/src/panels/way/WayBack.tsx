// The way back from a frame, drawn as the scheme stores it, and what that costs; while it is walked, where the walk is.
import { useEffect, useRef } from "preact/hooks";
import { inFull } from "../../model/scheme";
import { state } from "../../model/session";
import { searched, told } from "../../model/wayback";
import { waysOf } from "../../model/ways";
import { Goto } from "../../parts/Goto";
import { Why } from "../../parts/Why";
import type { MachineDto, Subject, WayBackDto } from "../../wasm/types";
import { Chain } from "./Chain";
import { Cost } from "./Cost";
import { Pair } from "./Pair";
import { Tables } from "./Tables";
import { Vmas } from "./Vmas";

/** The search that is on, whatever is selected. */
export function Search() {
  const search = state.value?.search;
  const of = searched.value;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (section.current) follow(section.current);
  }, [of]);
  if (!search || !of) return null;
  return (
    <section class="searching" ref={section} aria-label={`Looking for frame ${search.pfn}`}>
      <div class="search-head">
        <h3>
          Looking for <Goto subject={{ kind: "frame", pfn: search.pfn }} text={`frame ${search.pfn}`} />
        </h3>
        <p class={search.stale === null ? "told" : "told stale"} role="status">
          {search.stale !== null ? "✗ " : search.found ? "✓ " : ""}
          {told.value.replace(/^looking for [^:]+: /, "")}
        </p>
      </div>
      <Drawing of={of} machine={state.value?.machine} />
    </section>
  );
}

/** Scrolls the inspector, and nothing around it, to the present visit; the words above it stay. */
function follow(section: HTMLElement): void {
  const present = section.querySelector(".visit.now, .cell.at-now");
  const head = section.querySelector(".search-head")!;
  let scroller = section.parentElement;
  while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1 && !scroller.matches(".details"))
    scroller = scroller.parentElement;
  if (!scroller) return;
  const [inner, outer] = [(present ?? head).getBoundingClientRect(), scroller.getBoundingClientRect()];
  const top = outer.top + (present ? head.getBoundingClientRect().height : 0);
  if (inner.top < top + 8) scroller.scrollTop += inner.top - top - 48;
  else if (inner.bottom > outer.bottom - 24) scroller.scrollTop += inner.bottom - outer.bottom + 72;
}

export function WayBack({ of, subject }: { of: WayBackDto; subject: Subject }) {
  // Without a scheme nothing is stored that an event could have set.
  const stored = state.value?.machine.rmap !== "none";
  return (
    <section class="way-back" aria-label="Way back">
      <div class="head-line">
        <h3>Reverse map: the way back</h3>
        {stored && <Why subject={subject} name="way back" question="Why does this lead back?" />}
        <span class="spring" />
        <button
          class="button quiet small"
          onClick={() => (waysOf.value = of.pfn)}
          title="Beside each other: what each of the five schemes stores for this frame, and what that costs"
        >
          All five ways
        </button>
      </div>
      <Drawing of={of} machine={state.value?.machine} />
    </section>
  );
}

/** `machine`: what the scheme is a part of. */
export function Drawing({ of, machine }: { of: WayBackDto; machine: MachineDto | undefined }) {
  const nothing = !of.pair && !of.tables && !of.chain && !of.vmas;
  return (
    <>
      {of.pair && <Pair of={of} pair={of.pair} />}
      {of.tables && <Tables of={of} tables={of.tables} />}
      {of.chain && <Chain of={of} chain={of.chain} />}
      {of.vmas && <Vmas of={of} vmas={of.vmas} />}
      {nothing && <p class="hint">No PTE maps frame {of.pfn}, and nothing leads anywhere from it.</p>}
      <Cost cost={of.cost} />
      {machine && <p class="scheme">Scheme: {inFull(machine)}</p>}
    </>
  );
}
