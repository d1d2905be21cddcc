//! What JavaScript sees, with what each field means. The types of the page are made from these: `tsify` puts their
//! declarations into the module, from where the build writes them beside it (`www/pkg/pageturner_web.d.ts`), so a field
//! that is renamed here or read wrongly there does not compile.

use crate::map::{Group, Pattern, Use};
use pageturner::alloc::describe::ListKind;
use pageturner::config::{AllocatorKind, PolicyKind, RmapKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::measure::tally::Tally;
use pageturner::vocabulary::command::CommandKind;
use serde::Serialize;
use std::collections::BTreeMap;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// The type of a value for the page, which is `T` there.
pub type Typed<T> = <T as Tsify>::JsType;

macro_rules! dto {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Tsify)]
        #[serde(rename_all = "camelCase")]
        #[tsify(missing_as_null, hashmap_as_object)]
        pub struct $name { $($(#[$attr])* pub $field: $type),* }
    )*};
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident of $of:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize, Tsify)]
        #[serde(transparent)]
        pub struct $name(pub Vec<$of>);
    )*};
}

macro_rules! names {
    ($($(#[$doc:meta])* enum $name:ident { $($(#[$attr:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Tsify)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$attr])* $variant),* }
    )*};
}

/// Anything that can be selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Tsify)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Subject {
    Frame { pfn: u32 },
    Page { pid: u32, vpn: u64 },
    Vma { id: u32 },
    Slot { slot: u32 },
    Process { pid: u32 },
}

/// The kind of a command in the timeline: the most important one that applies.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Tick {
    None = 0,
    Fault = 1,
    SwapOut = 2,
    /// A failed call, a signal, or memory that ran out.
    Failure = 3,
    /// A process began or ended.
    Process = 4,
    /// A note or a question.
    Note = 5,
    ExpectFailed = 6,
}

names! {
    /// What a page that has a PTE is mapped to.
    enum PageState {
        Frame,
        /// The page of zeroes.
        Zero,
        /// A frame of a run.
        Run,
        Swap,
    }

    /// What a PTE points to.
    enum PteTarget { Frame, Swap, Empty }

    /// What a field of a configuration holds. `Settings`: an object.
    enum SettingKind { Flag, Number, Choice, Settings, List }

    /// The contents of a stretch of a heap; the more important kinds last. `Fixed`: may not be moved.
    enum StretchKind { Hole, Top, Page, Segment, Gap, Fixed }
}

lists! {
    Steps of StepDto,
    Events of EventDto,
    Legend of LegendDto,
    Settings of SettingDto,
}

dto! {
    /// A place in time: the numbers of commands and of events that have happened.
    struct CursorDto { step: u32, event: u32 }

    /// An error from a script, recording, strace log or console line, thrown or part of a reply; line and column count
    /// from 1.
    struct ErrorDto {
        message: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    }

    struct ZoneDto { name: String, start: u32, end: u32 }

    struct MachineDto {
        geometry: GeometryKind,
        page_size: u64,
        frames: u32,
        swap_slots: u32,
        tlb_entries: u16,
        allocator: AllocatorKind,
        rmap: RmapKind,
        /// Used by `vma_offset` only: offsets count from `vm_start` instead of from `vm_pgoff`.
        offset_from_start: bool,
        /// Used by `vma_offset` only: a count that was not raised is believed.
        trust_count: bool,
        /// Used by `pte_chain` only: pointers per link.
        chain_pointers: u8,
        /// A fork's child shares its parent's anon_vma instead of getting its own.
        family_anon_vma: bool,
        policy: PolicyKind,
        /// Names of the page-table levels, root first: PGD, PUD, PMD, PTE; with five, P4D is second.
        levels: Vec<&'static str>,
        zones: Vec<ZoneDto>,
        max_order: u8,
    }

    /// A page that has a PTE.
    struct PageDto {
        vpn: u64,
        /// 1, or the pages of a large page, which one entry maps.
        pages: u64,
        state: PageState,
        /// Frame number, or slot number when swapped.
        at: u32,
        writable: bool,
        accessed: bool,
        dirty: bool,
        /// The page's frame is mapped more than once.
        shared: bool,
    }

    struct VmaDto {
        id: u32,
        /// First page and one past the last.
        start: u64,
        end: u64,
        /// The address of `start` in hexadecimal, as 0x7ffff7ff6000.
        start_addr: String,
        end_addr: String,
        /// As in /proc/PID/maps: rw-p.
        perms: String,
        /// An offset may use all 64 bits; a float holds any, the large ones rounded.
        pgoff: f64,
        /// [heap], [stack], a file's name, [shared] or nothing.
        name: String,
        flags: Vec<&'static str>,
        anon_vma: Option<u32>,
        chain: Vec<u32>,
        /// Only pages whose PTE is not empty.
        pages: Vec<PageDto>,
    }

    struct ProcessDto {
        pid: u32,
        name: String,
        parent: Option<u32>,
        root: u32,
        rss: u32,
        swapped: u32,
        tables: u32,
        vmas: Vec<VmaDto>,
    }

    /// A list of the allocator.
    struct AllocListDto {
        /// The list's number, unique over all zones.
        id: u32,
        kind: ListKind,
        /// The name as it is written in a sentence.
        name: String,
        count: u32,
        frames: u32,
        /// First frame and length, head first, at most 64 of `count`.
        runs: Vec<(u32, u32)>,
    }

    /// A tree of free areas.
    struct TreeDto {
        name: &'static str,
        count: u32,
        /// First frame, length and depth of each node, in order: all down to some depth, of `count`.
        nodes: Vec<(u32, u32, u32)>,
    }

    /// `trees` and `heap` are for the allocators that have them.
    struct AllocZoneDto {
        name: String,
        start: u32,
        end: u32,
        /// Length in frames.
        free: u32,
        lists: Vec<AllocListDto>,
        trees: Vec<TreeDto>,
        /// First frame, length and kind of each stretch.
        heap: Vec<(u32, u32, StretchKind)>,
    }

    /// A run given by alloc: `pages` asked for, `given` frames from `first`.
    struct RunDto { first: u32, pages: u32, given: u32, pins: u32, movable: bool, id: u64 }

    /// The allocator at the cursor.
    struct AllocDto {
        zones: Vec<AllocZoneDto>,
        /// The largest free piece: first frame and length.
        largest: Option<(u32, u32)>,
        /// For requests of so many frames, the share of free memory that is in pieces too small for them.
        unusable: Vec<(u32, f64)>,
        /// Frames given over what was asked for.
        lost: u32,
        runs: u32,
        /// How many of `runs` are pinned.
        pinned: u32,
    }

    /// A slot in use.
    struct SlotDto { slot: u32, count: u32, cached: Option<u32> }

    /// What the last step (or, inside a step, the last event) changed; at a note, the step that it is about.
    struct ChangedDto {
        frames: Vec<u32>,
        pages: Vec<(u32, u64)>,
        slots: Vec<u32>,
        vmas: Vec<u32>,
        /// The allocator's lists, by id.
        lists: Vec<u32>,
        /// Old and new place, and the number of frames moved.
        moved: Vec<(u32, u32, u32)>,
    }

    /// Everything the page always shows.
    struct StateDto {
        cursor: CursorDto,
        steps: u32,
        events: u32,
        machine: MachineDto,
        /// Counters by name; `cycles` is modelled time.
        tally: Tally,
        processes: Vec<ProcessDto>,
        slots: Vec<SlotDto>,
        /// Frames by use.
        uses: BTreeMap<Use, u32>,
        /// The clock's hand (a frame).
        hand: u32,
        /// The step to show: the one under way, or the last; at a note, the one that it is about.
        acted: Option<u32>,
        changed: ChangedDto,
        search: Option<SearchDto>,
    }

    /// A command.
    struct StepDto {
        index: u32,
        /// In the script's language: `p1.mmap(0x1000, 8, "rw")`.
        text: String,
        /// The answer, as 0x7ffff7ff6000, ENOMEM, pid 2; empty if there is nothing to say.
        reply: String,
        failed: bool,
        kind: CommandKind,
        /// It only addresses the reader: a note, a question, an expectation.
        speaks: bool,
        /// The text of notes, questions and expectations.
        note: String,
        answer: Option<String>,
        line: Option<u32>,
        column: Option<u32>,
        first_event: u32,
        end_event: u32,
    }

    /// One micro-step, worded for a student. `subject` is what it is about, for linking.
    struct EventDto { index: u32, kind: &'static str, text: String, subject: Option<Subject> }

    struct BitDto { name: &'static str, bit: u8, set: bool, meaning: &'static str }

    /// One step of a page-table walk. `bits` are the entry's bits that are set or named.
    struct WalkDto {
        level: &'static str,
        table: u32,
        index: u16,
        index_bits: String,
        raw: String,
        decoded: String,
        next: Option<u32>,
        bits: Vec<BitDto>,
    }

    struct FieldDto { name: &'static str, bits: String, value: u64 }

    struct MappingDto { pid: u32, vpn: u64, addr: String, vma: Option<u32>, writable: bool, dirty: bool, accessed: bool }

    /// The search that the reverse map is in the middle of: what the last event, and those before it, visited.
    struct SearchDto {
        /// The frame looked for.
        pfn: u32,
        /// The page whose PTE is being visited.
        page: Option<(u32, u64)>,
        /// The pages visited before it, the latest first, at most 500.
        seen: Vec<(u32, u64)>,
        /// The VMA that is being visited.
        vma: Option<u32>,
        /// The process all of whose tables are being searched.
        process: Option<u32>,
        /// The PTE being visited maps the frame.
        found: bool,
        /// The frame, mapped by the PTE being visited, for which the consistency check has just found a wrong pair.
        stale: Option<u32>,
    }

    /// A PTE on the way back.
    struct PteDto {
        pid: u32,
        vpn: u64,
        to: PteTarget,
        /// Frame number, or slot number when swapped.
        at: u32,
        /// It maps the frame whose way back this is.
        hit: bool,
        /// The number of its visit in the search under way, from 1; 0: not visited yet. The same in all parts of the
        /// way back.
        visit: u32,
    }

    /// A process whose tables are searched.
    struct TableDto {
        pid: u32,
        entries: u32,
        /// How many of `entries` have been visited.
        seen: u32,
        visit: u32,
        /// The number of PTEs found that map the frame.
        finds: u32,
        /// The first of `finds`.
        found: Vec<PteDto>,
        /// The PTE being visited.
        present: Option<PteDto>,
    }

    /// `processes` are those after the first `before` of `count`.
    struct TablesDto { count: u32, before: u32, entries: u64, processes: Vec<TableDto> }

    struct PairVmaDto { pid: u32, start: u64, pgoff: f64 }

    struct RightDto { pid: u32, vpn: u64, vma: u32, offset: f64 }

    struct PairDto {
        /// VMA and offset in pages; `None` if the frame is shared, so that nothing is stored.
        stored: Option<(u32, f64)>,
        /// That VMA, if it still exists.
        vma: Option<PairVmaDto>,
        /// The page that the pair leads to, if inside the VMA.
        page: Option<u64>,
        /// That page's PTE, if a table covers it.
        pte: Option<PteDto>,
        /// PTEs that map the frame and for which another pair would be right.
        wrong: Vec<RightDto>,
        visit: u32,
    }

    /// Oldest pointer first; fewer cells than the link has room for: the rest are empty.
    struct LinkDto { link: u32, visit: u32, cells: Vec<PteDto> }

    struct ChainDto {
        direct: Option<PteDto>,
        /// The present visit is to this VMA, of this process, in which the PTE just found lies.
        vma: Option<(u32, u32)>,
        size: u8,
        pointers: u32,
        count: u32,
        before: u32,
        /// Newest first, those after the first `before` of `count`.
        links: Vec<LinkDto>,
    }

    struct NodeDto {
        vma: u32,
        pid: u32,
        name: String,
        /// For a merged page: the anon_vma of the item that leads here.
        item: Option<u32>,
        /// The index searched for in it.
        index: f64,
        /// Depth in the tree.
        depth: u32,
        /// First index that it maps, and the greatest of its subtree.
        first: f64,
        last: f64,
        max: f64,
        /// Its first page.
        start: u64,
        /// A search for the frame visits it.
        looked: bool,
        covers: bool,
        visit: u32,
        /// The PTE of the page that the index stands for, if the VMA covers it and a table does.
        pte: Option<PteDto>,
        /// The anon_vmas that it is linked to, and its own.
        chain: Vec<u32>,
        own: Option<u32>,
    }

    /// The VMAs of an anon_vma (forked from `parent`), of an object (by `name`), or of all items of a merged page's
    /// `stable` node, in order.
    struct VmasDto {
        tree: bool,
        stable: Option<u32>,
        anon_vma: Option<u32>,
        parent: Option<u32>,
        name: String,
        /// The frame's index in it.
        index: f64,
        /// The number of PTEs counted for the frame: with the last of them a search ends.
        mapcount: u32,
        count: u32,
        /// How many of `count` a search visits.
        looks: u32,
        /// Some of `count`.
        nodes: Vec<NodeDto>,
    }

    struct CostItemDto { what: &'static str, count: u64, each: u64 }

    /// The memory that the reverse map of the whole machine takes: structures of `each` bytes, for `pages` mapped
    /// pages.
    struct CostDto { items: Vec<CostItemDto>, pages: u32 }

    /// The way back from a frame as the machine's scheme stores it; parts that do not apply are `None`.
    struct WayBackDto {
        pfn: u32,
        /// The number of visits so far of the search for this frame; 0 if none is under way. The latest visit has this
        /// number.
        visits: u32,
        pair: Option<PairDto>,
        tables: Option<TablesDto>,
        chain: Option<ChainDto>,
        vmas: Option<VmasDto>,
        cost: CostDto,
    }

    /// A row of the inspector; it may lead to a subject and may answer "why?".
    struct RowDto { label: &'static str, value: String, subject: Option<Subject>, why: bool }

    struct InspectDto {
        subject: Subject,
        title: String,
        rows: Vec<RowDto>,
        /// For pages: the walk, root first.
        walk: Vec<WalkDto>,
        /// For pages: the virtual address cut into index fields.
        address: Vec<FieldDto>,
        /// The first 200 of `mapped` PTEs.
        mappings: Vec<MappingDto>,
        mapped: u32,
        /// The frame whose way back can be requested.
        way_back: Option<u32>,
        /// First 64 bytes of the frame or slot as hex pairs; no pairs when all are zero.
        bytes: Vec<String>,
    }

    struct ReplyDto { text: String, error: Option<ErrorDto> }

    /// The event that gave a value its present state, with its step, both counted from 0, and what the value was
    /// before.
    struct WhyDto { step: u32, event: u32, text: String, before: Option<String> }

    /// What is linked to a subject, for highlighting.
    struct LinksDto { frames: Vec<u32>, pages: Vec<(u32, u64)>, vmas: Vec<u32>, slots: Vec<u32>, processes: Vec<u32> }

    /// The result of a script. After an error the recording holds what ran before it, and is empty if no machine was
    /// made; `early`: why it ended before its end.
    struct OutcomeDto { recording: String, error: Option<ErrorDto>, early: Option<String>, printed: Vec<PrintedDto> }

    /// A text that the script printed, and the number of commands before it.
    struct PrintedDto { step: u32, text: String }

    struct SkippedDto { what: String, count: u64 }

    /// A log of strace as a recording, and what was counted while it was read: where the machine differs from the
    /// program, and what was left out.
    struct ImportDto {
        recording: String,
        notes: Vec<String>,
        differs: Vec<SkippedDto>,
        skipped: Vec<SkippedDto>,
        may_be_threads: bool,
    }

    /// A comparison's machines and what was found of them.
    struct CompareDto {
        /// The request, in frames, for which `unusable` is computed.
        size: u32,
        /// Whether the script was run again on each; else the page's commands were replayed.
        again: bool,
        /// The first is the page's own.
        machines: Vec<ComparedDto>,
        /// Those in which the machines differ, and a few more, in the order of the table.
        figures: Vec<FigureDto>,
        /// The first 200 of `failed_count` requests that some machine did not serve.
        failed: Vec<FailedDto>,
        failed_count: u32,
    }

    struct ComparedDto {
        label: String,
        steps: u32,
        /// Where and why its run of the script ended with an error; `None` if it did not.
        ended: Option<String>,
        /// The state after the first command that is not the same, as a number for `seek`, and that command in words.
        commands: Option<u32>,
        commands_text: Option<String>,
        /// The state after the first command that was answered differently.
        outcome: Option<u32>,
        /// The state after the first command since which a frame is used differently.
        place: Option<u32>,
    }

    /// `more`: more is better.
    struct FigureDto { name: &'static str, text: &'static str, more: bool }
    struct FailedDto { step: u32, text: String, served: Vec<Option<bool>> }
    /// A machine's own steps and events that go with a step of the page's machine; the ends are one past the last.
    struct SpanDto { from: u32, to: u32, first_event: u32, end_event: u32 }

    /// A field of a configuration: `choices` are its allowed names, `fields` those of an object.
    struct SettingDto {
        name: String,
        kind: SettingKind,
        #[tsify(type = "unknown")]
        default: serde_json::Value,
        choices: Vec<String>,
        fields: Vec<SettingDto>,
    }

    /// A mark of the map or of the pages' cells.
    struct LegendDto {
        name: &'static str,
        group: Group,
        label: &'static str,
        /// The meaning in a sentence.
        meaning: &'static str,
        /// The colour of a use, for style sheets: `#rrggbb`; and the colour of text that can be read on it.
        color: Option<String>,
        ink: Option<String>,
        pattern: Option<Pattern>,
        /// The shape of a sign inside a cell: five rows of five bits, the highest at the left.
        shape: Option<[u8; 5]>,
    }
}
