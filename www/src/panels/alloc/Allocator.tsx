// The allocator: its figures, and its structure as it is.

import { Fragment } from "preact";
import { rove } from "../../dom/roving";
import { allocator, mobilityOf } from "../../model/alloc";
import { grouped } from "../../model/numbers";
import { state } from "../../model/session";
import { CompareButton } from "../../parts/CompareButton";
import type { AllocZoneDto } from "../../wasm/types";
import { Figures } from "./Figures";
import { Heap } from "./Heap";
import { ListRow } from "./ListRow";
import { Queues } from "./Queues";
import { Splits } from "./Splits";
import { Tree } from "./Tree";

export function Allocator() {
  const at = state.value;
  const now = allocator.value;
  const free = now?.zones.reduce((sum, zone) => sum + zone.free, 0) ?? 0;
  return (
    <section class="panel allocator" aria-labelledby="alloc-title">
      <div class="panel-head">
        <h2 id="alloc-title">Allocator</h2>
        {at && (
          <span class="count">
            {at.machine.allocator.replaceAll("_", " ")}: {grouped(free)}
            {" of "}
            {grouped(at.machine.frames)} frames free
          </span>
        )}
        <span class="spring" />
        <CompareButton />
      </div>
      {now && <Figures of={now} />}
      <div
        class="lists"
        tabIndex={0}
        role="group"
        aria-label="Free runs: the arrow keys go from one to the next"
        onKeyDown={rove}
      >
        <Splits />
        {now?.zones.map((zone) => (
          <Zone key={zone.name} zone={zone} named={now.zones.length > 1} />
        ))}
      </div>
    </section>
  );
}

/** More lists of one length each than this are drawn as one picture, with a row for each that has runs. */
const MANY = 8;

function Zone({ zone, named }: { zone: AllocZoneDto; named: boolean }) {
  const changed = new Set(state.value?.changed.lists);
  const size = zone.end - zone.start;
  const queues = zone.lists.filter((list) => list.kind.kind === "length" || list.kind.kind === "longer");
  const many = queues.length > MANY;
  // A list whose runs could not lie in the zone is left out if it is empty.
  const shown = zone.lists.filter(
    (list) =>
      (list.kind.kind !== "tree" || zone.trees.length === 0) &&
      (list.count > 0 ||
        changed.has(list.id) ||
        (!many && (list.kind.kind !== "order" || 2 ** list.kind.order! <= size))),
  );
  return (
    <>
      {named && (
        <h3 class="zone-name" title={`Frames ${zone.start} to ${zone.end - 1}`}>
          {zone.name} <span class="count">{grouped(zone.free)} free</span>
        </h3>
      )}
      {many && <Queues lists={queues} changed={changed} />}
      {zone.heap.length > 0 && <Heap zone={zone} />}
      {zone.trees.length > 0 && (
        <div class="trees">
          {zone.trees.map((tree) => (
            <Tree key={tree.name} tree={tree} />
          ))}
        </div>
      )}
      {shown.map((list, i) => (
        <Fragment key={list.id}>
          {mobilityOf(list) && mobilityOf(list) !== mobilityOf(shown[i - 1]) && (
            <p class="group-name">{mobilityOf(list)}</p>
          )}
          <ListRow list={list} changed={changed.has(list.id)} />
        </Fragment>
      ))}
      {many && shown.length === 0 && <p class="hint">Every list is empty.</p>}
    </>
  );
}
