// The pair of 1998 with its arithmetic: valid, useless because shared, or stale.
import { address } from "../../model/address";
import { state } from "../../model/session";
import { Goto } from "../../parts/Goto";
import type { PairDto, WayBackDto } from "../../wasm/types";
import { outcome, Visit, visitClass } from "./Pte";

export function Pair({ of, pair }: { of: WayBackDto; pair: PairDto }) {
  if (!pair.stored)
    return (
      <>
        <Box of={of} fields={["shared"]} />
        <p class="lead">
          ✗ Once it was mapped twice, neither VMA nor offset was known any more; not again before the last mapping is
          gone.
        </p>
      </>
    );
  const [vma, offset] = pair.stored;
  return (
    <>
      <Box of={of} fields={[`VMA ${vma}`, `offset ${address(offset)}`]} />
      <div class={`stop${visitClass(pair.visit, of)}`}>
        <div class="stop-head">
          <Visit visit={pair.visit} of={of} />
          {pair.vma ? (
            <span>
              <Goto subject={{ kind: "vma", id: vma }} text={`VMA ${vma}`} /> of process {pair.vma.pid}
            </span>
          ) : (
            <span>✗ VMA {vma} is no longer there</span>
          )}
        </div>
        {pair.vma && <Sum pair={pair} of={of} offset={offset} />}
      </div>
      {pair.wrong.map(({ pid, vpn, vma: right, offset: rightOffset }) => (
        <div class="stale" key={`${pid}:${vpn}`}>
          <b>✗ Stale:</b> frame {of.pfn} is at{" "}
          <Goto subject={{ kind: "page", pid, vpn }} text={`${address(vpn)} of process ${pid}`} />
          <dl>
            <dt>stored</dt>
            <dd>
              <del>
                VMA {vma} + {address(offset)}
              </del>
            </dd>
            <dt>right</dt>
            <dd>
              VMA {right} + {address(rightOffset)}
            </dd>
          </dl>
        </div>
      ))}
    </>
  );
}

/** What the frame's descriptor holds. */
function Box({ of, fields }: { of: WayBackDto; fields: string[] }) {
  return (
    <p class="descriptor">
      <span class="of">frame {of.pfn}</span>
      {fields.map((field) => (
        <code key={field}>{field}</code>
      ))}
    </p>
  );
}

/** From the pair to the PTE. */
function Sum({ pair, of, offset }: { pair: PairDto; of: WayBackDto; offset: number }) {
  const { start, pgoff, pid } = pair.vma!;
  const fromStart = state.value?.machine.offsetFromStart;
  return (
    <>
      <p class="sum">
        <span>vm_start</span> {address(start)} + {fromStart ? address(offset) : `(${address(offset)} − `}
        {!fromStart && (
          <>
            <span>vm_pgoff</span> {address(pgoff)})
          </>
        )}{" "}
        = {pair.page === null ? "outside the VMA ✗" : address(pair.page)}
      </p>
      {pair.page !== null && (
        <div class={`pte${pair.pte ? visitClass(pair.pte.visit, of) : ""}`}>
          {pair.pte && <Visit visit={pair.pte.visit} of={of} />}
          <Goto subject={{ kind: "page", pid, vpn: pair.page }} text={`PTE of ${address(pair.page)}`} />{" "}
          <span class={pair.pte?.hit ? "outcome hit" : "outcome"}>
            {pair.pte ? outcome(pair.pte) : "✗ no page table there"}
          </span>
        </div>
      )}
    </>
  );
}
