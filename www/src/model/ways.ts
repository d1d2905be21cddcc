// All five ways back from one frame: the page's commands are given to a machine of each other reverse-mapping scheme,
// in slices between two pictures, and each is asked for its way back from the frame at the place that is on show.
import { batch, computed, effect, signal } from "@preact/signals";
import { asError } from "../wasm/error";
import { wasm } from "../wasm/module";
import type { ErrorDto, MachineDto, Session, WayBackDto } from "../wasm/types";
import { MOST } from "./compare";
import { history, session, state } from "./session";
import { inSlices } from "./slices";

/** The schemes, from the one that keeps nothing to today's. */
export const SCHEMES = ["none", "vma_offset", "pte_chain", "object_list", "object"] as const;
type Scheme = (typeof SCHEMES)[number];

/** The frame whose ways back are on show; null: they are not. */
export const waysOf = signal<number | null>(null);
const open = computed(() => waysOf.value !== null);
export const waysTrouble = signal<ErrorDto | null>(null);

/** The machines of the other schemes, once they have been given all commands. */
const machines = signal<Map<Scheme, Session> | null>(null);

export type Way = {
  scheme: Scheme;
  /** It is the page's own machine. */
  own: boolean;
  machine: MachineDto;
  /** Null: no PTE maps the frame there. */
  of: WayBackDto | null;
};

/** The five ways at the place on show; null while the machines are being made. */
export const ways = computed<Way[] | null>(() => {
  const at = state.value;
  const others = machines.value;
  const pfn = waysOf.value;
  const first = session.value;
  if (!at || !others || !first || pfn === null) return null;
  return SCHEMES.map((scheme) => {
    const other = others.get(scheme);
    // Inside a step the others stand before it: their micro-steps are not the same.
    other?.seek(at.cursor.step);
    const of = (other ?? first).wayBack(pfn) ?? null;
    return { scheme, own: !other, machine: { ...at.machine, rmap: scheme }, of };
  });
});

/** Counts what was begun, so that an old one can see that it has been replaced. */
let run = 0;

effect(() => {
  const first = session.value;
  const wanted = open.value;
  history.value;
  run++;
  release();
  if (first && wanted) void make(run, first);
});

async function make(mine: number, first: Session): Promise<void> {
  const own = state.peek()?.machine.rmap;
  const schemes = SCHEMES.filter((scheme) => scheme !== own);
  try {
    const made = new Map<Scheme, Session>();
    for (let n = 0; n < schemes.length; n += MOST) {
      const some = schemes.slice(n, n + MOST);
      const comparison = new wasm.Comparison(first, JSON.stringify(some.map((rmap) => ({ rmap }))), undefined);
      const all = await inSlices(
        (events) => comparison.advance(first, events),
        { first: 2_000, least: 200, most: 500_000 },
        () => mine === run,
      );
      if (all) for (const [i, scheme] of some.entries()) made.set(scheme, comparison.take(i + 1)!);
      comparison.free();
      if (!all) return free(made);
    }
    machines.value = made;
  } catch (thrown) {
    if (mine === run) waysTrouble.value = asError(thrown);
  }
}

function release(): void {
  const old = machines.peek();
  batch(() => {
    machines.value = null;
    waysTrouble.value = null;
  });
  if (old) free(old);
}

function free(made: Map<Scheme, Session>): void {
  for (const machine of made.values()) machine.free();
}
