// The access that is under way: who reads or writes which address, and how the processor translates it.

import { address } from "../model/address";
import { now, state } from "../model/session";
import { access, flushed, ofAccess, type Translation } from "../model/translation";
import { told } from "../model/wayback";
import { Goto } from "../parts/Goto";
import type { AccessDto } from "../wasm/types";
import { Tlb } from "./Tlb";
import { WalkTables } from "./WalkTables";

export function Access() {
  const at = access.value;
  const of = ofAccess.value;
  if (!at)
    return (
      flushed.value && (
        <section class="accessing" aria-label="What has changed in the TLB">
          <Tlb tlb={flushed.value} page={false} access={null} />
        </section>
      )
    );
  const inside = now.value !== null && now.value.done < now.value.count;
  return (
    <section class="accessing" aria-label={`Process ${at.pid} ${at.write ? "writes" : "reads"} ${at.addr}`}>
      <div class="search-head">
        <h3>
          {of ? <Goto subject={{ kind: "process", pid: at.pid }} text={`Process ${at.pid}`} /> : `Process ${at.pid}`}{" "}
          {at.write ? "writes" : "reads"}{" "}
          {of ? <Goto subject={{ kind: "page", pid: at.pid, vpn: at.vpn }} text={at.addr} /> : exactly(at)}
        </h3>
        <p class="told" role="status">
          {inside ? told.value : inShort(at)}
        </p>
      </div>
      {of && <Drawing of={of} />}
    </section>
  );
}

/** The address that the process was ended for; otherwise its page's. */
function exactly({ pid, addr }: AccessDto): string {
  return state.value?.killed.find((one) => one.pid === pid)?.addr ?? addr;
}

/** What became of it, once its step is over. */
function inShort({ hit, write, faults, signal }: AccessDto): string {
  if (hit) return "The TLB knew the page: no table was read.";
  const fault = faults === 0 ? "" : faults === 1 ? ", after a page fault" : `, after ${faults} page faults`;
  return signal
    ? `${signal}: the access ended the process.`
    : `${write ? "The TLB had no entry for a write to the page" : "The TLB did not know the page"}: the MMU walked the tables${fault}.`;
}

/** The address cut into its indexes, the TLB, the tables. */
export function Drawing({ of: { way, tlb, access: by } }: { of: Translation }) {
  return (
    <div class="translation">
      <ol class="address" aria-label={`The address ${address(way.vpn)}, cut into fields`}>
        {way.address.map((field) => (
          <li
            key={field.name}
            style={{ flexGrow: field.bits.length }}
            title={`${field.name}: ${field.bits.length} bits, ${field.value}`}
          >
            <span class="field-name">{field.name}</span>
            <span class="field-bits">{field.bits}</span>
            <span class="field-value">{field.value}</span>
          </li>
        ))}
      </ol>
      <Tlb tlb={tlb} page={true} access={by} />
      <WalkTables way={way} access={by} />
    </div>
  );
}
