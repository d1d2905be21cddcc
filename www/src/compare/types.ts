// What the wasm module says of machines that are compared. The twin of web/src/compare.rs and its part of dto.rs.
import type { SessionApi } from "../types";

/** Fields of a machine's configuration, with what they are changed to; an allocator's settings are an object. */
export type Changes = { [field: string]: unknown };

export type Figures = Record<string, number>;

export type FoundDto = {
  /** The request, in frames, for which `unusable` is told. */
  size: number;
  /** The first is the page's own. `outcome`: the state after the first command that was answered otherwise; `place`: after
   *  which a frame is used otherwise for the first time; both as numbers for `seek`. */
  machines: { label: string; outcome: number | null; place: number | null }[];
  /** In the order of a table; `more`: more is better. */
  figures: { name: string; text: string; more: boolean }[];
  /** The first 200 of `failedCount` requests that some machine did not serve. */
  failed: { step: number; text: string; served: boolean[] }[];
  failedCount: number;
};

export type Outcome = "same" | "elsewhere" | "failed" | "served" | "other" | "refused" | "skipped";

/** The wasm class. Machines are counted from 0, the page's own; what can fail throws an ErrorDto. */
export interface ComparisonApi {
  free(): void;
  /** Gives commands until about so many events are made; true when all have been given. */
  advance(first: SessionApi, events: number): boolean;
  /** Commands given so far. */
  done(): number;
  /** Once all have been given: the session of machine `n`, from 1, to be had once; undefined after that. */
  take(n: number): SessionApi | undefined;
  found(first: SessionApi): FoundDto;
  figures(first: SessionApi, machine: number, session: SessionApi, step: number): Figures;
  answer(machine: number, session: SessionApi, step: number): string | undefined;
  outcome(machine: number, step: number): Outcome;
}
