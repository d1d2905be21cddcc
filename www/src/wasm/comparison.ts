// What the wasm module says of machines that are compared. The twin of web/src/compare.rs and its part of dto.rs.
import type { SessionApi } from "./types";

/** Fields of a machine's configuration, with what they are changed to; an allocator's settings are an object. */
export type Changes = { [field: string]: unknown };

export type Figures = Record<string, number>;

export type FoundDto = {
  /** The request, in frames, for which `unusable` is told. */
  size: number;
  /** Whether the script was run again on each; else the page's commands were replayed. */
  again: boolean;
  /** The first is the page's own. `ended`: where and why its run of the script ended with an error. `commands`: the
   *  state after the first command that is not the same, told in `commandsText`. `outcome`: the state after the first
   *  command that was answered otherwise; `place`: after which a frame is used otherwise for the first time; both as
   *  numbers for `seek`. */
  machines: {
    label: string;
    steps: number;
    ended: string | null;
    commands: number | null;
    commandsText: string | null;
    outcome: number | null;
    place: number | null;
  }[];
  /** Those in which the machines differ, and a few more, in the order of a table; `more`: more is better. */
  figures: { name: string; text: string; more: boolean }[];
  /** The first 200 of `failedCount` requests that some machine did not serve. */
  failed: { step: number; text: string; served: (boolean | null)[] }[];
  failedCount: number;
};

export type Outcome =
  | "same"
  | "elsewhere"
  | "failed"
  | "served"
  | "other"
  | "changed"
  | "refused"
  | "skipped"
  | "absent";

/** A machine's own steps and events that go with a step of the page's machine; the ends are one past the last. */
export type Span = { from: number; to: number; firstEvent: number; endEvent: number };

/** The wasm class. Machines are counted from 0, the page's own; what can fail throws an ErrorDto. */
export interface ComparisonApi {
  free(): void;
  /** Gives commands until about so many events are made; true when all have been given. */
  advance(first: SessionApi, events: number): boolean;
  /** Commands given so far. */
  done(): number;
  /** Once all have been given: the session of machine `n`, from 1, to be had once; undefined after that. */
  take(n: number): SessionApi | undefined;
  /** Before sessions are taken. */
  found(first: SessionApi): FoundDto;
  figures(first: SessionApi, machine: number, session: SessionApi, step: number): Figures;
  answer(machine: number, session: SessionApi, step: number): string | undefined;
  outcome(machine: number, step: number): Outcome;
  span(machine: number, session: SessionApi, step: number): Span;
}
