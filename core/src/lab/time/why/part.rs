//! The parts of a view that a value may be read from, each with the events that can change it.

use crate::hw::geometry::Geometry;
use crate::hw::pte::{Pte, is_large};
use crate::units::{ObjectId, Pfn, Pid, StableId, SwapSlot, VmaId, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::ObjectPage;

/// A part of a view. Who works out a value names all parts that it was read from; see [`super::last_change`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The descriptors of the frames from the first to the second, both included.
    Frames(Pfn, Pfn),
    /// A frame's bytes; the entries, if it is a page table.
    Bytes(Pfn),
    /// Which entries of a page table are in use.
    Used(Pfn),
    /// What the reverse map stores for a frame.
    Entry(Pfn),
    /// Which PTEs map a frame.
    PtesTo(Pfn),
    /// Which PTEs with the dirty bit map a frame.
    DirtyPtesTo(Pfn),
    /// Which PTEs hold a slot's number.
    PtesOf(SwapSlot),
    /// The entries, of all levels, on the walk to a page.
    Walk(Pid, Vpn),
    /// What the pages from the first up to the second are mapped to, their rights and bits left out.
    Mapped(Pid, Vpn, Vpn),
    /// The page tables of a process.
    Tables(Pid),
    Process(Pid),
    Vma(VmaId),
    /// The VMA that holds a page.
    VmaAt(Pid, Vpn),
    Vmas(Pid),
    /// The VMAs that an anon_vma or an object leads to.
    Links(Owner),
    Object(ObjectId),
    StableNode(StableId),
    /// Which page of an object a slot holds.
    ObjectPageIn(SwapSlot),
    Run(Pfn),
    /// The free run that holds a frame.
    Free(Pfn),
    Slot(SwapSlot),
    SlotBytes(SwapSlot),
    /// The TLB's entries that cover a page.
    Tlb(Pid, Vpn),
}

impl Part {
    /// Whether an event may have changed this part. A table is linked, and unlinked, while it is empty, or in the place of a
    /// large page: so of the entries above PTEs only those of large pages change what is mapped.
    pub fn may_change(self, event: &Event, geometry: &Geometry) -> bool {
        match self {
            Part::Frames(first, last) => matches!(event, Event::Frame { pfn, .. } if first <= *pfn && *pfn <= last),
            Part::Bytes(frame) => match event {
                Event::Contents { pfn, .. } | Event::Bytes { pfn, .. } => *pfn == frame,
                Event::Pte { table, .. } => *table == frame,
                _ => false,
            },
            Part::Used(frame) => match event {
                Event::Contents { pfn, .. } => *pfn == frame,
                Event::Pte { table, before, after, .. } => *table == frame && (*before == 0) != (*after == 0),
                _ => false,
            },
            Part::Entry(frame) => {
                matches!(event, Event::Reverse { pfn, .. } | Event::Pointer { pfn, .. } if *pfn == frame)
            }
            Part::PtesTo(pfn) => differs(event, geometry, |pte| pte.pfn() == Some(pfn)),
            Part::DirtyPtesTo(pfn) => {
                differs(event, geometry, |pte| matches!(pte, Pte::Mapped { pfn: of, dirty: true, .. } if of == pfn))
            }
            Part::PtesOf(slot) => differs(event, geometry, |pte| pte == Pte::Swapped { slot }),
            Part::Walk(pid, vpn) => covers(event, geometry, pid, vpn, vpn.plus(1)) || is_process(event, pid),
            Part::Mapped(pid, from, to) => {
                let target = |pte| match pte {
                    Pte::Empty => (None, None),
                    Pte::Mapped { pfn, .. } => (Some(pfn), None),
                    Pte::Swapped { slot } => (None, Some(slot)),
                };
                covers(event, geometry, pid, from, to) && differs(event, geometry, target)
            }
            Part::Tables(pid) => match event {
                Event::Pte { pid: of, level, .. } => *of == pid && *level > 0,
                _ => is_process(event, pid),
            },
            Part::Process(pid) => is_process(event, pid),
            Part::Vma(vma) => matches!(event, Event::Vma { id, .. } if *id == vma),
            Part::VmaAt(pid, vpn) => match event {
                Event::Vma { before, after, .. } => {
                    before.iter().chain(after).any(|vma| vma.pid == pid && vma.contains(vpn))
                }
                _ => false,
            },
            Part::Vmas(pid) => match event {
                Event::Vma { before, after, .. } => before.iter().chain(after).any(|vma| vma.pid == pid),
                _ => false,
            },
            Part::Links(Owner::Anon(id)) => match event {
                Event::Link { owner, .. } => *owner == Owner::Anon(id),
                Event::AnonVma { id: of, .. } => *of == id,
                _ => false,
            },
            Part::Links(Owner::Object(id)) => match event {
                Event::Link { owner, .. } => *owner == Owner::Object(id),
                Event::Object { id: of, .. } => *of == id,
                _ => false,
            },
            Part::Links(Owner::None | Owner::Ksm(_)) => false,
            Part::Object(object) => matches!(event, Event::Object { id, .. } if *id == object),
            Part::StableNode(node) => matches!(event, Event::StableNode { id, .. } if *id == node),
            Part::ObjectPageIn(slot) => match event {
                Event::ObjectPage { before, after, .. } => {
                    [before, after].into_iter().flatten().any(|page| *page == ObjectPage::Slot(slot))
                }
                Event::Object { after, .. } => after.is_none(),
                _ => false,
            },
            Part::Run(start) => matches!(event, Event::Run { first, .. } if *first == start),
            Part::Free(pfn) => match event {
                Event::Free { run, .. } => run.start <= pfn && pfn.0 - run.start.0 < run.len,
                _ => false,
            },
            Part::Slot(n) => matches!(event, Event::Slot { slot, .. } if *slot == n),
            Part::SlotBytes(n) => matches!(event, Event::SlotContents { slot, .. } if *slot == n),
            Part::Tlb(pid, vpn) => match event {
                Event::Tlb { before, after, .. } => {
                    let mut either = [before, after].into_iter().flatten();
                    either.any(|entry| entry.pid == pid && entry.vpn <= vpn && vpn.0 - entry.vpn.0 < entry.pages.into())
                }
                _ => false,
            },
        }
    }
}

fn is_process(event: &Event, pid: Pid) -> bool {
    matches!(event, Event::Process { pid: of, .. } if *of == pid)
}

/// Whether the event is of an entry for some of these pages.
fn covers(event: &Event, geometry: &Geometry, of: Pid, from: Vpn, to: Vpn) -> bool {
    let Event::Pte { pid, level, vpn, .. } = event else { return false };
    *pid == of && *vpn < to && from < vpn.plus(geometry.span(*level))
}

/// Whether a PTE answers otherwise after an event than before. An entry of a large page may: a table with anything in it may
/// have taken its place.
fn differs<V: PartialEq>(event: &Event, geometry: &Geometry, read: impl Fn(Pte) -> V) -> bool {
    let Event::Pte { level, before, after, .. } = event else { return false };
    if *level > 0 {
        return is_large(geometry.kind, *before) || is_large(geometry.kind, *after);
    }
    let read = |raw| read(Pte::decode(geometry.kind, raw));
    read(*before) != read(*after)
}
