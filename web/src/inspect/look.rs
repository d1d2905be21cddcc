//! A view that notes which of its parts are read, so that "why?" can tell which events may have changed a value.

use crate::index::Index;
use crate::spaces::vma_name;
use pageturner::hw::pte::{Pte, RawPte};
use pageturner::hw::tlb::TlbEntry;
use pageturner::lab::time::mapped::{Mapping, WalkStep};
use pageturner::lab::time::view::View;
use pageturner::lab::time::why::Part;
use pageturner::units::{ObjectId, Pfn, Pid, SwapSlot, VmaId, Vpn};
use pageturner::vocabulary::entry::Entry;
use pageturner::vocabulary::frame::{Frame, FrameUse, Owner};
use pageturner::vocabulary::free_lists::ListId;
use pageturner::vocabulary::object::{Object, ObjectPage};
use pageturner::vocabulary::process::ProcessInfo;
use pageturner::vocabulary::run::Run;
use pageturner::vocabulary::vma::Vma;
use std::cell::OnceCell;

/// A view with the parts that have been read of it.
#[derive(Debug)]
pub struct Look<'a> {
    view: &'a View,
    /// Made on first use.
    index: &'a OnceCell<Index>,
    /// The parts that were read.
    pub parts: Vec<Part>,
}

impl<'a> Look<'a> {
    /// Begins reading a view and its index.
    pub fn new(view: &'a View, index: &'a OnceCell<Index>) -> Look<'a> {
        Look { view, index, parts: Vec::new() }
    }

    /// The whole view, for code that names the parts it reads, or reads what never changes.
    pub fn view(&self) -> &'a View {
        self.view
    }

    /// Notes that a part was read.
    pub fn note(&mut self, part: Part) {
        if !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    fn index(&self) -> &'a Index {
        self.index.get_or_init(|| Index::new(self.view))
    }

    /// A frame's descriptor.
    pub fn frame(&mut self, pfn: Pfn) -> Frame {
        self.note(Part::Frames(pfn, pfn));
        self.view.frames.get(pfn)
    }

    /// A frame's bytes; `None`: all are zero.
    pub fn bytes(&mut self, pfn: Pfn) -> Option<&'a [u8]> {
        self.note(Part::Bytes(pfn));
        self.view.ram.bytes(pfn)
    }

    /// How many entries of a page table are in use.
    pub fn used_entries(&mut self, table: Pfn) -> usize {
        self.note(Part::Used(table));
        let entries = 0..self.view.geometry().entries() as u16;
        entries.filter(|n| self.view.ram.entry(table, *n) != 0).count()
    }

    /// What the reverse map stores for a frame.
    pub fn entry(&mut self, pfn: Pfn) -> &'a Entry {
        self.note(Part::Entry(pfn));
        self.view.entries.get(pfn)
    }

    /// The places of the PTEs that map a frame.
    pub fn mapped_at(&mut self, pfn: Pfn) -> impl ExactSizeIterator<Item = (Pid, Vpn)> + use<> {
        self.note(Part::PtesTo(pfn));
        places(&self.index().frame(self.view, pfn))
    }

    /// Whether a PTE with the dirty bit maps a frame.
    pub fn written_by_pte(&mut self, pfn: Pfn) -> bool {
        self.note(Part::DirtyPtesTo(pfn));
        let dirty = |mapping: &Mapping| matches!(self.view.decode(mapping), Pte::Mapped { dirty: true, .. });
        self.index().frame(self.view, pfn).iter().any(dirty)
    }

    /// The places of the PTEs that hold a slot's number.
    pub fn held_at(&mut self, slot: SwapSlot) -> impl ExactSizeIterator<Item = (Pid, Vpn)> + use<> {
        self.note(Part::PtesOf(slot));
        places(&self.index().slot(self.view, slot))
    }

    /// Whether a frame is a page table that a table above it, or its process, leads to.
    pub fn is_linked_table(&mut self, pfn: Pfn, pid: Pid) -> bool {
        self.note(Part::Tables(pid));
        self.index().table(pfn).is_some()
    }

    /// How many page tables a process has.
    pub fn tables(&mut self, pid: Pid) -> usize {
        self.note(Part::Tables(pid));
        self.index().tables_of(pid).count()
    }

    /// The walk to a page.
    pub fn walk(&mut self, pid: Pid, vpn: Vpn) -> Vec<WalkStep> {
        self.note(Part::Walk(pid, vpn));
        self.view.walk(pid, vpn)
    }

    /// The PTE of a page.
    pub fn pte(&mut self, pid: Pid, vpn: Vpn) -> Pte {
        self.note(Part::Walk(pid, vpn));
        self.view.pte(pid, vpn)
    }

    /// The entry of one level on the walk to a page.
    pub fn entry_at(&mut self, pid: Pid, vpn: Vpn, level: &str) -> Option<RawPte> {
        let steps = self.walk(pid, vpn);
        steps.iter().find(|step| self.view.geometry().level_name(step.level) == level).map(|step| step.raw)
    }

    /// Calls `visit` with the target of each page from one up to another, and how many pages of such an entry lie
    /// there. Rights and bits must not be read.
    pub fn each_mapped(&mut self, pid: Pid, from: Vpn, to: Vpn, mut visit: impl FnMut(Pte, u64)) {
        self.note(Part::Mapped(pid, from, to));
        self.note(Part::Process(pid));
        self.view.each_pte(pid, &mut |mapping| {
            if from <= mapping.vpn && mapping.vpn < to {
                visit(self.view.decode(&mapping), self.view.geometry().span(mapping.level));
            }
        });
    }

    /// A process; `None` after its end.
    pub fn process(&mut self, pid: Pid) -> Option<&'a ProcessInfo> {
        self.note(Part::Process(pid));
        self.view.process(pid)
    }

    /// A VMA by its id; `None` if it does not exist now.
    pub fn vma(&mut self, id: VmaId) -> Option<&'a Vma> {
        self.note(Part::Vma(id));
        self.view.vma_by_id(id)
    }

    /// The VMA that holds a page; `None` if none does.
    pub fn vma_at(&mut self, pid: Pid, vpn: Vpn) -> Option<&'a Vma> {
        self.note(Part::VmaAt(pid, vpn));
        self.view.vma(pid, vpn)
    }

    /// A process's VMAs, lowest first.
    pub fn vmas_of(&mut self, pid: Pid) -> impl Iterator<Item = &'a Vma> {
        self.note(Part::Vmas(pid));
        self.view.vmas_of(pid)
    }

    /// An object; `None` if it does not exist now.
    pub fn object(&mut self, id: ObjectId) -> Option<&'a Object> {
        self.note(Part::Object(id));
        self.view.objects.get(&id)
    }

    /// A VMA's name; see [`vma_name`].
    pub fn vma_name(&mut self, vma: &Vma) -> String {
        match vma.object {
            Some(id) => self.note(Part::Object(id)),
            None => self.note(Part::Process(vma.pid)),
        }
        vma_name(self.view, vma)
    }

    /// The page of an object that a slot holds.
    pub fn object_page_in(&mut self, slot: SwapSlot) -> Option<(ObjectId, u64)> {
        self.note(Part::ObjectPageIn(slot));
        self.view.objects.iter().find_map(|(id, object)| {
            let mut pages = object.pages.iter();
            pages.find(|(_, page)| **page == ObjectPage::Slot(slot)).map(|(n, _)| (*id, *n))
        })
    }

    /// The VMAs that an anon_vma or an object leads to.
    pub fn links(&mut self, owner: Owner) -> Vec<VmaId> {
        self.note(Part::Links(owner));
        let vmas = match owner {
            Owner::Anon(id) => self.view.anon_vmas.get(&id).map(|anon_vma| &anon_vma.vmas),
            Owner::Object(id) => self.view.objects.get(&id).map(|object| &object.info.vmas),
            Owner::None | Owner::Ksm(_) => None,
        };
        vmas.into_iter().flatten().copied().collect()
    }

    /// The run that begins at a frame; `None` if none does.
    pub fn run(&mut self, first: Pfn) -> Option<&'a Run> {
        self.note(Part::Run(first));
        self.view.runs.get(&first)
    }

    /// The free run that holds a free frame: its first frame, its length, and its list.
    pub fn free_run(&mut self, pfn: Pfn) -> Option<(Pfn, u32, ListId)> {
        let view = self.view;
        let free = |n: &u32| view.frames.get(Pfn(*n)).state == FrameUse::Free;
        let mut lowest = pfn;
        let found = (0..=pfn.0).rev().take_while(free).find_map(|start| {
            lowest = Pfn(start);
            view.free().run_at(lowest).map(|(len, list)| (lowest, len, list))
        });
        self.note(Part::Free(pfn));
        self.note(Part::Frames(Pfn(lowest.0.saturating_sub(1)), pfn));
        found.filter(|(start, len, _)| pfn.0 - start.0 < *len)
    }

    /// A swap slot's descriptor.
    pub fn slot(&mut self, slot: SwapSlot) -> Option<pageturner::hw::disk::Slot> {
        self.note(Part::Slot(slot));
        self.view.slots.get(slot.index()).copied()
    }

    /// A swap slot's bytes; `None`: all are zero.
    pub fn slot_bytes(&mut self, slot: SwapSlot) -> Option<&'a [u8]> {
        self.note(Part::SlotBytes(slot));
        self.view.slot_contents.get(slot.index())?.as_deref()
    }

    /// The number of the TLB entry that covers a page, and the entry; `None` if none does.
    pub fn tlb(&mut self, pid: Pid, vpn: Vpn) -> Option<(usize, TlbEntry)> {
        self.note(Part::Tlb(pid, vpn));
        self.view.tlb.iter().enumerate().find_map(|(n, entry)| {
            let entry = entry.filter(|entry| entry.pid == pid && entry.vpn <= vpn)?;
            (vpn < entry.vpn.plus(u64::from(entry.pages))).then_some((n, entry))
        })
    }
}

fn places(found: &[Mapping]) -> impl ExactSizeIterator<Item = (Pid, Vpn)> + use<> {
    found.iter().map(|mapping| (mapping.pid, mapping.vpn)).collect::<Vec<_>>().into_iter()
}
