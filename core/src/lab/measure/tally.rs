//! Counters and modelled time, folded from the events like everything else, so they step backwards, too.

use super::cost::cost;
use crate::config::RmapKind;
use crate::vocabulary::entry::Entry;
use crate::vocabulary::event::{Event, FaultKind};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::Lack;
use serde::Serialize;

macro_rules! tally {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counters since the machine's start.
        #[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
        #[cfg_attr(feature = "page", derive(tsify::Tsify))]
        pub struct Tally {
            $($(#[$doc])* pub $name: u64),*
        }
        impl Tally {
            /// The names, for messages and completion.
            pub const NAMES: &[&str] = &[$(stringify!($name)),*];
            /// A counter by its name.
            pub fn get(&self, name: &str) -> Option<u64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

tally! {
    /// Modelled time, in cycles.
    cycles,
    accesses,
    tlb_hits,
    tlb_misses,
    /// Entries read by the MMU on its walks.
    walk_steps,
    faults,
    zero_page_faults,
    anon_faults,
    cow_faults,
    reuse_faults,
    swap_in_faults,
    /// Faults answered from the swap cache or the page cache, without a disk read.
    cache_faults,
    object_faults,
    /// First writes to clean pages of shared file mappings.
    notify_faults,
    bad_faults,
    ptes_written,
    /// VMAs (or, with scanning, processes) visited by the reverse map.
    rmap_vmas,
    /// PTEs examined by the reverse map.
    rmap_ptes,
    /// Links of PTE chains read.
    rmap_links,
    /// Entries written for the reverse map: pairs, PTE pointers, or VMAs entered in an anon_vma or object.
    rmap_entries,
    /// Entries that the consistency check found wrong.
    stale_entries,
    frames_scanned,
    allocations,
    failed_allocations,
    /// Frames, words, runs or tree nodes that allocators examined.
    inspected,
    /// Words that allocators wrote to maps of their own.
    words_written,
    splits,
    merges,
    /// Freed runs that were given again whole: their length was the one wanted.
    exact_fits,
    /// Frames left free below runs that had to be aligned.
    gap_frames,
    /// Large runs put off their alignment, and back at it.
    degraded,
    realigned,
    /// Requests that had to wait for a locked segment.
    waits,
    disk_reads,
    disk_writes,
    pages_copied,
    /// Frames moved for contiguous requests and compaction.
    frames_moved,
    /// Requests that no free run could serve at once, and those of them that failed.
    contig_requests,
    contig_failures,
    /// Pages written, and clean pages dropped, for contiguous requests.
    contig_written,
    contig_zapped,
    /// Times that all free neighbours of a zone were joined, and unused pages dropped beside free runs then.
    coalescings,
    neighbours_dropped,
    /// Pages the merge pass read.
    pages_compared,
    oom_kills,
    failed_calls,
    signals,
}

impl Tally {
    /// Adds what an event counts. Always inlined: where the event's variant is known, only what it counts is left.
    #[inline(always)]
    pub fn apply(&mut self, event: &Event, rmap: RmapKind) {
        self.change(event, rmap, u64::wrapping_add);
    }

    /// Takes back what an event counted.
    pub fn revert(&mut self, event: &Event, rmap: RmapKind) {
        self.change(event, rmap, u64::wrapping_sub);
    }

    #[inline(always)]
    fn change(&mut self, event: &Event, rmap: RmapKind, op: impl Fn(u64, u64) -> u64) {
        self.cycles = op(self.cycles, cost(event, rmap));
        let one = |n: &mut u64| *n = op(*n, 1);
        match event {
            Event::Access { hit, .. } => {
                one(&mut self.accesses);
                one(if *hit { &mut self.tlb_hits } else { &mut self.tlb_misses });
            }
            Event::Walk { .. } => one(&mut self.walk_steps),
            Event::Fault { kind, .. } => {
                one(&mut self.faults);
                match kind {
                    FaultKind::ZeroPage => one(&mut self.zero_page_faults),
                    FaultKind::AnonWrite => one(&mut self.anon_faults),
                    FaultKind::Cow => one(&mut self.cow_faults),
                    FaultKind::Reuse => one(&mut self.reuse_faults),
                    FaultKind::SwapIn => one(&mut self.swap_in_faults),
                    FaultKind::SwapCache | FaultKind::PageCache => one(&mut self.cache_faults),
                    FaultKind::ObjectNew => one(&mut self.object_faults),
                    FaultKind::WriteNotify => one(&mut self.notify_faults),
                    FaultKind::Bad => one(&mut self.bad_faults),
                    FaultKind::Spurious => {}
                }
            }
            Event::Pte { .. } => one(&mut self.ptes_written),
            Event::VisitVma { .. } => one(&mut self.rmap_vmas),
            Event::VisitPte { .. } => one(&mut self.rmap_ptes),
            Event::VisitLink { .. } => one(&mut self.rmap_links),
            Event::Reverse { after: Entry::Chain(pointers), .. } => {
                // A direct pointer has become a chain of two.
                self.rmap_entries = op(self.rmap_entries, pointers.len() as u64);
            }
            Event::Reverse { after: Entry::Offset { .. } | Entry::Shared | Entry::Direct(_), .. }
            | Event::Pointer { linked: true, .. } => one(&mut self.rmap_entries),
            Event::Link { linked: true, .. } if rmap.uses_objects() => one(&mut self.rmap_entries),
            Event::Stale { .. } => one(&mut self.stale_entries),
            Event::Scan { .. } => one(&mut self.frames_scanned),
            Event::Alloc { got, .. } => {
                one(if got.is_some() { &mut self.allocations } else { &mut self.failed_allocations })
            }
            Event::Inspect { looked, .. } => self.inspected = op(self.inspected, u64::from(*looked)),
            Event::Mark { words, .. } => self.words_written = op(self.words_written, u64::from(*words)),
            Event::Fit { fit: Fit::Exact, .. } => one(&mut self.exact_fits),
            Event::Fit { fit: Fit::Gap, pages, .. } => self.gap_frames = op(self.gap_frames, u64::from(*pages)),
            Event::Fit { fit: Fit::Degraded, .. } => one(&mut self.degraded),
            Event::Fit { fit: Fit::Realigned, .. } => one(&mut self.realigned),
            Event::Migrate { pages, .. } => self.frames_moved = op(self.frames_moved, u64::from(*pages)),
            Event::Contig { report, .. } => {
                one(&mut self.contig_requests);
                self.waits = op(self.waits, u64::from(matches!(report.lack, Some(Lack::Locked { .. }))));
                self.contig_failures = op(self.contig_failures, u64::from(report.lack.is_some()));
                self.contig_written = op(self.contig_written, u64::from(report.written));
                self.contig_zapped = op(self.contig_zapped, u64::from(report.zapped));
            }
            Event::Coalesce { .. } => one(&mut self.coalescings),
            Event::Neighbour { .. } => one(&mut self.neighbours_dropped),
            Event::Split { .. } => one(&mut self.splits),
            Event::Join { .. } => one(&mut self.merges),
            Event::DiskRead { .. } => one(&mut self.disk_reads),
            Event::DiskWrite { .. } => one(&mut self.disk_writes),
            Event::Contents { from: Some(_), .. } => one(&mut self.pages_copied),
            Event::Compare { .. } => one(&mut self.pages_compared),
            Event::OomKill { .. } => one(&mut self.oom_kills),
            Event::Failed { .. } => one(&mut self.failed_calls),
            Event::Signal { .. } => one(&mut self.signals),
            Event::Process { .. }
            | Event::Vma { .. }
            | Event::AnonVma { .. }
            | Event::StableNode { .. }
            | Event::Object { .. }
            | Event::Link { .. }
            | Event::Reverse { after: Entry::None, .. }
            | Event::Pointer { linked: false, .. }
            | Event::ObjectPage { .. }
            | Event::Stored { .. }
            | Event::Frame { .. }
            | Event::Contents { from: None, .. }
            | Event::Bytes { .. }
            | Event::Free { .. }
            | Event::Run { .. }
            | Event::Slot { .. }
            | Event::SlotContents { .. }
            | Event::Tlb { .. }
            | Event::Hand { .. }
            | Event::Reclaim { .. } => {}
        }
    }
}
