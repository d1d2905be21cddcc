// A PTE chain: each link a cache line of one `next` and some pointers, the newest on top.

import { address } from "../../model/address";
import { grouped } from "../../model/numbers";
import { hovered, selected } from "../../model/selection";
import { Goto } from "../../parts/Goto";
import type { ChainDto, LinkDto, PteDto, Subject, WayBackDto } from "../../wasm/types";
import { outcome, Pte, Visit, visitClass } from "./Pte";

export function Chain({ of, chain }: { of: WayBackDto; chain: ChainDto }) {
  if (chain.direct)
    return (
      <>
        <p class="descriptor">
          <span class="of">frame {of.pfn}</span>
          <code>PTE</code>
        </p>
        <p class="lead">One mapping: the frame points straight at its PTE.</p>
        <div class="stop">
          process {chain.direct.pid} at <Pte pte={chain.direct} of={of} />
        </div>
        <ItsVma of={of} chain={chain} />
      </>
    );
  const after = chain.count - chain.before - chain.links.length;
  return (
    <>
      <p class="descriptor">
        <span class="of">frame {of.pfn}</span>
        <code>chain</code>
      </p>
      <p class="lead">
        <b>{grouped(chain.pointers)}</b>
        {" pointers in "}
        {chain.count === 1 ? "one link" : `${grouped(chain.count)} links`} of {8 * (chain.size + 1)} bytes, newest
        first.
      </p>
      {chain.before > 0 && <p class="hint">{grouped(chain.before)} newer links</p>}
      <ol class="chain">
        {chain.links.map((link) => (
          <Link key={link.link} of={of} link={link} chain={chain} />
        ))}
      </ol>
      <ItsVma of={of} chain={chain} />
      {after > 0 && <p class="hint">{grouped(after)} older links</p>}
    </>
  );
}

/** A pointer leads to a PTE only; the VMA of the PTE is looked up apart. */
function ItsVma({ of, chain }: { of: WayBackDto; chain: ChainDto }) {
  if (!chain.vma) return null;
  const [id, pid] = chain.vma;
  return (
    <div class="stop at-now">
      <Visit visit={of.visits} of={of} />
      <Goto subject={{ kind: "vma", id }} text={`VMA ${id}`} /> of process {pid}, in which the PTE found lies
    </div>
  );
}

function Link({ of, link, chain }: { of: WayBackDto; link: LinkDto; chain: ChainDto }) {
  const { size } = chain;
  // While its VMA is visited, the pointer is still the current one.
  const inHand = chain.vma ? of.visits - 1 : -1;
  return (
    <li class={`link-box${visitClass(link.visit, of)}`}>
      <span class="link-head">
        link {link.link}
        <Visit visit={link.visit} of={of} />
      </span>
      <span class={size === 1 ? "cells single" : "cells"} style={{ "--cells": Math.min(size + 1, 16) }}>
        <span
          class="cell next"
          title={link.link === 0 ? "next: none, this is the oldest" : `next: link ${link.link - 1}`}
        >
          {link.link === 0 ? "0" : `↓${link.link - 1}`}
        </span>
        {Array.from({ length: size }, (_, i) => link.cells[i]).map((pte, i) =>
          pte ? (
            <Pointer key={i} of={of} pte={pte} wide={size === 1} inHand={pte.visit === inHand} />
          ) : (
            <span key={i} class="cell empty" title="an empty place" />
          ),
        )}
      </span>
    </li>
  );
}

function Pointer({ of, pte, wide, inHand }: { of: WayBackDto; pte: PteDto; wide: boolean; inHand: boolean }) {
  const subject: Subject = { kind: "page", pid: pte.pid, vpn: pte.vpn };
  const text = `PTE of process ${pte.pid} at ${address(pte.vpn)}: ${outcome(pte).slice(2)}`;
  return (
    <button
      class={`cell pointer${pte.hit ? "" : " miss"}${inHand ? " in-hand" : ""}${visitClass(pte.visit, of)}`}
      aria-label={pte.visit > 0 ? `${text}; visit ${pte.visit}${pte.visit === of.visits ? ", now" : ""}` : text}
      title={text}
      onClick={() => (selected.value = subject)}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
      onFocus={() => (hovered.value = subject)}
      onBlur={() => (hovered.value = null)}
    >
      {wide ? `process ${pte.pid} at ${address(pte.vpn)}` : `p${pte.pid}`}
      {pte.visit > 0 && <small>{pte.visit}</small>}
    </button>
  );
}
