// No way back: the processes, each of whose page-table entries has to be searched.
import { grouped } from "../../model/numbers";
import { state } from "../../model/session";
import { Goto } from "../../parts/Goto";
import type { TableDto, WayBackDto } from "../../wasm/types";
import { Pte, Visit, visitClass } from "./Pte";

type TablesDto = NonNullable<WayBackDto["tables"]>;

export function Tables({ of, tables }: { of: WayBackDto; tables: TablesDto }) {
  const { count, before, entries, processes } = tables;
  const after = count - before - processes.length;
  return (
    <>
      <p class="lead">
        {of.pair ? "So" : "Nothing leads back:"} all page tables are searched: <b>{grouped(entries)}</b>{" "}
        {entries === 1 ? "entry" : "entries"} of {count === 1 ? "one process" : `${count} processes`}.
      </p>
      {before > 0 && <p class="hint">{before} processes before these</p>}
      <ol class="tables">
        {processes.map((table) => (
          <Process key={table.pid} of={of} table={table} />
        ))}
      </ol>
      {after > 0 && <p class="hint">{after} processes after these</p>}
    </>
  );
}

function Process({ of, table }: { of: WayBackDto; table: TableDto }) {
  const { pid, entries, seen, visit, finds, found, present } = table;
  const name = state.value?.processes.find((one) => one.pid === pid)?.name ?? "";
  const many = entries === 1 ? "1 entry" : `${grouped(entries)} entries`;
  return (
    <li class={`stop${visitClass(visit, of)}${present ? " at-now" : ""}`}>
      <div class="stop-head">
        <Visit visit={visit} of={of} />
        <Goto subject={{ kind: "process", pid }} text={`process ${pid}${name ? ` ${name}` : ""}`} />
        <span class="spring" />
        <span class="facts">
          {visit > 0
            ? `${grouped(seen)} of ${many} looked at`
            : `${many}, ${finds === 0 ? "none maps it" : `${finds} ${finds === 1 ? "maps" : "map"} it`}`}
        </span>
      </div>
      {of.visits > 0 && (
        <span class="scan" aria-hidden="true">
          <span style={{ width: `${entries === 0 || visit === 0 ? 0 : (100 * seen) / entries}%` }} />
        </span>
      )}
      {found
        .filter((pte) => pte.vpn !== present?.vpn)
        .map((pte) => (
          <div key={pte.vpn}>
            <Pte pte={{ ...pte, visit: visit === 0 ? 0 : pte.visit }} of={of} />
          </div>
        ))}
      {present && (
        <div>
          <Pte pte={present} of={of} />
        </div>
      )}
      {finds > found.length && <p class="hint">and {finds - found.length} more</p>}
    </li>
  );
}
