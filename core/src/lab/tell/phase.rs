//! What part of a command an event belongs to, so that hundreds of events are read as a few groups.
//!
//! ```text
//! access ▸ walk ▸ fault ▸ allocate ▸ table ▸ allocate ▸ map ▸ walk ▸ remember
//!   1       1       1       6          3       4         3      4       1       events
//! ```
//!
//! Invariant: events keep their order; a group is a run of neighbours of one phase. Events that could belong to several
//! (a free list's, a frame's bytes) stay with what is under way. All that the clock does at one frame is one group: the
//! reverse map is searched for the frame's entries, their accessed bits are cleared, and the verdict comes last.

use crate::hw::geometry::GeometryKind;
use crate::hw::pte::{Pte, RawPte, is_large};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{Frame, FrameUse};
use serde::Serialize;

/// A part of a command, in the order of a fault, then of a reclaim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A process begins, changes or ends.
    Process,
    /// A VMA, or what stands behind it: an anon_vma, an object, a merged page's node.
    Area,
    /// The processor asks its TLB for a page.
    Access,
    /// The MMU reads page tables.
    Walk,
    Fault,
    Allocate,
    /// An entry above the PTEs: a table is put into the tree, or taken out.
    Table,
    Map,
    Unmap,
    /// Bits of an entry change: writable, accessed, dirty.
    Bits,
    Copy,
    /// Bytes of a page are read or written.
    Bytes,
    Free,
    /// The TLB takes up an entry.
    Remember,
    /// The TLB drops an entry.
    Forget,
    /// The clock looks at a frame.
    Choose,
    /// The reverse map, or the page cache, is searched.
    Search,
    Disk,
    Move,
    Failure,
    /// A program's allocator at its bookkeeping.
    Heap,
    /// A message enters a queue, or leaves it.
    Message,
}

/// Where an event stands among the groups of its command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grouped {
    pub phase: Phase,
    /// It begins a group; the first event always does.
    pub first: bool,
    /// It says best what its group does; the last such event of a group names it.
    pub names: bool,
}

/// Puts the events of a command into groups, given one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Groups {
    geometry: GeometryKind,
    open: Option<Phase>,
    /// The allocator has answered, so that the next frame taken is another request's.
    answered: bool,
    clock: Clock,
}

/// What the clock of reclaim is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Clock {
    Still,
    /// It has a victim, which is taken out, or is on its way to the next frame.
    Between(Option<Pfn>),
    /// It has not said yet what becomes of this frame.
    Looks,
}

impl Groups {
    /// Before the first event of a command, on a machine with this geometry.
    pub fn new(geometry: GeometryKind) -> Groups {
        Groups { geometry, open: None, answered: false, clock: Clock::Still }
    }

    /// Where the next event stands.
    pub fn next(&mut self, event: &Event) -> Grouped {
        let next_request = self.answered && matches!(event, Event::Free { linked: false, .. });
        if self.open == Some(Phase::Heap) && is_part_of_a_word(event) {
            return Grouped { phase: Phase::Heap, first: false, names: false };
        }
        let looked = self.clock == Clock::Looks;
        let visits = self.follow_clock(event);
        let phase = if looked || visits {
            Phase::Choose
        } else {
            phase(event, self.geometry).unwrap_or_else(|| self.around(event))
        };
        let alone = visits || matches!(event, Event::Access { .. } | Event::Reclaim { .. });
        let first = self.open != Some(phase) || alone || next_request && phase == Phase::Allocate;
        self.answered = matches!(event, Event::Alloc { .. }) || self.answered && !first;
        self.open = Some(phase);
        Grouped { phase, first, names: names(event) }
    }

    /// Whether the clock comes to another frame by this event.
    fn follow_clock(&mut self, event: &Event) -> bool {
        let was = self.clock;
        if let Event::Scan { pfn, victim, .. } = event {
            self.clock = Clock::Between(victim.then_some(*pfn));
            return was != Clock::Looks;
        }
        if let Event::VisitVma { pfn, .. } | Event::VisitPte { pfn, .. } | Event::VisitLink { pfn, .. } = event
            && let Clock::Between(victim) = was
            && victim != Some(*pfn)
        {
            self.clock = Clock::Looks;
            return true;
        }
        if matches!(event, Event::Reclaim { .. }) {
            self.clock = Clock::Between(None);
        } else if matches!(event, Event::Alloc { .. } | Event::Access { .. } | Event::Fault { .. }) {
            self.clock = Clock::Still;
        }
        false
    }

    /// The phase of an event that stays with what is under way.
    fn around(&self, event: &Event) -> Phase {
        match (self.open, event) {
            (Some(open @ (Phase::Allocate | Phase::Free | Phase::Move)), _) => open,
            (_, Event::Free { linked, .. }) => {
                if *linked {
                    Phase::Free
                } else {
                    Phase::Allocate
                }
            }
            (_, Event::Split { .. } | Event::Fit { .. } | Event::Inspect { .. } | Event::Mark { .. }) => {
                Phase::Allocate
            }
            (_, Event::Join { .. } | Event::Neighbour { .. } | Event::Coalesce { .. }) => Phase::Free,
            (Some(open), _) => open,
            (None, _) => Phase::Bytes,
        }
    }
}

/// What an allocator's access to a word is made of, where the TLB has its page: nothing to tell of by itself.
fn is_part_of_a_word(event: &Event) -> bool {
    matches!(event, Event::Access { hit: true, .. } | Event::Use { .. } | Event::Bytes { .. } | Event::CacheLine { .. })
}

/// The phase of an event by itself; `None`: it stays with those around it.
fn phase(event: &Event, geometry: GeometryKind) -> Option<Phase> {
    Some(match event {
        Event::Process { .. } => Phase::Process,
        Event::Vma { .. }
        | Event::AnonVma { .. }
        | Event::StableNode { .. }
        | Event::Object { .. }
        | Event::Link { .. }
        | Event::Stored { .. } => Phase::Area,
        Event::Frame { before, after, .. } => return frame_phase(before, after),
        Event::Pte { level, before, after, .. } => pte_phase(geometry, *level, *before, *after),
        Event::Contents { from: Some(_), .. } => Phase::Copy,
        Event::Bytes { .. } | Event::Use { .. } => Phase::Bytes,
        Event::Slot { .. } | Event::SlotContents { .. } | Event::DiskRead { .. } | Event::DiskWrite { .. } => {
            Phase::Disk
        }
        Event::Tlb { after, .. } => {
            if after.is_some() {
                Phase::Remember
            } else {
                Phase::Forget
            }
        }
        Event::Access { .. } => Phase::Access,
        Event::Walk { .. } => Phase::Walk,
        Event::Fault { .. } | Event::AreaLook { .. } => Phase::Fault,
        Event::Alloc { .. } => Phase::Allocate,
        Event::Hand { .. }
        | Event::Rank { .. }
        | Event::Reclaim { .. }
        | Event::Scan { .. }
        | Event::ScanPte { .. } => Phase::Choose,
        Event::HashWalk { .. }
        | Event::Compare { .. }
        | Event::VisitVma { .. }
        | Event::VisitPte { .. }
        | Event::VisitLink { .. }
        | Event::Stale { .. } => Phase::Search,
        Event::Migrate { .. } | Event::Contig { .. } => Phase::Move,
        Event::OomKill { .. } | Event::Failed { .. } | Event::Signal { .. } | Event::Said { .. } => Phase::Failure,
        Event::Port { .. } | Event::Message { .. } => Phase::Message,
        Event::Heaps { .. }
        | Event::Heap { .. }
        | Event::Block { .. }
        | Event::Held { .. }
        | Event::Word { .. }
        | Event::SystemCall { .. } => Phase::Heap,
        Event::Contents { from: None, .. }
        | Event::ObjectPage { .. }
        | Event::Reverse { .. }
        | Event::Pointer { .. }
        | Event::Free { .. }
        | Event::Areas { .. }
        | Event::Run { .. }
        | Event::CacheLine { .. }
        | Event::Split { .. }
        | Event::Join { .. }
        | Event::Inspect { .. }
        | Event::Fit { .. }
        | Event::Mark { .. }
        | Event::Coalesce { .. }
        | Event::Neighbour { .. } => return None,
    })
}

fn frame_phase(before: &Frame, after: &Frame) -> Option<Phase> {
    let is_table = |frame: &Frame| matches!(frame.state, FrameUse::Table { .. });
    if after.state == FrameUse::Free && before.state != FrameUse::Free {
        Some(Phase::Free)
    } else if is_table(after) && !is_table(before) {
        Some(Phase::Table)
    } else if before.state == FrameUse::Free {
        Some(Phase::Allocate)
    } else if after.mapcount != before.mapcount {
        Some(if after.mapcount > before.mapcount { Phase::Map } else { Phase::Unmap })
    } else {
        None
    }
}

fn pte_phase(geometry: GeometryKind, level: u8, before: RawPte, after: RawPte) -> Phase {
    let is_table = level > 0 && !is_large(geometry, before) && !is_large(geometry, after);
    let to = |raw| Pte::decode_at(geometry, level, raw).pfn();
    match (to(before), to(after)) {
        _ if is_table => Phase::Table,
        (was, Some(pfn)) if was == Some(pfn) => Phase::Bits,
        (_, Some(_)) => Phase::Map,
        (_, None) => Phase::Unmap,
    }
}

/// Whether the event says what its group is for, and not how it comes about.
fn names(event: &Event) -> bool {
    if let Event::Frame { before, after, .. } = event {
        return after.state == FrameUse::Free && before.state != FrameUse::Free;
    }
    matches!(
        event,
        Event::Process { .. }
            | Event::Vma { .. }
            | Event::Access { .. }
            | Event::Walk { .. }
            | Event::Fault { .. }
            | Event::Alloc { got: Some(_), .. }
            | Event::Pte { .. }
            | Event::Contents { from: Some(_), .. }
            | Event::Bytes { .. }
            | Event::Tlb { .. }
            | Event::Reclaim { .. }
            | Event::Scan { .. }
            | Event::ScanPte { .. }
            | Event::VisitPte { found: true, .. }
            | Event::Stale { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::Migrate { .. }
            | Event::Contig { .. }
            | Event::OomKill { .. }
            | Event::Failed { .. }
            | Event::Signal { .. }
            | Event::Block { .. }
            | Event::Word { .. }
            | Event::SystemCall { .. }
            | Event::Said { .. }
    )
}
