// The way back from a frame, drawn as the scheme stores it, and what that costs; while it is walked, where the walk is.
import { inFull } from "../../model/scheme";
import { state } from "../../model/session";
import { searched, told } from "../../model/wayback";
import type { WayBackDto } from "../../types";
import { Goto } from "../Goto";
import { Chain } from "./Chain";
import { Cost } from "./Cost";
import { Pair } from "./Pair";
import { Tables } from "./Tables";
import { Vmas } from "./Vmas";

/** The search that is on, whatever is selected. */
export function Search() {
  const search = state.value?.search;
  const of = searched.value;
  if (!search || !of) return null;
  return (
    <section class="searching" aria-label={`Looking for frame ${search.pfn}`}>
      <h3>
        Looking for <Goto subject={{ kind: "frame", pfn: search.pfn }} text={`frame ${search.pfn}`} />
      </h3>
      <p class={search.stale === null ? "told" : "told stale"} role="status">
        {search.stale !== null ? "✗ " : search.found ? "✓ " : ""}
        {told.value.replace(`looking for frame ${search.pfn}: `, "")}
      </p>
      <Drawing of={of} />
    </section>
  );
}

export function WayBack({ of }: { of: WayBackDto }) {
  return (
    <section class="way-back" aria-label="Way back">
      <h3>Way back: the reverse map</h3>
      <Drawing of={of} />
    </section>
  );
}

function Drawing({ of }: { of: WayBackDto }) {
  const machine = state.value?.machine;
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
