//! Counters and modelled time, folded from the events like everything else, so they step backwards, too.

use super::cost::{extra, fixed};
use super::lengths::Longer;
use crate::config::RmapKind;
use crate::vocabulary::entry::Entry;
use crate::vocabulary::event::{Access, Event, EventName, FaultKind};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::Lack;
use serde::Serialize;

macro_rules! tally {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counters since the machine's start.
        #[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
        #[cfg_attr(feature = "page", derive(tsify::Tsify))]
        pub struct Tally {
            $($(#[$doc])* pub $name: u64,)*
            /// Of `allocations` and `failed_allocations`, those of more than one frame, by length.
            #[serde(skip)]
            pub(in crate::lab) longer: Longer,
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
    /// Lines of the processor's cache that were read or written, of machines that have one.
    cache_hits,
    cache_misses,
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
    /// Pages that a policy chose to go.
    victims,
    /// PTEs read by scans of the processes' tables.
    ptes_scanned,
    /// TLB entries dropped.
    tlb_flushes,
    allocations,
    failed_allocations,
    /// Frames, words, runs or tree nodes that allocators examined.
    inspected,
    /// Rotations of the trees of free areas.
    tree_rotations,
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
    /// Pages looked for in the page cache's hash table, and descriptors read on its chains.
    hash_lookups,
    hash_links,
    /// Pages the merge pass read.
    pages_compared,
    oom_kills,
    failed_calls,
    signals,
    /// Numbers that programs' allocators read and wrote of their bookkeeping.
    heap_loads,
    heap_stores,
    /// System calls that programs' allocators made.
    heap_calls,
    /// Messages that they printed.
    heap_messages,
    /// Messages between processes that were sent or received, and bytes copied for them.
    messages,
    message_bytes,
    /// Times that an area of a process was looked up, of machines that count it, and the areas that were read.
    area_lookups,
    areas_read,
}

/// What an event counts is counted once for its being of its variant, and once for what it says; so who counts many
/// events can count variants, and add them up at the end.
impl Tally {
    /// Adds what an event counts.
    pub fn apply(&mut self, event: &Event, rmap: RmapKind) {
        self.change(event, 1, rmap);
    }

    /// Takes back what an event counted.
    pub fn revert(&mut self, event: &Event, rmap: RmapKind) {
        self.change(event, 1_u64.wrapping_neg(), rmap);
    }

    fn change(&mut self, event: &Event, times: u64, rmap: RmapKind) {
        self.add_variant(event.into(), times, rmap);
        self.add_details(event, times, rmap);
    }

    /// Adds what so many events count by being of a variant.
    pub(super) fn add_variant(&mut self, name: EventName, times: u64, rmap: RmapKind) {
        use EventName::*;
        add(&mut self.cycles, times, fixed(name, rmap));
        let counter = match name {
            Access => &mut self.accesses,
            Walk => &mut self.walk_steps,
            Fault => &mut self.faults,
            Pte => &mut self.ptes_written,
            VisitVma => &mut self.rmap_vmas,
            VisitPte => &mut self.rmap_ptes,
            VisitLink => &mut self.rmap_links,
            Stale => &mut self.stale_entries,
            Scan => &mut self.frames_scanned,
            ScanPte => &mut self.ptes_scanned,
            Contig => &mut self.contig_requests,
            Coalesce => &mut self.coalescings,
            Neighbour => &mut self.neighbours_dropped,
            HashWalk => &mut self.hash_lookups,
            Split => &mut self.splits,
            Join => &mut self.merges,
            DiskRead => &mut self.disk_reads,
            DiskWrite => &mut self.disk_writes,
            Compare => &mut self.pages_compared,
            OomKill => &mut self.oom_kills,
            Failed => &mut self.failed_calls,
            Signal => &mut self.signals,
            SystemCall => &mut self.heap_calls,
            Said => &mut self.heap_messages,
            Process | Vma | AnonVma | StableNode | Object | Link | Reverse | Pointer | ObjectPage | Stored | Frame
            | Contents | Bytes | Free | Areas | Run | Slot | SlotContents | Tlb | Hand | Rank | Inspect | Alloc
            | Fit | Mark | Migrate | Reclaim | Use | CacheLine | Heaps | Heap | Block | Held | Word | Port => return,
            Message => &mut self.messages,
            AreaLook => &mut self.area_lookups,
        };
        add(counter, times, 1);
    }

    /// Adds what so many events like this one count by what they say. Always inlined: where the event's variant is
    /// known, only what it counts is left.
    #[inline(always)]
    pub(super) fn add_details(&mut self, event: &Event, times: u64, rmap: RmapKind) {
        add(&mut self.cycles, times, extra(event));
        let (counter, n) = match event {
            Event::Access { hit: true, .. } => (&mut self.tlb_hits, 1),
            Event::Access { hit: false, .. } => (&mut self.tlb_misses, 1),
            Event::Fault { kind, .. } => {
                let counter = match kind {
                    FaultKind::ZeroPage => &mut self.zero_page_faults,
                    FaultKind::AnonWrite => &mut self.anon_faults,
                    FaultKind::Cow => &mut self.cow_faults,
                    FaultKind::Reuse => &mut self.reuse_faults,
                    FaultKind::SwapIn => &mut self.swap_in_faults,
                    FaultKind::SwapCache | FaultKind::PageCache => &mut self.cache_faults,
                    FaultKind::ObjectNew => &mut self.object_faults,
                    FaultKind::WriteNotify => &mut self.notify_faults,
                    FaultKind::Bad => &mut self.bad_faults,
                    FaultKind::Spurious => return,
                };
                (counter, 1)
            }
            // A direct pointer has become a chain of two.
            Event::Reverse { after: Entry::Chain(pointers), .. } => (&mut self.rmap_entries, pointers.len() as u64),
            Event::Reverse { after: Entry::Offset { .. } | Entry::Shared | Entry::Direct(_), .. }
            | Event::Pointer { linked: true, .. } => (&mut self.rmap_entries, 1),
            Event::Link { linked: true, .. } if rmap.uses_objects() => (&mut self.rmap_entries, 1),
            Event::Alloc { request, got } => {
                if request.pages > 1 {
                    self.longer.add(request.pages, got.is_some(), times);
                }
                (if got.is_some() { &mut self.allocations } else { &mut self.failed_allocations }, 1)
            }
            Event::Inspect { looked, .. } => (&mut self.inspected, u64::from(*looked)),
            Event::Areas { rotations, .. } => (&mut self.tree_rotations, u64::from(*rotations)),
            Event::Mark { words, .. } => (&mut self.words_written, u64::from(*words)),
            Event::Fit { fit: Fit::Exact, .. } => (&mut self.exact_fits, 1),
            Event::Fit { fit: Fit::Gap, pages, .. } => (&mut self.gap_frames, u64::from(*pages)),
            Event::Fit { fit: Fit::Degraded, .. } => (&mut self.degraded, 1),
            Event::Fit { fit: Fit::Realigned, .. } => (&mut self.realigned, 1),
            Event::Tlb { after: None, .. } => (&mut self.tlb_flushes, 1),
            Event::Scan { victim: true, .. } => (&mut self.victims, 1),
            Event::Migrate { pages, .. } => (&mut self.frames_moved, u64::from(*pages)),
            Event::Contig { report, .. } => {
                add(&mut self.waits, times, u64::from(matches!(report.lack, Some(Lack::Locked { .. }))));
                add(&mut self.contig_failures, times, u64::from(report.lack.is_some()));
                add(&mut self.contig_written, times, u64::from(report.written));
                (&mut self.contig_zapped, u64::from(report.zapped))
            }
            Event::CacheLine { at: Some(_), .. } => (&mut self.cache_hits, 1),
            Event::CacheLine { at: None, .. } => (&mut self.cache_misses, 1),
            Event::Word { access: Access::Read, .. } => (&mut self.heap_loads, 1),
            Event::Word { access: Access::Write, .. } => (&mut self.heap_stores, 1),
            Event::AreaLook { looked, .. } => (&mut self.areas_read, u64::from(*looked)),
            Event::Message { copied, .. } => (&mut self.message_bytes, *copied),
            Event::HashWalk { looked, .. } => (&mut self.hash_links, u64::from(*looked)),
            Event::Contents { from: Some(_), .. } => (&mut self.pages_copied, 1),
            Event::Process { .. }
            | Event::Vma { .. }
            | Event::AnonVma { .. }
            | Event::StableNode { .. }
            | Event::Object { .. }
            | Event::Link { .. }
            | Event::ObjectPage { .. }
            | Event::Stored { .. }
            | Event::Frame { .. }
            | Event::Reverse { after: Entry::None, .. }
            | Event::Pointer { linked: false, .. }
            | Event::Pte { .. }
            | Event::Contents { from: None, .. }
            | Event::Bytes { .. }
            | Event::Free { .. }
            | Event::Run { .. }
            | Event::Slot { .. }
            | Event::SlotContents { .. }
            | Event::Tlb { after: Some(_), .. }
            | Event::Hand { .. }
            | Event::Rank { .. }
            | Event::Walk { .. }
            | Event::Use { .. }
            | Event::Split { .. }
            | Event::Join { .. }
            | Event::Coalesce { .. }
            | Event::Neighbour { .. }
            | Event::Reclaim { .. }
            | Event::Scan { victim: false, .. }
            | Event::ScanPte { .. }
            | Event::Compare { .. }
            | Event::VisitVma { .. }
            | Event::VisitPte { .. }
            | Event::VisitLink { .. }
            | Event::Stale { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::OomKill { .. }
            | Event::Failed { .. }
            | Event::Signal { .. }
            | Event::Port { .. }
            | Event::Heaps { .. }
            | Event::Heap { .. }
            | Event::Block { .. }
            | Event::Held { .. }
            | Event::SystemCall { .. }
            | Event::Said { .. } => return,
        };
        add(counter, times, n);
    }
}

/// Adds `n` so many times; minus one times takes it back.
#[inline(always)]
fn add(counter: &mut u64, times: u64, n: u64) {
    *counter = counter.wrapping_add(n.wrapping_mul(times));
}
