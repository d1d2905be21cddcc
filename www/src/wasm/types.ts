// What the wasm modules answer: the types that their build writes from web/src/dto/, and those that are JSON to it.
import type { AllocZoneDto } from "../../pkg/pageturner_machine.js";
import type { ImportDto, RefsDto } from "../../pkg/pageturner_web.js";

export type * from "../../pkg/pageturner_machine.js";
/** What is answered in a worker alone. */
export type {
  AxisDto,
  FaredDto,
  OutcomeDto,
  PrintedDto,
  Ran,
  ReplyDto,
  SkippedDto,
  SweptDto,
} from "../../pkg/pageturner_web.js";

/** Fields of a machine's configuration, with what they are changed to; an allocator's settings are an object. */
export type Changes = Record<string, unknown>;

/** The counts made while a log of strace was read. */
export type Reading = Omit<ImportDto, "recording">;

/** The counts made while a trace of references was read. */
export type RefsRead = Omit<RefsDto, "recording">;

/** The contents of heaps, as stretches. */
export type Stretch = AllocZoneDto["heap"][number];
