//! Runs mapped into processes: segments. A run is mapped whole and at once, by one process, or by several that share it
//! copy-on-write (`share`); its frames are no pages that could be reclaimed, shared at `fork` or found by the reverse
//! map, so the VMA is what a driver's `mmap` makes with `remap_pfn_range` (`VM_PFNMAP`, `VM_DONTCOPY`,
//! `VM_DONTEXPAND`): its `pgoff` is the first frame, and the `mapcount` of the frames stays 0. The way back from the
//! frames is the run's descriptor, which says who maps it and where.
//!
//! ```text
//! |-- tail --|----- stretch -----|----- stretch -----|- tail -|   a stretch is what one entry above the PTEs covers
//!    PTEs       one large page      one large page      PTEs      large where the frames are aligned as the pages are
//! ```
//! A run that moves may lose its alignment, and then needs tables at a time when there may be no frame for them. So
//! each stretch of a movable run has a table from the start, kept aside while a large page takes its place; Linux does
//! so with huge pages that may be split (`pgtable_trans_huge_deposit`). Idea of mapping segments by 4 MB pages: Lee,
//! May 2013.

use crate::hw::geometry::Geometry;
use crate::hw::pte::{Pte, PteBits, is_large};
use crate::mm::{Mm, MmError};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::run::Run;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

/// Pages of a mapped run that share an entry above the PTEs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stretch {
    pub vpn: Vpn,
    pub pages: u64,
    /// All of the entry's pages, and the geometry knows large pages.
    pub whole: bool,
}

impl Stretch {
    /// Whether the stretch is mapped by a large page, with `pfn` as its first frame.
    pub fn is_large(&self, pfn: Pfn) -> bool {
        self.whole && u64::from(pfn.0).is_multiple_of(self.pages)
    }
}

/// The stretches of a run mapped at `start`.
pub fn stretches(geometry: &Geometry, start: Vpn, pages: u64) -> Vec<Stretch> {
    let (span, end) = (geometry.span(1), start.plus(pages));
    let mut found = Vec::new();
    let mut vpn = start;
    while vpn < end {
        let next = end.min(Vpn((vpn.0 / span + 1) * span));
        let pages = next.0 - vpn.0;
        found.push(Stretch { vpn, pages, whole: pages == span && geometry.large_pages().is_some() });
        vpn = next;
    }
    found
}

impl Mm {
    /// Maps a run at `start`, where there is room. Tables are made first: for them any page may be swapped out, any run
    /// moved and any process killed.
    pub(crate) fn map_run(
        &mut self,
        pid: Pid,
        first: Pfn,
        (start, prot): (Vpn, Prot),
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let run = self.runs()[&first].clone();
        let vma = Vma {
            id: self.new_vma_id(),
            pid,
            start,
            end: start.plus(u64::from(run.request.pages)),
            prot,
            flags: VmaFlags::SHARED | VmaFlags::RUN,
            pgoff: u64::from(first.0),
            object: None,
            anon_vma: None,
            chain: Vec::new(),
        };
        self.insert_vma(vma, t);
        self.set_run(first, Some(run.with_mapping(pid, start)), t);
        self.build_tables(pid, start, run.is_movable(), t)?;
        self.map_frames(pid, start, t);
        Ok(())
    }

    /// The tables that the run mapped at `start` needs, or may need once it has moved.
    pub(super) fn build_tables(
        &mut self,
        pid: Pid,
        start: Vpn,
        movable: bool,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        for (stretch, pfn) in self.stretches_of(pid, start) {
            if stretch.whole && movable {
                self.build_to_level(pid, stretch.vpn, 1, t)?;
                let spare = self.new_table(pid, 0, stretch.vpn, t)?;
                self.set_spare_table(pid, stretch.vpn, Some(spare));
            } else if stretch.is_large(pfn) {
                self.build_to_level(pid, stretch.vpn, 1, t)?;
            } else {
                self.ensure_pte(pid, stretch.vpn, t)?;
            }
        }
        Ok(())
    }

    /// The stretches of the run mapped at `start`, each with its first frame.
    fn stretches_of(&self, pid: Pid, start: Vpn) -> Vec<(Stretch, Pfn)> {
        let vma = self.vma(pid, start);
        let frame = |s: Stretch| (s, Pfn(vma.index_of(s.vpn) as u32));
        stretches(self.geometry(), start, vma.pages()).into_iter().map(frame).collect()
    }

    /// Updates the VMA and the entries after a run has moved to `to`. Needs no frame.
    pub(in crate::mm) fn remap_run(&mut self, run: &Run, to: Pfn, t: &mut impl Trace) {
        for (pid, start) in &run.mapped {
            self.change_vma(*pid, *start, |vma| vma.pgoff = u64::from(to.0), t);
            self.map_frames(*pid, *start, t);
        }
    }

    /// Changes the protection of a run, always whole.
    pub(crate) fn protect_run(&mut self, pid: Pid, start: Vpn, prot: Prot, t: &mut impl Trace) {
        self.change_vma(pid, start, |vma| vma.prot = prot, t);
        self.map_frames(pid, start, t);
    }

    /// Points every entry of the run mapped at `start` to its frame with the VMA's rights, but for writing as long as
    /// it is shared; accessed and dirty bits stay. What has no table yet is left out.
    pub(super) fn map_frames(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) {
        let Vma { prot, pgoff, .. } = *self.vma(pid, start);
        let shared = self.runs()[&Pfn(pgoff as u32)].is_shared();
        // What may be written may be read.
        let prot = if shared && prot.contains(Prot::WRITE) { (prot - Prot::WRITE) | Prot::READ } else { prot };
        for (stretch, pfn) in self.stretches_of(pid, start) {
            match self.place_at(pid, stretch.vpn, 1) {
                Some(above) if stretch.is_large(pfn) => self.map_large(above, pfn, prot, t),
                Some(above) => self.map_small(above, stretch, pfn, prot, t),
                // Where one table maps all, there is none above it.
                None => self.find_pte(pid, stretch.vpn).into_iter().for_each(|first| {
                    self.map_ptes(first, stretch.pages, (pfn, prot), None, t);
                }),
            }
        }
    }

    /// Maps a whole stretch with one entry; the table that was there is put aside.
    fn map_large(&mut self, above: PtePlace, pfn: Pfn, prot: Prot, t: &mut impl Trace) {
        let kind = self.geometry().kind;
        let old = self.ram().entry(above.table, above.index);
        let table = Pte::next_table(kind, old);
        let used = match table {
            Some(table) => self.used_in(table),
            None => Used::of(Pte::decode_at(kind, above.level, old)),
        };
        self.set_raw_pte(above, used.pte(pfn, prot).encode_large(kind), t);
        self.flush(above.pid, above.vpn, t);
        let Some(table) = table else { return };
        self.forget_table();
        for n in 1..self.geometry().entries() {
            self.flush(above.pid, above.vpn.plus(n), t);
        }
        self.set_contents(table, None, None, t);
        self.set_spare_table(above.pid, above.vpn, Some(table));
    }

    /// Maps each page of a stretch with a PTE; a large page is replaced by the table that was put aside.
    fn map_small(&mut self, above: PtePlace, stretch: Stretch, pfn: Pfn, prot: Prot, t: &mut impl Trace) {
        let kind = self.geometry().kind;
        let old = self.ram().entry(above.table, above.index);
        let linked = Pte::next_table(kind, old);
        let spare = || self.spare_tables().get(&(above.pid, above.vpn)).copied();
        let Some(table) = linked.or_else(spare) else { return };
        let all = is_large(kind, old).then(|| Used::of(Pte::decode_at(kind, above.level, old)));
        let index = self.geometry().index(stretch.vpn, 0);
        let first = PtePlace { table, index, level: 0, vpn: stretch.vpn, ..above };
        self.map_ptes(first, stretch.pages, (pfn, prot), all, t);
        if linked.is_none() {
            self.set_spare_table(above.pid, above.vpn, None);
            self.set_raw_pte(above, Pte::encode_table(kind, table), t);
            self.flush(above.pid, above.vpn, t);
        }
    }

    /// Maps pages from the one whose entry is `first` on; `all`: the bits that stay, if not those of each entry.
    fn map_ptes(
        &mut self,
        first: PtePlace,
        pages: u64,
        (pfn, prot): (Pfn, Prot),
        all: Option<Used>,
        t: &mut impl Trace,
    ) {
        for n in 0..pages {
            let at = PtePlace { index: first.index + n as u16, vpn: first.vpn.plus(n), ..first };
            let used = all.unwrap_or_else(|| Used::of(self.pte_at(at)));
            self.set_pte(at, used.pte(pfn.plus(n as u32), prot), t);
        }
    }

    /// The accessed and dirty bits of a table's entries, combined.
    fn used_in(&self, table: Pfn) -> Used {
        let entry = |index| Used::of(Pte::decode(self.geometry().kind, self.ram().entry(table, index)));
        let all = (0..self.geometry().entries() as u16).map(entry);
        all.fold(Used { accessed: false, dirty: false }, |a, b| Used {
            accessed: a.accessed || b.accessed,
            dirty: a.dirty || b.dirty,
        })
    }

    /// Empties the entries of the run mapped at `start`, frees what was put aside, and marks the run as not mapped
    /// there; a run that was sent is freed if nobody else has it.
    pub(in crate::mm) fn zap_run(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) {
        for (stretch, _) in self.stretches_of(pid, start) {
            match self.walk_to_pte(pid, stretch.vpn) {
                Ok(first) => {
                    for n in 0..stretch.pages {
                        let (index, vpn) = (first.index + n as u16, stretch.vpn.plus(n));
                        self.set_pte(PtePlace { index, vpn, ..first }, Pte::Empty, t);
                    }
                }
                Err(above) => {
                    self.set_raw_pte(above, 0, t);
                    self.flush(pid, above.vpn, t);
                }
            }
            if let Some(spare) = self.set_spare_table(pid, stretch.vpn, None) {
                self.give_frame(spare, t);
            }
        }
        let first = Pfn(self.vma(pid, start).pgoff as u32);
        let run = self.runs()[&first].without_mapping(pid, start);
        self.set_run(first, Some(run), t);
        self.end_if_left(first, t);
    }

    /// Whether a run's VMA meets the range.
    pub(crate) fn meets_run(&self, pid: Pid, pages: Pages) -> bool {
        self.space(pid).overlapping(pages).any(|vma| vma.flags.contains(VmaFlags::RUN))
    }

    /// Whether a run's VMA meets the range and is not all in it: it cannot be split.
    pub(crate) fn cuts_run(&self, pid: Pid, pages: Pages) -> bool {
        // Without runs no VMA is one's.
        !self.runs().is_empty()
            && self
                .space(pid)
                .overlapping(pages)
                .any(|vma| vma.flags.contains(VmaFlags::RUN) && !pages.covers(vma.range()))
    }
}

/// The bits of an entry that stay when it is written anew.
#[derive(Clone, Copy)]
struct Used {
    accessed: bool,
    dirty: bool,
}

impl Used {
    /// The bits of an entry as it is; a fresh one is born accessed, as Linux's `vm_page_prot` has it.
    fn of(pte: Pte) -> Used {
        match pte {
            Pte::Mapped { accessed, dirty, .. } => Used { accessed, dirty },
            Pte::Empty | Pte::Swapped { .. } => Used { accessed: true, dirty: false },
        }
    }

    fn pte(self, pfn: Pfn, prot: Prot) -> Pte {
        let Used { accessed, dirty } = self;
        PteBits { accessed, dirty, ..prot.pte_bits() }.entry(pfn)
    }
}
