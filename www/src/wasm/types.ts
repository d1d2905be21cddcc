// What the wasm module `pageturner-web` exports, as the page sees it. The twin of web/src/dto.rs: change both together.

export type Cursor = { step: number; event: number };

/** An error from a script, recording, strace log or console line; line and column count from 1. */
export type ErrorDto = { message: string; hint?: string; line?: number; column?: number; text?: string };

export type MachineDto = {
  geometry: "x86-64" | "x86-64-la57" | "x86-32" | "classroom";
  pageSize: number;
  frames: number;
  swapSlots: number;
  tlbEntries: number;
  allocator: string;
  rmap: "none" | "vma_offset" | "pte_chain" | "object_list" | "object";
  /** Of `vma_offset`: offsets count from `vm_start` rather than from `vm_pgoff`; a count that was not raised is
   *  believed. */
  offsetFromStart: boolean;
  trustCount: boolean;
  /** Of `pte_chain`: pointers to a link. */
  chainPointers: number;
  /** A fork's child shares its parent's anon_vma rather than getting one of its own. */
  familyAnonVma: boolean;
  policy: string;
  /** Names of the page-table levels, root first: ["PGD","PUD","PMD","PTE"]; with five, "P4D" is second. */
  levels: string[];
  zones: { name: string; start: number; end: number }[];
  maxOrder: number;
};

/** A page that has a PTE. `state`: mapped to a frame, to the zero page, or swapped. */
export type PageDto = {
  vpn: number;
  /** 1, or the pages of a large page, which one entry maps. */
  pages: number;
  state: "frame" | "zero" | "run" | "swap";
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

/** What the runs of a list have in common: the core's `ListKind`. Kinds the page does not know are drawn as plain
 *  lists. */
export type ListKind = { kind: string; order?: number; pages?: number; mobility?: string };

/** A list of the allocator. `id` counts over all zones; `name` as in a sentence; `runs` are [first frame, length], head
 *  first, at most 64 of `count`. */
export type AllocListDto = {
  id: number;
  kind: ListKind;
  name: string;
  count: number;
  frames: number;
  runs: [number, number][];
};

/** A tree of free areas in order, [first frame, length, depth] each: all down to some depth, of `count`. */
export type TreeDto = { name: string; count: number; nodes: [number, number, number][] };

/** What lies where in heaps: [first frame, length, kind]. "fixed": may not be moved. */
export type Stretch = [number, number, "hole" | "top" | "page" | "segment" | "gap" | "fixed"];

/** `free` in frames. `trees` and `heap` of the allocators that have them. */
export type AllocZoneDto = {
  name: string;
  start: number;
  end: number;
  free: number;
  lists: AllocListDto[];
  trees: TreeDto[];
  heap: Stretch[];
};

/** A run given by alloc: `pages` asked for, `given` frames from `first`. */
export type RunDto = { first: number; pages: number; given: number; pins: number; movable: boolean; id: number };

/** The allocator at the cursor. `largest` free piece: [first frame, length]; `unusable`: for requests of so many
 *  frames, the share of free memory that is in pieces too small for them. `lost`: frames given over what was asked for;
 *  `runs`, and how many of them are `pinned`. */
export type AllocDto = {
  zones: AllocZoneDto[];
  largest: [number, number] | null;
  unusable: [number, number][];
  lost: number;
  runs: number;
  pinned: number;
};

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
  slots: SlotDto[];
  /** Frames by use: free, table, anon, file, shmem, zero, run, reserved, hole, swapcache. */
  uses: Record<string, number>;
  /** The clock's hand (a frame). */
  hand: number;
  /** What the last step (or, inside a step, the last event) changed. `lists` are the allocator's, by id;
   *  `moved` are old and new places, and how many frames moved. */
  changed: {
    frames: number[];
    pages: [number, number][];
    slots: number[];
    vmas: number[];
    lists: number[];
    moved: [number, number, number][];
  };
  search: SearchDto | null;
};

/** The search that the reverse map is in the middle of: what the last event, and those before it, looked at. */
export type SearchDto = {
  /** The frame looked for. */
  pfn: number;
  /** The page whose PTE is being looked at; those before it, the latest first, at most 500. */
  page: [number, number] | null;
  seen: [number, number][];
  /** The VMA, or the process with all of its tables, that is being looked at. */
  vma: number | null;
  process: number | null;
  /** The PTE being looked at maps the frame. */
  found: boolean;
  /** The consistency check has just found this frame, mapped by that PTE, to have a wrong pair. */
  stale: number | null;
};

/** A PTE on the way back. `visit`, here and below: which visit of the search on this was, from 1; 0: none. */
export type PteDto = {
  pid: number;
  vpn: number;
  to: "frame" | "swap" | "empty";
  /** Frame or slot. */
  at: number;
  /** It maps the frame whose way back this is. */
  hit: boolean;
  visit: number;
};

/** A process whose tables are searched: `seen` of `entries` looked at, `finds` PTEs map the frame, `found` the
 *  first. */
export type TableDto = {
  pid: number;
  entries: number;
  seen: number;
  visit: number;
  finds: number;
  found: PteDto[];
  /** The PTE being looked at. */
  present: PteDto | null;
};

export type PairDto = {
  /** VMA and offset in pages; null: shared, so nothing is known. */
  stored: [number, number] | null;
  /** That VMA, if it is still there. */
  vma: { pid: number; start: number; pgoff: number } | null;
  /** The page that the pair leads to, if inside the VMA, and its PTE, if there is a table. */
  page: number | null;
  pte: PteDto | null;
  /** PTEs that map the frame and to which another pair would lead. */
  wrong: { pid: number; vpn: number; vma: number; offset: number }[];
  visit: number;
};

/** Oldest pointer first; fewer cells than the link has room for: the rest are empty. */
export type LinkDto = { link: number; visit: number; cells: PteDto[] };

/** `links` are newest first, those after the first `before` of `count`; `vma`: the present visit is to that of the PTE
 *  just found, with its process. */
export type ChainDto = {
  direct: PteDto | null;
  vma: [number, number] | null;
  size: number;
  pointers: number;
  count: number;
  before: number;
  links: LinkDto[];
};

export type NodeDto = {
  vma: number;
  pid: number;
  name: string;
  /** Of a merged page: the anon_vma of the item that leads here. */
  item: number | null;
  /** The index sought in it. */
  index: number;
  /** In the tree. */
  depth: number;
  /** Indices it maps, and the greatest of its subtree. */
  first: number;
  last: number;
  max: number;
  /** Its first page. */
  start: number;
  /** A search for the frame looks at it. */
  looked: boolean;
  covers: boolean;
  visit: number;
  /** At the page that the index stands for, if it covers it and there is a table. */
  pte: PteDto | null;
  /** The anon_vmas it stands in, and its own. */
  chain: number[];
  own: number | null;
};

/** The VMAs of an anon_vma (forked from `parent`), of an object (by `name`), or of all items of a merged page's
 *  `stable` node, in order; `nodes` are some of `count`, of which a search looks at `looks`. */
export type VmasDto = {
  tree: boolean;
  stable: number | null;
  anonVma: number | null;
  parent: number | null;
  name: string;
  /** The frame's index in it. */
  index: number;
  /** PTEs that it counts: with the last of them a search ends. */
  mapcount: number;
  count: number;
  looks: number;
  nodes: NodeDto[];
};

/** The way back from a frame as the machine's scheme stores it. What does not apply is null. */
export type WayBackDto = {
  pfn: number;
  /** Visits so far of the search for this frame; 0 if none is on. The latest visit has this number. */
  visits: number;
  pair: PairDto | null;
  tables: { count: number; before: number; entries: number; processes: TableDto[] } | null;
  chain: ChainDto | null;
  vmas: VmasDto | null;
  /** What the reverse map of the whole machine takes: structures of `each` bytes; `pages` mapped pages share it. */
  cost: { items: { what: string; count: number; each: number }[]; pages: number };
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

export type MappingDto = {
  pid: number;
  vpn: number;
  addr: string;
  vma: number | null;
  writable: boolean;
  dirty: boolean;
  accessed: boolean;
};

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
  /** The first 200 of `mapped` PTEs. */
  mappings: MappingDto[];
  mapped: number;
  /** The frame to ask `wayBack` about. */
  wayBack: number | null;
  /** First 64 bytes of the frame or slot as hex pairs; no pairs when all zero. */
  bytes: string[];
};

export type ReplyDto = { text: string; error: ErrorDto | null };

/** Ticks of the timeline: for each step a kind: 0 none, 1 fault, 2 swap-out, 3 failure/signal/OOM, 4 fork/exit, 5 note,
 *  6 expect failed. */
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
  /** A counter's value after each of at most `points` evenly chosen steps: value i of n is after `Math.floor(i * steps
   *  / (n - 1))` commands, so the first is the start and the last the end. Unknown names: empty. */
  series(name: string, points: number): Float64Array;
  inspect(subject: Subject): InspectDto | null;
  /** The event that gave a value of a subject its present state, with its step (both as in `steps()` and `events()`,
   *  from 0: `seekEvent(event + 1)` shows it just done) and what the value was before. `name` is that of a row, or `way
   *  back`, `mappings`, `bytes`, or a level of the walk, as `PTE`. Null if it is as at the start, or there is no such
   *  value. */
  why(subject: Subject, name: string): { step: number; event: number; text: string; before: string | null } | null;
  /** The next step after the cursor (or before, if `back`) with this tick kind, as a number for `seek`: the state after
   *  that command; null if none. */
  findTick(kind: number, back: boolean): number | null;
  /** Frames and pages linked to a subject: for highlighting. */
  links(subject: Subject): {
    frames: number[];
    pages: [number, number][];
    vmas: number[];
    slots: number[];
    processes: number[];
  };
  /** The frames of a use, or with a sign, by its name in the legend. */
  marked(name: string): Uint32Array;
  /** The way back from a frame; null if there is no such thing. */
  wayBack(pfn: number): WayBackDto | null;
  /** The run that a frame belongs to, if any. */
  run(pfn: number): RunDto | null;
  /** The allocator as it is drawn. */
  allocator(): AllocDto;
  /** One console line in the script's language; cuts the future if the cursor is not at the end. */
  console(line: string): ReplyDto;
  /** What the last step changed, or, inside a step, the last event: as in `state()`. */
  changed(): StateDto["changed"];
  recording(): string;
  /** The machine's configuration, whole, as JSON. */
  config(): string;
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
  /** The frame that is looked for; -1 for none. */
  seek(pfn: number): void;
  /** Outlines the frames that `session` uses otherwise than `first` does; answers how many. */
  apart(first: SessionApi, session: SessionApi): number;
  /** Outlines the old places of what has moved: old, new, frames, old, new, frames, … */
  moved(moves: Uint32Array): void;
  /** From the next painting on, shows how the state after event `from` becomes that after event `to`. */
  animate(from: number, to: number): void;
  /** How far the motion has come, 0 to 1; false when nothing moves. */
  progress(done: number): boolean;
  /** Whether the last picture was one of something under way. */
  moving(): boolean;
  /** Whether low addresses are at the bottom. */
  setUpwards(upwards: boolean): void;
  /** The names, as in the legend, of the signs on the last picture. */
  signs(): string[];
  /** Frame size of a cell in device pixels at this zoom. */
  cellSize(): number;
}
