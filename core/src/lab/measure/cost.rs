//! Modelled time: what an event costs, in cycles of a 3 GHz processor. Teaching figures of the right size, not a
//! simulation: a memory touch ~100 cycles, an exception ~1000, a page copied ~1000 (4 KiB at 4 bytes a cycle), an SSD
//! read ~300,000 (100 us), an interprocessor flush left out.

use crate::config::RmapKind;
use crate::vocabulary::event::Event;

/// Cycles for one touch of memory beyond the caches.
pub const MEMORY: u64 = 100;
/// Cycles for a touch that hits the TLB and a cache.
pub const HIT: u64 = 4;
/// Cycles for entering and leaving the fault handler.
pub const FAULT: u64 = 1000;
/// Cycles for zeroing, copying or comparing a page.
pub const PAGE: u64 = 1000;
/// Cycles for moving one page to or from the swap disk.
pub const DISK: u64 = 300_000;
/// Cycles for dropping one TLB entry.
pub const FLUSH: u64 = 200;

/// The cost of one event under a reverse-mapping scheme, in cycles. The lists and trees of VMAs cost only the schemes
/// that use them.
#[inline(always)]
pub fn cost(event: &Event, rmap: RmapKind) -> u64 {
    match event {
        Event::Access { hit, .. } => {
            if *hit {
                HIT
            } else {
                0
            }
        }
        Event::Walk { .. }
        | Event::VisitPte { .. }
        | Event::VisitVma { .. }
        | Event::VisitLink { .. }
        | Event::Pointer { .. }
        | Event::Scan { .. } => MEMORY,
        Event::AnonVma { .. } | Event::Link { .. } => {
            if rmap.uses_objects() {
                MEMORY / 4
            } else {
                0
            }
        }
        // Neighbours in memory: a cache line or so each, met in order.
        Event::Inspect { looked, .. } => u64::from(*looked) * HIT,
        Event::Mark { words, .. } => u64::from(*words) * HIT,
        Event::Fault { .. } => FAULT,
        Event::Contents { .. } | Event::Compare { .. } => PAGE,
        Event::DiskRead { .. } | Event::DiskWrite { .. } => DISK,
        Event::Pte { .. }
        | Event::Frame { .. }
        | Event::Vma { .. }
        | Event::Reverse { .. }
        | Event::StableNode { .. }
        | Event::Free { .. }
        | Event::Bytes { .. } => MEMORY / 4,
        Event::Tlb { after: None, .. } => FLUSH,
        Event::Tlb { .. }
        | Event::Process { .. }
        | Event::Object { .. }
        | Event::ObjectPage { .. }
        | Event::Stored { .. }
        | Event::Run { .. }
        | Event::Slot { .. }
        | Event::SlotContents { .. }
        | Event::Hand { .. }
        | Event::Split { .. }
        | Event::Join { .. }
        | Event::Alloc { .. }
        | Event::Fit { .. }
        | Event::Coalesce { .. }
        | Event::Neighbour { .. }
        | Event::Migrate { .. }
        | Event::Contig { .. }
        | Event::Reclaim { .. }
        | Event::Stale { .. }
        | Event::OomKill { .. }
        | Event::Failed { .. }
        | Event::Signal { .. } => 0,
    }
}
