//! What JavaScript sees: the twin of `www/src/types.ts`, which says what each field means. Change both together.

use pageturner::alloc::describe::ListKind;
use pageturner::lab::measure::tally::Tally;
use serde::Serialize;
use std::collections::BTreeMap;

macro_rules! dto {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$attr:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$attr])* pub $field: $type),* }
    )*};
}

/// Anything that can be selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Subject {
    Frame { pfn: u32 },
    Page { pid: u32, vpn: u64 },
    Vma { id: u32 },
    Slot { slot: u32 },
    Process { pid: u32 },
}

dto! {
    struct CursorDto { step: u32, event: u32 }

    /// Thrown, or part of a reply.
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
        geometry: &'static str,
        page_size: u64,
        frames: u32,
        swap_slots: u32,
        tlb_entries: u16,
        allocator: &'static str,
        rmap: &'static str,
        offset_from_start: bool,
        trust_count: bool,
        chain_pointers: u8,
        family_anon_vma: bool,
        policy: &'static str,
        levels: Vec<&'static str>,
        zones: Vec<ZoneDto>,
        max_order: u8,
    }

    struct PageDto {
        vpn: u64,
        /// 1, or the pages of a large page.
        pages: u64,
        /// "frame", "zero", "run" or "swap".
        state: &'static str,
        at: u32,
        writable: bool,
        accessed: bool,
        dirty: bool,
        shared: bool,
    }

    struct VmaDto {
        id: u32,
        start: u64,
        end: u64,
        start_addr: String,
        end_addr: String,
        perms: String,
        /// An offset may use all 64 bits; a float holds any, the large ones rounded.
        pgoff: f64,
        name: String,
        flags: Vec<&'static str>,
        anon_vma: Option<u32>,
        chain: Vec<u32>,
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

    struct AllocListDto { id: u32, kind: ListKind, name: String, count: u32, frames: u32, runs: Vec<(u32, u32)> }

    struct TreeDto { name: &'static str, count: u32, nodes: Vec<(u32, u32, u32)> }

    struct AllocZoneDto {
        name: String,
        start: u32,
        end: u32,
        free: u32,
        lists: Vec<AllocListDto>,
        trees: Vec<TreeDto>,
        heap: Vec<(u32, u32, &'static str)>,
    }

    struct RunDto { first: u32, pages: u32, given: u32, pins: u32, movable: bool, id: u64 }

    struct AllocDto {
        zones: Vec<AllocZoneDto>,
        largest: Option<(u32, u32)>,
        unusable: Vec<(u32, f64)>,
        lost: u32,
        runs: u32,
        pinned: u32,
    }

    struct SlotDto { slot: u32, count: u32, cached: Option<u32> }

    struct ChangedDto {
        frames: Vec<u32>,
        pages: Vec<(u32, u64)>,
        slots: Vec<u32>,
        vmas: Vec<u32>,
        lists: Vec<u32>,
        moved: Vec<(u32, u32, u32)>,
    }

    struct StateDto {
        cursor: CursorDto,
        steps: u32,
        events: u32,
        machine: MachineDto,
        tally: Tally,
        processes: Vec<ProcessDto>,
        slots: Vec<SlotDto>,
        uses: BTreeMap<&'static str, u32>,
        hand: u32,
        changed: ChangedDto,
        search: Option<SearchDto>,
    }

    struct StepDto {
        index: u32,
        text: String,
        reply: String,
        failed: bool,
        kind: &'static str,
        note: String,
        answer: Option<String>,
        line: Option<u32>,
        column: Option<u32>,
        first_event: u32,
        end_event: u32,
    }

    struct EventDto { index: u32, kind: &'static str, text: String, subject: Option<Subject> }

    struct BitDto { name: &'static str, bit: u8, set: bool, meaning: &'static str }

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

    struct SearchDto {
        pfn: u32,
        page: Option<(u32, u64)>,
        seen: Vec<(u32, u64)>,
        vma: Option<u32>,
        process: Option<u32>,
        found: bool,
        stale: Option<u32>,
    }

    struct PteDto { pid: u32, vpn: u64, to: &'static str, at: u32, hit: bool, visit: u32 }

    struct TableDto {
        pid: u32,
        entries: u32,
        seen: u32,
        visit: u32,
        finds: u32,
        found: Vec<PteDto>,
        present: Option<PteDto>,
    }

    struct TablesDto { count: u32, before: u32, entries: u64, processes: Vec<TableDto> }

    struct PairVmaDto { pid: u32, start: u64, pgoff: f64 }

    struct RightDto { pid: u32, vpn: u64, vma: u32, offset: f64 }

    struct PairDto {
        stored: Option<(u32, f64)>,
        vma: Option<PairVmaDto>,
        page: Option<u64>,
        pte: Option<PteDto>,
        wrong: Vec<RightDto>,
        visit: u32,
    }

    struct LinkDto { link: u32, visit: u32, cells: Vec<PteDto> }

    struct ChainDto {
        direct: Option<PteDto>,
        vma: Option<(u32, u32)>,
        size: u8,
        pointers: u32,
        count: u32,
        before: u32,
        links: Vec<LinkDto>,
    }

    struct NodeDto {
        vma: u32,
        pid: u32,
        name: String,
        item: Option<u32>,
        index: f64,
        depth: u32,
        first: f64,
        last: f64,
        max: f64,
        start: u64,
        looked: bool,
        covers: bool,
        visit: u32,
        pte: Option<PteDto>,
        chain: Vec<u32>,
        own: Option<u32>,
    }

    struct VmasDto {
        tree: bool,
        stable: Option<u32>,
        anon_vma: Option<u32>,
        parent: Option<u32>,
        name: String,
        index: f64,
        mapcount: u32,
        count: u32,
        looks: u32,
        nodes: Vec<NodeDto>,
    }

    struct CostItemDto { what: &'static str, count: u64, each: u64 }

    struct CostDto { items: Vec<CostItemDto>, pages: u32 }

    struct WayBackDto {
        pfn: u32,
        visits: u32,
        pair: Option<PairDto>,
        tables: Option<TablesDto>,
        chain: Option<ChainDto>,
        vmas: Option<VmasDto>,
        cost: CostDto,
    }

    struct RowDto { label: &'static str, value: String, subject: Option<Subject>, why: bool }

    struct InspectDto {
        subject: Subject,
        title: String,
        rows: Vec<RowDto>,
        walk: Vec<WalkDto>,
        address: Vec<FieldDto>,
        mappings: Vec<MappingDto>,
        mapped: u32,
        way_back: Option<u32>,
        bytes: Vec<String>,
    }

    struct ReplyDto { text: String, error: Option<ErrorDto> }

    struct WhyDto { step: u32, event: u32, text: String, before: Option<String> }

    struct LinksDto { frames: Vec<u32>, pages: Vec<(u32, u64)>, vmas: Vec<u32>, slots: Vec<u32>, processes: Vec<u32> }

    struct OutcomeDto { recording: String, error: Option<ErrorDto>, early: Option<String>, printed: Vec<PrintedDto> }

    struct PrintedDto { step: u32, text: String }

    struct SkippedDto { what: String, count: u64 }

    struct ImportDto {
        recording: String,
        notes: Vec<String>,
        differs: Vec<SkippedDto>,
        skipped: Vec<SkippedDto>,
        may_be_threads: bool,
    }

    /// A comparison's machines and what was found of them.
    struct CompareDto {
        size: u32,
        again: bool,
        machines: Vec<ComparedDto>,
        figures: Vec<FigureDto>,
        failed: Vec<FailedDto>,
        failed_count: u32,
    }

    struct ComparedDto {
        label: String,
        steps: u32,
        ended: Option<String>,
        commands: Option<u32>,
        commands_text: Option<String>,
        outcome: Option<u32>,
        place: Option<u32>,
    }
    struct FigureDto { name: &'static str, text: &'static str, more: bool }
    struct FailedDto { step: u32, text: String, served: Vec<Option<bool>> }
    struct SpanDto { from: u32, to: u32, first_event: u32, end_event: u32 }
}
