//! What belongs together: frames, pages, VMAs, slots and processes linked to a subject, for highlighting and lines.

use crate::dto::{LinksDto, Subject};
use crate::index::{Index, TablePlace};
use pageturner::hw::pte::Pte;
use pageturner::lab::time::mapped::Mapping;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::vma::Vma;
use std::collections::BTreeSet;

/// At most this many pages are listed, the lowest; lines go to far fewer.
const MOST_PAGES: usize = 2048;

/// Everything linked to a subject; empty if it does not exist now.
pub fn links(view: &View, index: &Index, subject: Subject) -> LinksDto {
    let mut links = Links {
        view,
        index,
        frames: BTreeSet::new(),
        pages: BTreeSet::new(),
        vmas: BTreeSet::new(),
        slots: BTreeSet::new(),
        processes: BTreeSet::new(),
    };
    match subject {
        Subject::Frame { pfn } if pfn < view.frames.len() => links.frame(Pfn(pfn)),
        Subject::Frame { .. } => {}
        Subject::Page { pid, vpn } => links.page(Pid(pid), Vpn(vpn)),
        Subject::Vma { id } => links.vma(VmaId(id)),
        Subject::Slot { slot } => links.slot(SwapSlot(slot)),
        Subject::Process { pid } => links.process(Pid(pid)),
    }
    links.done()
}

struct Links<'a> {
    view: &'a View,
    index: &'a Index,
    frames: BTreeSet<u32>,
    pages: BTreeSet<(u32, u64)>,
    vmas: BTreeSet<u32>,
    slots: BTreeSet<u32>,
    processes: BTreeSet<u32>,
}

impl Links<'_> {
    fn frame(&mut self, pfn: Pfn) {
        self.frames.insert(pfn.0);
        let frame = self.view.frames.get(pfn);
        self.slots.extend(frame.slot.map(|slot| slot.0));
        match frame.state {
            FrameUse::Table { .. } => self.index.table(pfn).into_iter().for_each(|place| self.table(pfn, place)),
            FrameUse::Run { first } => {
                let given = self.view.runs.get(&first).map_or(1, |run| run.given);
                self.frames.extend(first.0..first.0 + given);
                self.mappings(&self.index.frame(self.view, pfn));
            }
            FrameUse::Page | FrameUse::Zero => self.mappings(&self.index.frame(self.view, pfn)),
            FrameUse::Free | FrameUse::Hole | FrameUse::Reserved => {}
        }
    }

    /// Adds what a page table's entries point to.
    fn table(&mut self, table: Pfn, place: TablePlace) {
        let geometry = self.view.geometry();
        self.processes.insert(place.pid.0);
        for entry in 0..geometry.entries() as u16 {
            let pte = Pte::decode_at(geometry.kind, place.level, self.view.ram.entry(table, entry));
            if pte != Pte::Empty && place.level == 0 {
                self.pages.insert((place.pid.0, place.base.0 + u64::from(entry)));
            }
            self.target(pte);
        }
    }

    fn page(&mut self, pid: Pid, vpn: Vpn) {
        let Some(vma) = self.view.vma(pid, vpn) else { return };
        self.own(vma);
        self.pages.insert((pid.0, vpn.0));
        self.frames.extend(self.view.walk(pid, vpn).iter().map(|step| step.table.0));
        // The other pages that map the same bytes.
        match self.view.pte(pid, vpn) {
            Pte::Empty => {}
            Pte::Mapped { pfn, .. } if self.view.frames.get(pfn).state == FrameUse::Zero => {
                self.target(self.view.pte(pid, vpn))
            }
            Pte::Mapped { pfn, .. } => self.frame(pfn),
            Pte::Swapped { slot } => self.slot(slot),
        }
    }

    fn vma(&mut self, id: VmaId) {
        if let Some(vma) = self.view.vma_by_id(id) {
            let (pid, start, end) = (vma.pid, vma.start, vma.end);
            self.own(vma);
            self.view_pages(pid, |vpn| start <= vpn && vpn < end);
        }
    }

    fn slot(&mut self, slot: SwapSlot) {
        let Some(state) = self.view.slots.get(slot.index()) else { return };
        self.slots.insert(slot.0);
        self.mappings(&self.index.slot(self.view, slot));
        if let Some(pfn) = state.cached {
            self.frames.insert(pfn.0);
            self.mappings(&self.index.frame(self.view, pfn));
        }
    }

    fn process(&mut self, pid: Pid) {
        if self.view.spaces.contains_key(&pid) {
            self.processes.insert(pid.0);
            self.vmas.extend(self.view.vmas_of(pid).map(|vma| vma.id.0));
            self.frames.extend(self.index.tables_of(pid).map(|pfn| pfn.0));
            self.view_pages(pid, |_| true);
        }
    }

    fn view_pages(&mut self, pid: Pid, wanted: impl Fn(Vpn) -> bool) {
        self.view.each_page(pid, &mut |mapping, pte| {
            if wanted(mapping.vpn) {
                self.pages.insert((pid.0, mapping.vpn.0));
                self.target(pte);
            }
        });
    }

    fn mappings(&mut self, mappings: &[Mapping]) {
        for mapping in mappings {
            self.pages.insert((mapping.pid.0, mapping.vpn.0));
            if let Some(vma) = self.view.vma(mapping.pid, mapping.vpn) {
                self.own(vma);
            }
        }
    }

    fn own(&mut self, vma: &Vma) {
        self.vmas.insert(vma.id.0);
        self.processes.insert(vma.pid.0);
    }

    fn target(&mut self, pte: Pte) {
        match pte {
            Pte::Empty => {}
            Pte::Mapped { pfn, .. } => {
                self.frames.insert(pfn.0);
            }
            Pte::Swapped { slot } => {
                self.slots.insert(slot.0);
            }
        }
    }

    fn done(self) -> LinksDto {
        LinksDto {
            frames: self.frames.into_iter().collect(),
            more: self.pages.len().saturating_sub(MOST_PAGES) as u32,
            pages: self.pages.into_iter().take(MOST_PAGES).collect(),
            vmas: self.vmas.into_iter().collect(),
            slots: self.slots.into_iter().collect(),
            processes: self.processes.into_iter().collect(),
        }
    }
}
