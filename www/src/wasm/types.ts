// What the wasm module answers: the types that its build writes from web/src/dto/, and those that are JSON to it.
import type { AllocZoneDto, ImportDto } from "../../pkg/pageturner_web.js";

export type * from "../../pkg/pageturner_web.js";

/** Fields of a machine's configuration, with what they are changed to; an allocator's settings are an object. */
export type Changes = Record<string, unknown>;

/** The counts made while a log of strace was read. */
export type Reading = Omit<ImportDto, "recording">;

/** The contents of heaps, as stretches. */
export type Stretch = AllocZoneDto["heap"][number];
