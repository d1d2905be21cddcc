//! Modelled time: what an event costs, in cycles of a 3 GHz processor: a fixed part for its variant, and an extra one
//! for what it says. Teaching figures of the right size, not a
//! simulation: a memory touch ~100 cycles, an exception ~1000, a page copied ~1000 (4 KiB at 4 bytes a cycle), an SSD
//! read ~300,000 (100 us), an interprocessor flush left out.

use crate::config::RmapKind;
use crate::vocabulary::event::{CacheUser, Event, EventName};
use crate::vocabulary::process::KERNEL;

/// Cycles for one touch of memory beyond the caches.
pub const MEMORY: u64 = 100;
/// Cycles for a touch that hits the TLB and a cache.
pub const HIT: u64 = 4;
/// Cycles for entering and leaving the fault handler.
pub const FAULT: u64 = 1000;
/// Cycles for entering and leaving a system call that a program's allocator makes, and one that passes a message.
pub const CALL: u64 = 150;
/// Cycles for zeroing, copying or comparing a page.
pub const PAGE: u64 = 1000;
/// Cycles for moving one page to or from the swap disk.
pub const DISK: u64 = 300_000;
/// Cycles for dropping one TLB entry.
pub const FLUSH: u64 = 200;

/// What every event of a variant costs, in cycles. The lists and trees of VMAs cost only the schemes that use them.
#[inline(always)]
pub fn fixed(event: EventName, rmap: RmapKind) -> u64 {
    use EventName::*;
    match event {
        Walk | VisitPte | VisitVma | VisitLink | Pointer | Scan | ScanPte | HashWalk => MEMORY,
        AnonVma | Link => {
            if rmap.uses_objects() {
                MEMORY / 4
            } else {
                0
            }
        }
        Fault => FAULT,
        Contents | Compare => PAGE,
        DiskRead | DiskWrite => DISK,
        Pte | Frame | Vma | Reverse | StableNode | Free | Bytes => MEMORY / 4,
        Access | Inspect | Mark | Tlb | Process | Object | ObjectPage | Stored | Areas | Run | Slot | SlotContents
        | Hand | Rank | Split | Join | Alloc | Fit | Coalesce | Neighbour | Migrate | Contig | Reclaim | Stale
        | OomKill | Failed | Use | CacheLine | Signal | Heaps | Heap | Block | Held | Word | Said | Port | AreaLook => {
            0
        }
        SystemCall | Message => CALL,
    }
}

/// What an event costs beyond that, by what it says, in cycles.
#[inline(always)]
pub fn extra(event: &Event) -> u64 {
    if let Event::Access { hit: true, .. } = event {
        return HIT;
    }
    if let Event::Tlb { after: None, .. } = event {
        return FLUSH;
    }
    // The kernel's own words are mapped for good. What a program's allocator touches is an access of its own.
    if let Event::Word { pid: KERNEL, .. } = event {
        return HIT;
    }
    // What the MMU and the kernel touch has its cost by what it is for.
    if let Event::CacheLine { by: CacheUser::Process, at: None, .. } = event {
        return MEMORY;
    }
    // Each link of a chain is another descriptor.
    if let Event::HashWalk { looked, .. } = event {
        return u64::from(*looked) * MEMORY;
    }
    // Neighbours in memory: a cache line or so each, met in order.
    if let Event::Inspect { looked: touched, .. } | Event::Mark { words: touched, .. } = event {
        return u64::from(*touched) * HIT;
    }
    // Each is a VMA somewhere in memory.
    if let Event::AreaLook { looked, .. } = event {
        return u64::from(*looked) * MEMORY;
    }
    // Whole pages that were copied have their cost.
    if let Event::Message { copied, .. } = event {
        return copied % 4096 * PAGE / 4096;
    }
    // Links of nodes that were just examined.
    if let Event::Areas { rotations, .. } = event {
        return u64::from(*rotations) * MEMORY / 4;
    }
    0
}
