// The allocator at the cursor, and its figures. Read only while a panel shows them.

import { computed } from "@preact/signals";
import type { AllocDto, AllocListDto, ListKind, Mobility } from "../wasm/types";
import { session, state } from "./session";

export const allocator = computed<AllocDto | null>(() => (state.value ? (session.value?.allocator() ?? null) : null));

/** The text before a list's runs: mostly the length that they have. */
export function listLabel(kind: ListKind): string {
  switch (kind.kind) {
    case "order":
      return String(2 ** kind.order);
    case "length":
      return String(kind.pages);
    case "longer":
      return `>${kind.pages}`;
    case "per_cpu":
      return kind.order ? `CPU ${2 ** kind.order}` : "CPU";
    case "gap":
      return "gaps";
    default:
      return kind.kind.replaceAll("_", " ");
  }
}

/** The length, in frames, that all of a list's runs have; null if they may differ. */
export function lengthOf(kind: ListKind): number | null {
  if (kind.kind === "order") return 2 ** kind.order;
  if (kind.kind === "per_cpu") return 2 ** (kind.order ?? 0);
  return kind.kind === "length" ? kind.pages : null;
}

/** The mobility that a list is grouped by; undefined if it is not grouped. */
export function mobilityOf(list: AllocListDto | undefined): Mobility | undefined {
  return list && "mobility" in list.kind ? list.kind.mobility : undefined;
}
