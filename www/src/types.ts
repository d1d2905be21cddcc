// What the wasm module `pageturner-web` exports, as the page sees it. The twin of web/src/dto.rs: change both together.

export type Cursor = { step: number; event: number };

/** An error from a script, recording, strace log or console line; line and column count from 1. */
export type ErrorDto = { message: string; hint?: string; line?: number; column?: number; text?: string };

export type MachineDto = {
  geometry: "x86-64" | "classroom";
  pageSize: number;
  frames: number;
  swapSlots: number;
  tlbEntries: number;
  allocator: string;
  rmap: string;
  policy: string;
  /** Names of the page-table levels, root first: ["PGD","PUD","PMD","PTE"]. */
  levels: string[];
  zones: { name: string; start: number; end: number }[];
  maxOrder: number;
};

/** A page that has a PTE. `state`: mapped to a frame, to the zero page, or swapped. */
export type PageDto = {
  vpn: number;
  state: "frame" | "zero" | "swap";
  /** Frame number, or slot number when swapped. */
  at: number;
  writable: boolean;
  accessed: boolean;
  dirty: boolean;
  /** The page's frame is mapped more than once. */
  shared: boolean;
};

export type VmaDto = {
  id: number;
  /** First page and one past the last. */
  start: number;
  end: number;
  /** Hex addresses of the same, e.g. "0x7ffff7ff6000". */
  startAddr: string;
  endAddr: string;
  /** "rw-p" as in /proc/PID/maps. */
  perms: string;
  pgoff: number;
  /** "[heap]", "[stack]", a file's name, "[shared]" or "". */
  name: string;
  flags: string[];
  anonVma: number | null;
  chain: number[];
  /** Only pages whose PTE is not empty. */
  pages: PageDto[];
};

export type ProcessDto = {
  pid: number;
  name: string;
  parent: number | null;
  root: number;
  rss: number;
  swapped: number;
  tables: number;
  vmas: VmaDto[];
};

/** A free list; `runs` are [first frame, length], head first, at most 64 of `count`. */
export type FreeListDto = { zone: string; order: number; count: number; frames: number; runs: [number, number][] };

/** A slot in use. */
export type SlotDto = { slot: number; count: number; cached: number | null };

export type StateDto = {
  cursor: Cursor;
  steps: number;
  events: number;
  machine: MachineDto;
  /** Counters by name; "cycles" is modelled time. */
  tally: Record<string, number>;
  processes: ProcessDto[];
  freeLists: FreeListDto[];
  slots: SlotDto[];
  /** Frames by use: free, table, anon, file, shmem, zero, run, reserved, hole, swapcache. */
  uses: Record<string, number>;
  /** The clock's hand (a frame). */
  hand: number;
  /** What the last step (or, inside a step, the last event) changed. `lists` are indices into `freeLists`. */
  changed: { frames: number[]; pages: [number, number][]; slots: number[]; vmas: number[]; lists: number[] };
};

export type StepDto = {
  index: number;
  /** The command in the script's language, e.g. `p1.mmap(0x1000, 8, "rw")`. */
  text: string;
  /** What it answered, e.g. "0x7ffff7ff6000", "ENOMEM", "pid 2"; "" if there is nothing to say. */
  reply: string;
  failed: boolean;
  kind: "call" | "access" | "note" | "ask" | "expect" | "alloc" | "reclaim" | "process";
  /** For notes, questions and expectations: the text. */
  note: string;
  answer: string | null;
  line: number | null;
  column: number | null;
  firstEvent: number;
  endEvent: number;
};

/** One micro-step, worded for a student. `subject` is what it touched, for linking. */
export type EventDto = { index: number; kind: string; text: string; subject: Subject | null };

/** Anything that can be selected. */
export type Subject =
  | { kind: "frame"; pfn: number }
  | { kind: "page"; pid: number; vpn: number }
  | { kind: "vma"; id: number }
  | { kind: "slot"; slot: number }
  | { kind: "process"; pid: number };

/** One step of a page-table walk. `bits` are the entry's bits that are set or named; `field` is the index's bits. */
export type WalkDto = {
  level: string;
  table: number;
  index: number;
  indexBits: string;
  raw: string;
  decoded: string;
  next: number | null;
  bits: { name: string; bit: number; set: boolean; meaning: string }[];
};

export type MappingDto = { pid: number; vpn: number; addr: string; vma: number | null; writable: boolean; dirty: boolean; accessed: boolean };

/** The way back from a frame, scheme by scheme: each line one hop (frame -> anon_vma -> VMA -> address). */
export type RmapHopDto = { text: string; subject: Subject | null; depth: number };

/** Rows of label and value for the inspector; a row may lead somewhere and may answer "why?". */
export type RowDto = { label: string; value: string; subject: Subject | null; why: boolean };

export type InspectDto = {
  subject: Subject;
  title: string;
  rows: RowDto[];
  /** For pages: the walk, root first. For frames that are tables: empty. */
  walk: WalkDto[];
  /** Virtual address cut into index fields, for pages: [{name,bits,value}]. */
  address: { name: string; bits: string; value: number }[];
  mappings: MappingDto[];
  rmap: RmapHopDto[];
  /** First 64 bytes of the frame or slot as hex pairs; no pairs when all zero. */
  bytes: string[];
};

export type ReplyDto = { text: string; error: ErrorDto | null };

/** Ticks of the timeline: for each step a kind: 0 none, 1 fault, 2 swap-out, 3 failure/signal/OOM, 4 fork/exit, 5 note, 6 expect failed. */
export type Ticks = Uint8Array;

/** The wasm class. Methods that can fail throw an ErrorDto. */
export interface SessionApi {
  free(): void;
  state(): StateDto;
  stepCount(): number;
  eventCount(): number;
  cursor(): Cursor;
  /** To the state after `step` commands. */
  seek(step: number): void;
  seekEvent(event: number): void;
  stepForward(): boolean;
  stepBack(): boolean;
  microForward(): boolean;
  microBack(): boolean;
  steps(from: number, count: number): StepDto[];
  events(step: number): EventDto[];
  ticks(): Ticks;
  /** A counter's value after each of at most `points` evenly chosen steps: value i of n is after
   *  `Math.floor(i * steps / (n - 1))` commands, so the first is the start and the last the end. Unknown names: empty. */
  series(name: string, points: number): Float64Array;
  inspect(subject: Subject): InspectDto | null;
  /** The event that set this subject's present value, with its step (both as in `steps()` and `events()`, from 0:
   *  `seekEvent(event + 1)` shows it just done); null if it is as at the start. */
  why(subject: Subject): { step: number; event: number; text: string } | null;
  /** The next step after the cursor (or before, if `back`) with this tick kind, as a number for `seek`: the state after
   *  that command; null if none. */
  findTick(kind: number, back: boolean): number | null;
  /** Frames and pages linked to a subject: for highlighting. */
  links(subject: Subject): { frames: number[]; pages: [number, number][]; vmas: number[]; slots: number[]; processes: number[] };
  /** One console line in the script's language; cuts the future if the cursor is not at the end. */
  console(line: string): ReplyDto;
  recording(): string;
  checkInvariants(): string[];
}

/** The painter of the map of physical memory; sizes in device pixels. */
export interface MapApi {
  free(): void;
  /** `theme` 0 light, 1 dark. */
  setTheme(theme: number): void;
  resize(width: number, height: number): void;
  /** Fit all frames (called on first paint), or zoom around a point. */
  fit(): void;
  zoom(factor: number, x: number, y: number): void;
  pan(dx: number, dy: number): void;
  /** Paints the whole map at the session's cursor. */
  paint(session: unknown): void;
  /** The frame under a point; -1 if none. */
  hit(x: number, y: number): number;
  /** [x, y, width, height] of a frame's cell; empty if off-screen. */
  cell(pfn: number): number[];
  highlight(pfns: Uint32Array): void;
  select(pfn: number): void;
  changed(pfns: Uint32Array): void;
  /** Frame size of a cell in device pixels at this zoom. */
  cellSize(): number;
}

/** The module's free functions:
 *  - `loadRecording(text: string): Session` and `newSession(configJson: string): Session`, which throw ErrorDto;
 *  - `runScript(source: string, onProgress: (steps: number) => boolean | void): { recording: string; error: ErrorDto | null; printed:
 *    { step: number; text: string }[] }`: runs a scenario (in a worker); on an error the recording holds what ran before it
 *    ("" if not even a machine); it ends early when `onProgress` returns false; `printed` is what the script printed, each
 *    text with the number of commands before it;
 *  - `importStrace(text: string): { recording: string; skipped: { what: string; count: number }[] }`;
 *  - `legend(theme: number): { use: string; label: string; color: string; pattern: string }[]`; patterns are "plain", "grid",
 *    "solid", "hatch", "crosshatch", "ring", "bars", "checker", "cross" and "dots";
 *  - `paintSwatch(canvas: HTMLCanvasElement, use: string, theme: number)`: one cell as the map draws it, filling the canvas;
 *  - `new MapPainter(canvas: HTMLCanvasElement): MapApi`. */
export type Module = never;
