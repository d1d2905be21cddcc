//! What each event is, said in one place: its name, what it changes, what it is about.
//!
//! Each function here is exhaustive, so a new event is classified before anything compiles; its users ("why?", the
//! page's list of changes, the timeline, the motion on the map) look it up here. How a change is made is the view's own
//! knowledge.

use super::event::{Event, FaultKind};
use super::frame::Owner;
use super::free_lists::{FreeRun, ListId};
use super::object::ObjectPage;
use super::process::KERNEL;
use super::rank::{RankChange, Ranked};
use super::vma::Vma;
use crate::hw::pte::RawPte;
use crate::hw::tlb::TlbEntry;
use crate::units::{AnonVmaId, ObjectId, Pfn, Pid, PortId, StableId, SwapSlot, VmaId, Vpn};

/// What kind of event it is, with what is looked up of it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum EventKind<'a> {
    /// It changes the view. All other kinds are observations.
    Change(Changed<'a>),
    /// The reverse map is looking for a frame.
    Search(Look),
    Fault(FaultKind),
    /// A failure of this process: an errno, a signal, or its end by the OOM killer.
    Failure(Pid),
    /// A free run was split at `pfn + left`, or two were joined there.
    Seam {
        pfn: Pfn,
        left: u32,
        right: u32,
        joined: bool,
    },
    /// The contents of frames moved.
    Move {
        from: Pfn,
        to: Pfn,
        pages: u32,
    },
    /// Everything else that was seen, counted or decided.
    Other,
}

/// What an event changes: a part of the view, with as much of both values as says whom the change concerns.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Changed<'a> {
    Process(Pid),
    Vma {
        id: VmaId,
        before: Option<&'a Vma>,
        after: Option<&'a Vma>,
    },
    AnonVma(AnonVmaId),
    StableNode(StableId),
    /// `gone`: its pages went with it.
    Object {
        id: ObjectId,
        gone: bool,
    },
    /// Which VMAs an anon_vma or an object leads to.
    Link(Owner),
    ObjectPage {
        before: Option<ObjectPage>,
        after: Option<ObjectPage>,
    },
    /// What a file holds on its disk.
    Stored(ObjectId),
    /// A frame's descriptor.
    Frame(Pfn),
    /// What the reverse map stores for a frame.
    Entry(Pfn),
    /// A frame's bytes; `whole`: all of them.
    Bytes {
        pfn: Pfn,
        whole: bool,
    },
    Pte(PteChange),
    /// A free list, by this run.
    List {
        list: ListId,
        run: FreeRun,
    },
    /// The tree of the free areas of a zone.
    Areas(u8),
    /// The run that begins here.
    Run(Pfn),
    Slot(SwapSlot),
    SlotBytes(SwapSlot),
    Tlb {
        index: u16,
        before: Option<TlbEntry>,
        after: Option<TlbEntry>,
    },
    /// The processor's cache, at this line.
    CacheLine(u64),
    /// The clock's hand.
    Hand,
    /// What the replacement policy knows.
    Rank,
    /// What is noted of a process's heaps.
    Heap(Pid),
    /// A port, or its queue.
    Port(PortId),
}

/// Another value in an entry of a page table; `vpn` is the first page that it covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PteChange {
    pub pid: Pid,
    pub table: Pfn,
    pub level: u8,
    pub vpn: Vpn,
    pub before: RawPte,
    pub after: RawPte,
}

/// One step of a search for the PTEs of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// At a VMA, or, scanning, at all page tables of a process, for `pfn`.
    Vma {
        pfn: Pfn,
        id: VmaId,
    },
    Tables {
        pfn: Pfn,
        pid: Pid,
    },
    /// At a link of `pfn`'s chain, counted from the oldest.
    Link {
        pfn: Pfn,
        link: u32,
    },
    /// At a PTE; `found`: it maps `pfn`.
    Pte {
        pfn: Pfn,
        pid: Pid,
        vpn: Vpn,
        found: bool,
    },
    /// The consistency check: `pfn`, which the PTE just read maps, has an entry that leads elsewhere.
    Stale {
        pfn: Pfn,
    },
}

/// What an event is about: something that can be pointed at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Topic {
    Frame(Pfn),
    Page(Pid, Vpn),
    Vma(VmaId),
    Slot(SwapSlot),
    Process(Pid),
}

impl Event {
    /// The event's name, as in its JSON.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// What the event changes; `None`: nothing.
    pub fn sets(&self) -> Option<Changed<'_>> {
        if let EventKind::Change(changed) = self.kind() { Some(changed) } else { None }
    }

    /// The kind of the event.
    pub fn kind(&self) -> EventKind<'_> {
        use EventKind::{Change, Failure, Move, Other, Seam, Search};
        match self {
            Event::Process { pid, .. } => Change(Changed::Process(*pid)),
            Event::Vma { id, before, after } => {
                Change(Changed::Vma { id: *id, before: before.as_deref(), after: after.as_deref() })
            }
            Event::AnonVma { id, .. } => Change(Changed::AnonVma(*id)),
            Event::StableNode { id, .. } => Change(Changed::StableNode(*id)),
            Event::Object { id, after, .. } => Change(Changed::Object { id: *id, gone: after.is_none() }),
            Event::Link { owner, .. } => Change(Changed::Link(*owner)),
            Event::ObjectPage { before, after, .. } => Change(Changed::ObjectPage { before: *before, after: *after }),
            Event::Stored { id, .. } => Change(Changed::Stored(*id)),
            Event::Frame { pfn, .. } => Change(Changed::Frame(*pfn)),
            Event::Reverse { pfn, .. } | Event::Pointer { pfn, .. } => Change(Changed::Entry(*pfn)),
            Event::Pte { pid, table, level, vpn, before, after, .. } => Change(Changed::Pte(PteChange {
                pid: *pid,
                table: *table,
                level: *level,
                vpn: *vpn,
                before: *before,
                after: *after,
            })),
            Event::Contents { pfn, .. } => Change(Changed::Bytes { pfn: *pfn, whole: true }),
            Event::Bytes { pfn, .. } => Change(Changed::Bytes { pfn: *pfn, whole: false }),
            Event::Free { run, list, .. } => Change(Changed::List { list: *list, run: *run }),
            Event::Areas { zone, .. } => Change(Changed::Areas(*zone)),
            Event::Run { first, .. } => Change(Changed::Run(*first)),
            Event::Slot { slot, .. } => Change(Changed::Slot(*slot)),
            Event::SlotContents { slot, .. } => Change(Changed::SlotBytes(*slot)),
            Event::Tlb { index, before, after } => {
                Change(Changed::Tlb { index: *index, before: *before, after: *after })
            }
            Event::CacheLine { line, .. } => Change(Changed::CacheLine(*line)),
            Event::Hand { .. } => Change(Changed::Hand),
            Event::Rank { .. } => Change(Changed::Rank),

            Event::VisitVma { pfn, id: Some(id), .. } => Search(Look::Vma { pfn: *pfn, id: *id }),
            Event::VisitVma { pfn, pid, id: None } => Search(Look::Tables { pfn: *pfn, pid: *pid }),
            Event::VisitPte { pfn, pid, vpn, found } => {
                Search(Look::Pte { pfn: *pfn, pid: *pid, vpn: *vpn, found: *found })
            }
            Event::VisitLink { pfn, link } => Search(Look::Link { pfn: *pfn, link: *link }),
            Event::Stale { pfn, .. } => Search(Look::Stale { pfn: *pfn }),
            Event::Fault { kind, .. } => EventKind::Fault(*kind),
            Event::OomKill { pid, .. } | Event::Failed { pid, .. } | Event::Signal { pid, .. } => Failure(*pid),
            Event::Split { pfn, left, right } => Seam { pfn: *pfn, left: *left, right: *right, joined: false },
            Event::Join { pfn, left, right } => Seam { pfn: *pfn, left: *left, right: *right, joined: true },
            Event::Migrate { from, to, pages } => Move { from: *from, to: *to, pages: *pages },
            Event::Access { .. }
            | Event::Walk { .. }
            | Event::Use { .. }
            | Event::Inspect { .. }
            | Event::Alloc { .. }
            | Event::Fit { .. }
            | Event::Mark { .. }
            | Event::Coalesce { .. }
            | Event::Neighbour { .. }
            | Event::HashWalk { .. }
            | Event::Contig { .. }
            | Event::Reclaim { .. }
            | Event::Scan { .. }
            | Event::ScanPte { .. }
            | Event::Compare { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::Word { .. }
            | Event::SystemCall { .. }
            | Event::Message { .. }
            | Event::AreaLook { .. }
            | Event::Said { .. } => Other,
            Event::Port { port, .. } => Change(Changed::Port(*port)),
            Event::Heaps { pid, .. } | Event::Heap { pid, .. } | Event::Block { pid, .. } | Event::Held { pid, .. } => {
                Change(Changed::Heap(*pid))
            }
        }
    }

    /// Whether it holds memory of its own, which is to be freed with it.
    #[inline(always)]
    pub(crate) fn owns(&self) -> bool {
        match self {
            Event::Process { before, after, .. } => before.is_some() || after.is_some(),
            Event::Vma { before, after, .. } => before.is_some() || after.is_some(),
            Event::AnonVma { before, after, .. } => before.is_some() || after.is_some(),
            Event::StableNode { before, after, .. } => before.is_some() || after.is_some(),
            Event::Object { before, after, .. } => before.is_some() || after.is_some(),
            Event::Stored { before, after, .. }
            | Event::Contents { before, after, .. }
            | Event::SlotContents { before, after, .. } => before.is_some() || after.is_some(),
            Event::Areas { before, after, .. } => before.is_some() || after.is_some(),
            Event::Reverse { before, after, .. } => before.owns() || after.owns(),
            Event::Stale { entry, right, .. } => entry.owns() || right.owns(),
            Event::Bytes { before, after, .. } => !before.is_empty() || !after.is_empty(),
            Event::Heaps { .. } | Event::Heap { .. } | Event::SystemCall { .. } => true,
            Event::Run { before, after, .. } => before.is_some() || after.is_some(),
            Event::Link { .. }
            | Event::ObjectPage { .. }
            | Event::Frame { .. }
            | Event::Pointer { .. }
            | Event::Pte { .. }
            | Event::Free { .. }
            | Event::Slot { .. }
            | Event::Tlb { .. }
            | Event::Hand { .. }
            | Event::Rank { .. }
            | Event::Access { .. }
            | Event::Walk { .. }
            | Event::Use { .. }
            | Event::CacheLine { .. }
            | Event::Fault { .. }
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
            | Event::Reclaim { .. }
            | Event::Scan { .. }
            | Event::ScanPte { .. }
            | Event::Compare { .. }
            | Event::VisitVma { .. }
            | Event::VisitPte { .. }
            | Event::VisitLink { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::OomKill { .. }
            | Event::Failed { .. }
            | Event::Signal { .. }
            | Event::Block { .. }
            | Event::Held { .. }
            | Event::Word { .. }
            | Event::Port { .. }
            | Event::Message { .. }
            | Event::AreaLook { .. }
            | Event::Said { .. } => false,
        }
    }

    /// What the event is about, for linking from it; `None`: nothing that can be pointed at.
    pub fn about(&self) -> Option<Topic> {
        match self {
            Event::Process { pid, .. }
            | Event::OomKill { pid, .. }
            | Event::Failed { pid, .. }
            | Event::Signal { pid, .. }
            | Event::Fault { pid, .. }
            | Event::Heaps { pid, .. }
            | Event::Heap { pid, .. }
            | Event::Block { pid, .. }
            | Event::SystemCall { pid, .. }
            | Event::Message { pid, .. }
            | Event::Said { pid, .. } => Some(Topic::Process(*pid)),
            Event::Port { before, after, .. } => after.or(*before).map(|port| Topic::Frame(port.ring)),
            Event::Held { pid, start, .. } => Some(Topic::Page(*pid, *start)),
            Event::Vma { id, .. } | Event::Link { id, .. } => Some(Topic::Vma(*id)),
            Event::AnonVma { .. }
            | Event::Object { .. }
            | Event::Stored { .. }
            | Event::Areas { .. }
            | Event::Reclaim { .. }
            | Event::CacheLine { .. }
            | Event::Coalesce { .. } => None,
            Event::StableNode { before, after, .. } => {
                after.as_ref().or(before.as_ref()).map(|node| Topic::Frame(node.pfn))
            }
            Event::ObjectPage { after, before, .. } => after.or(*before).map(|page| match page {
                ObjectPage::Frame(pfn) => Topic::Frame(pfn),
                ObjectPage::Slot(slot) => Topic::Slot(slot),
            }),
            Event::Frame { pfn, .. }
            | Event::Contents { pfn, .. }
            | Event::Bytes { pfn, .. }
            | Event::Reverse { pfn, .. }
            | Event::Pointer { pfn, .. }
            | Event::VisitLink { pfn, .. }
            | Event::Stale { pfn, .. }
            | Event::Split { pfn, .. }
            | Event::Join { pfn, .. }
            | Event::Inspect { pfn, .. }
            | Event::Fit { pfn, .. }
            | Event::Mark { pfn, .. }
            | Event::Neighbour { pfn }
            | Event::Use { pfn, .. }
            | Event::Migrate { to: pfn, .. }
            | Event::Scan { pfn, .. }
            | Event::Compare { pfn, .. }
            | Event::Hand { after: pfn, .. }
            | Event::Run { first: pfn, .. } => Some(Topic::Frame(*pfn)),
            Event::Rank { change: RankChange::Rank { item: Ranked::Page(pfn), .. } } => Some(Topic::Frame(*pfn)),
            Event::Rank { change: RankChange::Rank { item: Ranked::Ghost((pid, vpn)), .. } } => {
                Some(Topic::Page(*pid, *vpn))
            }
            Event::Rank { change: RankChange::Rank { item: Ranked::Task(pid), .. } } => Some(Topic::Process(*pid)),
            Event::Rank { change: RankChange::Value { .. } } => None,
            Event::Pte { pid, level: 0, vpn, .. } => Some(Topic::Page(*pid, *vpn)),
            Event::Pte { table, .. } => Some(Topic::Frame(*table)),
            Event::Free { run, .. } => Some(Topic::Frame(run.start)),
            Event::Slot { slot, .. } | Event::SlotContents { slot, .. } => Some(Topic::Slot(*slot)),
            Event::Tlb { before, after, .. } => after.or(*before).map(|entry| Topic::Page(entry.pid, entry.vpn)),
            Event::AreaLook { pid, room: true, .. } => Some(Topic::Process(*pid)),
            Event::Access { pid, vpn, .. }
            | Event::AreaLook { pid, vpn, .. }
            | Event::Walk { pid, vpn, .. }
            | Event::ScanPte { pid, vpn, .. }
            | Event::VisitPte { pid, vpn, .. } => Some(Topic::Page(*pid, *vpn)),
            // The kernel's are the frames themselves.
            Event::Word { pid: KERNEL, vpn, .. } => Some(Topic::Frame(Pfn(vpn.0 as u32))),
            Event::Word { pid, vpn, .. } => Some(Topic::Page(*pid, *vpn)),
            Event::Alloc { got: frame, .. } | Event::HashWalk { found: frame, .. } => frame.map(Topic::Frame),
            Event::Contig { report, .. } => report.window.map(|window| Topic::Frame(window.start)),
            Event::VisitVma { id, pid, .. } => Some(id.map_or(Topic::Process(*pid), Topic::Vma)),
            Event::DiskRead { slot, .. } | Event::DiskWrite { slot, .. } => slot.map(Topic::Slot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_the_json() {
        for event in [
            Event::Hand { before: Pfn(0), after: Pfn(1) },
            Event::OomKill { pid: Pid(1), rss: 2 },
            Event::SlotContents { slot: SwapSlot(0), before: None, after: None },
        ] {
            let json = serde_json::to_value(&event).expect("events are plain data");
            assert_eq!(json["event"], event.name());
        }
    }
}
