//! The machine at the cursor: processes, VMAs, pages, free lists, slots, and what has just changed.

use super::{AccessDto, CursorDto, KilledDto, MarkDto, PageState, PortDto, SearchDto, StretchKind, TlbChangeDto};
use crate::map::Use;
use pageturner::alloc::describe::ListKind;
use pageturner::config::{AllocatorKind, PolicyKind, RmapKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::measure::lengths::Asked;
use pageturner::lab::measure::tally::Tally;
use serde::Serialize;
use std::collections::BTreeMap;
use tsify::Tsify;

dto! {
    struct ZoneDto { name: String, start: u32, end: u32 }

    /// Frames of one use among the kernel's own.
    struct PoolUseDto {
        of: Use,
        count: u32,
        /// The first of them.
        first: Vec<u32>,
    }

    /// The kernel's own frames that are in use, of a machine that has them apart.
    struct PoolDto { uses: Vec<PoolUseDto> }

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
        /// Pages kept free below a growing stack.
        guard_gap: u32,
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

    /// An area of memory that a variable of the script holds: its pages are `name[0]`, `name[1]` and so on.
    struct AreaDto {
        name: String,
        /// First page and one past the last, which may lie outside of the VMA.
        start: u64,
        end: u64,
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
        /// What of it variables of the script hold, the last assigned first.
        areas: Vec<AreaDto>,
        flags: Vec<&'static str>,
        anon_vma: Option<u32>,
        chain: Vec<u32>,
        /// How many of its PTEs are not empty.
        ptes: u32,
        /// The first of these; the page asks for more when they are to be drawn.
        pages: Vec<PageDto>,
    }

    struct ProcessDto {
        pid: u32,
        /// The variable of the script that holds it.
        variable: Option<String>,
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
        /// First frame, length, depth and mark of each node, in order: all down to some depth, of `count`.
        nodes: Vec<(u32, u32, u32, MarkDto)>,
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

    /// A page that the clock may take.
    struct CandidateDto { pfn: u32, accessed: bool }

    /// The clock of reclaim. `hand`: the frame that it looks at, or, `looking` not, will look at next.
    struct ClockDto {
        hand: u32,
        looking: bool,
        /// The next pages that it may take, in the order in which it meets them.
        next: Vec<CandidateDto>,
        /// The one that it would take.
        victim: Option<u32>,
    }

    /// Something in a list of a replacement policy: a page in memory by its frame, or, without one, a page that is gone
    /// and still remembered. The process and page that used it first, if one has.
    struct RankDto {
        frame: Option<u32>,
        pid: Option<u32>,
        vpn: Option<u64>,
        /// What the policy counts of it.
        number: Option<u32>,
        /// The policy's hand stands here.
        hand: bool,
        /// A PTE that maps it has its accessed bit set; only of policies that read them.
        accessed: bool,
        /// It is a process, and the page is the one that a scan of its tables comes to next.
        process: bool,
    }

    struct RankListDto {
        name: String,
        count: u32,
        /// How many of them are left out, in the middle.
        left_out: u32,
        /// What stands first has been there longest.
        items: Vec<RankDto>,
    }

    struct RanksDto {
        lists: Vec<RankListDto>,
        /// Of `arc`: how many pages the first list should have.
        target: Option<f64>,
        /// What is counted of each page, in a word or two.
        counted: Option<&'static str>,
        /// What is counted of each process.
        of_process: Option<&'static str>,
        /// The first list is gone round as a clock is; the frames at which its hands are, with their names.
        hands: Option<Vec<HandDto>>,
    }

    struct HandDto { name: &'static str, frame: u32 }

    /// A free run at `pfn` was split into `left` frames and, after them, `right`; or two such were joined.
    struct SeamDto { pfn: u32, left: u32, right: u32, joined: bool }

    /// What the last step (or, inside a step, the last event) changed; at a note, the step that it is about.
    struct ChangedDto {
        /// The step has too many events for the rest to be listed.
        uncounted: bool,
        frames: Vec<u32>,
        pages: Vec<(u32, u64)>,
        slots: Vec<u32>,
        vmas: Vec<u32>,
        /// Stacks that grew, and by how many pages.
        grown: Vec<(u32, u64)>,
        /// The allocator's lists, by id.
        lists: Vec<u32>,
        /// Splits and joins of free runs, in order; none if they are too many to be drawn.
        seams: Vec<SeamDto>,
        /// Pages that the consistency check found mapped to a frame whose pair leads elsewhere: frame, process, page.
        stale: Vec<(u32, u32, u64)>,
        /// Entries of the TLB.
        tlb: Vec<TlbChangeDto>,
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
        /// How often the allocator was asked for each length of a run.
        lengths: Vec<Asked>,
        processes: Vec<ProcessDto>,
        slots: Vec<SlotDto>,
        /// Heaps of all programs.
        heaps: u32,
        /// The kernel's own frames; `None`: they are among all others.
        pool: Option<PoolDto>,
        /// Where messages wait.
        ports: Vec<PortDto>,
        /// Frames by use.
        uses: BTreeMap<Use, u32>,
        /// `None`: there is no swap disk.
        clock: Option<ClockDto>,
        /// `None`: the replacement policy keeps no lists.
        ranks: Option<RanksDto>,
        /// References to single pages by the process that made the last: what `references` draws.
        references: u32,
        /// The step to show: the one under way, or the last; at a note, the one that it is about.
        acted: Option<u32>,
        changed: ChangedDto,
        search: Option<SearchDto>,
        access: Option<AccessDto>,
        /// The latest processes that were ended by a signal.
        killed: Vec<KilledDto>,
    }
}
