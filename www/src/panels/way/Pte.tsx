// A PTE on the way back, and the number of a visit to it or to anything else.
import { address } from "../../model/address";
import { Goto } from "../../parts/Goto";
import type { PteDto } from "../../wasm/types";

/** The number of a visit of the search; a full badge is the present one. Nothing if it was not visited. */
export function Visit({ visit, of }: { visit: number; of: { visits: number } }) {
  if (visit === 0) return null;
  const now = visit === of.visits;
  return (
    <span
      class={now ? "visit now" : "visit"}
      role="img"
      aria-label={now ? `visit ${visit}, now` : `visit ${visit}`}
      title={now ? `Visit ${visit}: this micro-step` : `Visit ${visit} of this search`}
    >
      {visit}
    </span>
  );
}

/** Whether the search has been here: a class name. */
export function visitClass(visit: number, of: { visits: number }): string {
  if (visit === 0) return "";
  return visit === of.visits ? " at-now" : " at-seen";
}

/** Where the PTE is and what it says. */
export function Pte({ pte, of }: { pte: PteDto; of: { visits: number; pfn: number } }) {
  return (
    <span class={`pte${visitClass(pte.visit, of)}`}>
      <Visit visit={pte.visit} of={of} />
      <Goto subject={{ kind: "page", pid: pte.pid, vpn: pte.vpn }} text={address(pte.vpn)} />{" "}
      <span class={pte.hit ? "outcome hit" : "outcome"}>{outcome(pte)}</span>
    </span>
  );
}

/** What the PTE maps, for a search of the frame. */
export function outcome(pte: PteDto): string {
  if (pte.hit) return `✓ maps frame ${pte.at}`;
  if (pte.to === "frame") return `✗ maps frame ${pte.at}`;
  return pte.to === "swap" ? `✗ holds slot ${pte.at}` : "✗ empty";
}
