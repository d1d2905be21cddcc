//! The parts of a view that a value may be read from, and which changes may change them.

use crate::hw::geometry::Geometry;
use crate::hw::pte::{Pte, is_large};
use crate::units::{ObjectId, Pfn, Pid, StableId, SwapSlot, VmaId, Vpn};
use crate::vocabulary::about_event::{Changed, PteChange};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::vma::Vma;

/// A part of a view. Code that works out a value names all parts that it reads; see [`super::last_change`].
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
    /// Whether a change may have changed this part. A table is linked, and unlinked, while it is empty, or in the place
    /// of a large page: so of the entries above PTEs only those of large pages change what is mapped.
    pub fn may_change(self, by: Changed, geometry: &Geometry) -> bool {
        match by {
            Changed::Process(pid) => {
                matches!(self, Part::Process(of) | Part::Tables(of) | Part::Walk(of, _) if of == pid)
            }
            Changed::Vma { id, before, after } => {
                let either = |test: &dyn Fn(&Vma) -> bool| before.is_some_and(test) || after.is_some_and(test);
                match self {
                    Part::Vma(vma) => vma == id,
                    Part::VmaAt(pid, vpn) => either(&|vma| vma.pid == pid && vma.contains(vpn)),
                    Part::Vmas(pid) => either(&|vma| vma.pid == pid),
                    _ => false,
                }
            }
            Changed::AnonVma(id) => self == Part::Links(Owner::Anon(id)),
            Changed::StableNode(id) => self == Part::StableNode(id),
            Changed::Object { id, gone } => match self {
                Part::Object(of) | Part::Links(Owner::Object(of)) => of == id,
                Part::ObjectPageIn(_) => gone,
                _ => false,
            },
            Changed::Link(owner) => self == Part::Links(owner),
            Changed::ObjectPage { before, after } => {
                matches!(self, Part::ObjectPageIn(slot) if [before, after].contains(&Some(ObjectPage::Slot(slot))))
            }
            // No value is computed from these.
            Changed::Stored(_)
            | Changed::Areas(_)
            | Changed::CacheLine(_)
            | Changed::Hand
            | Changed::Heap(_)
            | Changed::Rank
            | Changed::Port(_) => false,
            Changed::Frame(pfn) => matches!(self, Part::Frames(first, last) if first <= pfn && pfn <= last),
            Changed::Entry(pfn) => self == Part::Entry(pfn),
            Changed::Bytes { pfn, whole } => self == Part::Bytes(pfn) || whole && self == Part::Used(pfn),
            Changed::Pte(entry) => self.may_change_by_pte(&entry, geometry),
            Changed::List { run, .. } => {
                matches!(self, Part::Free(pfn) if run.start <= pfn && pfn.0 - run.start.0 < run.len)
            }
            Changed::Run(first) => self == Part::Run(first),
            Changed::Slot(slot) => self == Part::Slot(slot),
            Changed::SlotBytes(slot) => self == Part::SlotBytes(slot),
            Changed::Tlb { before, after, .. } => {
                let Part::Tlb(pid, vpn) = self else { return false };
                let mut either = [before, after].into_iter().flatten();
                either.any(|entry| entry.pid == pid && entry.vpn <= vpn && vpn.0 - entry.vpn.0 < entry.pages.into())
            }
        }
    }

    /// Whether a change of a page table's entry may have changed this part.
    fn may_change_by_pte(self, entry: &PteChange, geometry: &Geometry) -> bool {
        match self {
            Part::Bytes(frame) => entry.table == frame,
            Part::Used(frame) => entry.table == frame && (entry.before == 0) != (entry.after == 0),
            Part::PtesTo(pfn) => differs(entry, geometry, |pte| pte.pfn() == Some(pfn)),
            Part::DirtyPtesTo(pfn) => {
                differs(entry, geometry, |pte| matches!(pte, Pte::Mapped { pfn: of, dirty: true, .. } if of == pfn))
            }
            Part::PtesOf(slot) => differs(entry, geometry, |pte| pte == Pte::Swapped { slot }),
            Part::Walk(pid, vpn) => covers(entry, geometry, pid, vpn, vpn.plus(1)),
            Part::Mapped(pid, from, to) => {
                let target = |pte| match pte {
                    Pte::Empty => (None, None),
                    Pte::Mapped { pfn, .. } => (Some(pfn), None),
                    Pte::Swapped { slot } => (None, Some(slot)),
                };
                covers(entry, geometry, pid, from, to) && differs(entry, geometry, target)
            }
            Part::Tables(pid) => entry.pid == pid && entry.level > 0,
            Part::Frames(..)
            | Part::Entry(_)
            | Part::Process(_)
            | Part::Vma(_)
            | Part::VmaAt(..)
            | Part::Vmas(_)
            | Part::Links(_)
            | Part::Object(_)
            | Part::StableNode(_)
            | Part::ObjectPageIn(_)
            | Part::Run(_)
            | Part::Free(_)
            | Part::Slot(_)
            | Part::SlotBytes(_)
            | Part::Tlb(..) => false,
        }
    }
}

/// Whether the entry is for some of these pages.
fn covers(entry: &PteChange, geometry: &Geometry, pid: Pid, from: Vpn, to: Vpn) -> bool {
    entry.pid == pid && entry.vpn < to && from < entry.vpn.plus(geometry.span(entry.level))
}

/// Whether a PTE answers differently after the change. An entry of a large page may: a table with anything in it may
/// have taken its place.
fn differs<V: PartialEq>(entry: &PteChange, geometry: &Geometry, read: impl Fn(Pte) -> V) -> bool {
    if entry.level > 0 {
        return is_large(geometry.kind, entry.before) || is_large(geometry.kind, entry.after);
    }
    let read = |raw| read(Pte::decode(geometry.kind, raw));
    read(entry.before) != read(entry.after)
}
