//! What of a command is looked for in a whole history: noted when the command is given, so that the timeline of a
//! million commands needs none of their events again.

use crate::hw::geometry::GeometryKind;
use crate::hw::pte::Pte;
use crate::vocabulary::event::{Event, FaultKind};
use bitflags::bitflags;

bitflags! {
    /// What happened in a command.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct Notable: u8 {
        /// A fault that had something to do.
        const FAULT = 1 << 0;
        /// A page left memory for its slot; a fork that copies the slot's number does not count.
        const SWAP_OUT = 1 << 1;
        /// An errno, a signal, or a process ended by the OOM killer.
        const FAILURE = 1 << 2;
        /// Frames were taken away from those who had them: reclaim began, or a page was written to a disk.
        const RECLAIM = 1 << 3;
        /// A page came for a process: an entry that was empty was filled, or led to a slot and leads to a frame now.
        const CAME = 1 << 4;
    }
}

impl Notable {
    /// What an event adds. Inlined for the same reason as [`Tally::apply`](super::tally::Tally::apply).
    #[inline(always)]
    pub fn of(event: &Event, geometry: GeometryKind) -> Notable {
        match event {
            Event::Reclaim { .. } | Event::DiskWrite { .. } => Notable::RECLAIM,
            Event::Fault { kind: FaultKind::Spurious, .. } => Notable::empty(),
            Event::Fault { .. } => Notable::FAULT,
            Event::OomKill { .. } | Event::Failed { .. } | Event::Signal { .. } | Event::Said { .. } => {
                Notable::FAILURE
            }
            Event::Pte { level: 0, before: 0, after, .. } if *after != 0 => Notable::CAME,
            Event::Pte { level: 0, before, after, .. } if *after != 0 => {
                match (Pte::decode(geometry, *before), Pte::decode(geometry, *after)) {
                    (Pte::Mapped { .. }, Pte::Swapped { .. }) => Notable::SWAP_OUT,
                    (Pte::Swapped { .. }, Pte::Mapped { .. }) => Notable::CAME,
                    _ => Notable::empty(),
                }
            }
            Event::Process { .. }
            | Event::Vma { .. }
            | Event::AnonVma { .. }
            | Event::StableNode { .. }
            | Event::Object { .. }
            | Event::Link { .. }
            | Event::ObjectPage { .. }
            | Event::Stored { .. }
            | Event::Frame { .. }
            | Event::Reverse { .. }
            | Event::Pointer { .. }
            | Event::Pte { .. }
            | Event::Contents { .. }
            | Event::Bytes { .. }
            | Event::Free { .. }
            | Event::Areas { .. }
            | Event::Run { .. }
            | Event::Slot { .. }
            | Event::SlotContents { .. }
            | Event::Tlb { .. }
            | Event::Hand { .. }
            | Event::Rank { .. }
            | Event::Access { .. }
            | Event::Walk { .. }
            | Event::Use { .. }
            | Event::CacheLine { .. }
            | Event::Split { .. }
            | Event::Join { .. }
            | Event::Inspect { .. }
            | Event::Alloc { .. }
            | Event::Fit { .. }
            | Event::Mark { .. }
            | Event::Coalesce { .. }
            | Event::Neighbour { .. }
            | Event::HashWalk { .. }
            | Event::Migrate { .. }
            | Event::Contig { .. }
            | Event::Scan { .. }
            | Event::ScanPte { .. }
            | Event::Compare { .. }
            | Event::VisitVma { .. }
            | Event::VisitPte { .. }
            | Event::VisitLink { .. }
            | Event::Stale { .. }
            | Event::DiskRead { .. }
            | Event::Port { .. }
            | Event::Message { .. }
            | Event::AreaLook { .. }
            | Event::Heaps { .. }
            | Event::Heap { .. }
            | Event::Block { .. }
            | Event::Held { .. }
            | Event::Word { .. }
            | Event::SystemCall { .. } => Notable::empty(),
        }
    }
}
