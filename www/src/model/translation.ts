// How addresses are translated at the cursor: for the selected page, and for the access that is under way.
import { computed } from "@preact/signals";
import type { AccessDto, TlbDto, TranslationDto } from "../wasm/types";
import { inspected, selected } from "./selection";
import { now, session, state } from "./session";

/** A translation, its TLB, and the access that it is for; null: nobody accesses the page now. */
export type Translation = { way: TranslationDto; tlb: TlbDto; access: AccessDto | null };

/** The translation of the selected page, with the access under way if that is to this page. */
export const ofSelected = computed<Translation | null>(() => {
  const subject = inspected.value?.subject;
  return subject?.kind === "page" ? translate(subject.pid, subject.vpn) : null;
});

/** The access that is drawn by itself: inside a step, or where nothing is selected; not while the reverse map is
 *  searched, which is drawn in its place. */
export const access = computed<AccessDto | null>(() => {
  const found = state.value?.access;
  if (!found || state.value?.search) return null;
  const subject = selected.value;
  if (subject?.kind === "page" && isTo(found, subject.pid, subject.vpn)) return null;
  const at = now.value;
  const inside = at !== null && at.done > 0 && at.done < at.count;
  return inside || !subject ? found : null;
});

/** Its translation; null if the access ended the process. */
export const ofAccess = computed<Translation | null>(() => {
  const found = access.value;
  return found && translate(found.pid, found.vpn);
});

/** The TLB where its entries have changed and nothing else is drawn: after a flush. */
export const flushed = computed<TlbDto | null>(() => {
  const at = state.value;
  if (!at || at.access || at.search || selected.value || at.changed.tlb.length === 0) return null;
  return session.value?.tlb() ?? null;
});

function translate(pid: number, vpn: number): Translation | null {
  const machine = session.value;
  const way = state.value && machine?.translation(pid, vpn);
  if (!machine || !way) return null;
  const found = state.value?.access;
  return { way, tlb: machine.tlbFor(pid, vpn), access: found && isTo(found, pid, vpn) ? found : null };
}

const isTo = (one: AccessDto, pid: number, vpn: number) => one.pid === pid && one.vpn === vpn;
