//! Page tables in frames: finding entries, growing the tree on the way down, pruning it when no VMA needs it.
//!
//! ```text
//! root --[index at level 3]--> table --[2]--> table --[1]--> table of PTEs --[0]--> frame
//! ```
//! Invariant: a table other than the root exists only while a VMA meets the range it covers.

use crate::hw::pte::{Pte, RawPte};
use crate::mm::{Mm, MmError};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// Some neighbouring entries of one table of PTEs.
#[derive(Clone, Debug)]
pub(in crate::mm) struct LeafTable {
    first: PtePlace,
    pub indices: std::ops::Range<u16>,
}

impl LeafTable {
    /// The page of its first entry.
    #[inline]
    pub(in crate::mm) fn start(&self) -> Vpn {
        self.first.vpn
    }

    /// One past the page of its last entry.
    #[inline]
    pub(in crate::mm) fn end(&self) -> Vpn {
        self.place(self.indices.end).vpn
    }

    /// The place of the entry `index`.
    #[inline]
    pub(in crate::mm) fn place(&self, index: u16) -> PtePlace {
        PtePlace { index, vpn: self.first.vpn.plus(u64::from(index - self.first.index)), ..self.first }
    }
}

impl Mm {
    /// The place of a page's leaf entry; `None` if its table does not exist.
    #[inline]
    pub(in crate::mm) fn find_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        self.near_pte(pid, vpn).or_else(|| self.walk_to_pte(pid, vpn).ok())
    }

    /// Where the leaf entry of a page is, else the place of the entry above at which the walk ends: it is empty, or a
    /// large page's.
    pub(in crate::mm) fn walk_to_pte(&self, pid: Pid, vpn: Vpn) -> Result<PtePlace, PtePlace> {
        self.tables().walk_to_pte(pid, vpn)
    }

    /// The place of the entry at `level` on the way to a page; `None` if a table above it is missing.
    pub(in crate::mm) fn place_at(&self, pid: Pid, vpn: Vpn, level: u8) -> Option<PtePlace> {
        self.tables().place_at(pid, vpn, level)
    }

    /// The entry at a place.
    #[inline(always)]
    pub(in crate::mm) fn pte_at(&self, at: PtePlace) -> Pte {
        Pte::decode(self.geometry().kind, self.ram().entry(at.table, at.index))
    }

    /// The leaf entry of a page; empty where there is no table, and for pages of a large page.
    pub(crate) fn pte(&self, pid: Pid, vpn: Vpn) -> Pte {
        self.find_pte(pid, vpn).map_or(Pte::Empty, |at| self.pte_at(at))
    }

    /// Where the leaf entry of a page is; missing tables are made. May reclaim, and so may change any other PTE.
    #[inline]
    pub(in crate::mm) fn ensure_pte(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, MmError> {
        if let Some(at) = self.near_pte(pid, vpn) {
            return Ok(at);
        }
        let at = self.build_to_pte(pid, vpn, t)?;
        self.remember_table(at);
        Ok(at)
    }

    fn build_to_pte(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, MmError> {
        self.build_to_level(pid, vpn, 0, t)
    }

    /// Where the entry at `lowest` on the way to a page is; missing tables above it are made.
    #[inline(always)]
    pub(in crate::mm) fn build_to_level(
        &mut self,
        pid: Pid,
        vpn: Vpn,
        lowest: u8,
        t: &mut impl Trace,
    ) -> Result<PtePlace, MmError> {
        let mut table = self.space(pid).info.root;
        for level in (lowest + 1..self.geometry().levels).rev() {
            let index = self.geometry().index(vpn, level);
            table = match Pte::next_table(self.geometry().kind, self.ram().entry(table, index)) {
                Some(next) => next,
                None => {
                    let at = self.tables().place_above(pid, (table, index, level), vpn);
                    let next = self.new_table(pid, level - 1, at.vpn, t)?;
                    self.set_raw_pte(at, Pte::encode_table(self.geometry().kind, next), t);
                    next
                }
            };
        }
        Ok(self.tables().place_above(pid, (table, self.geometry().index(vpn, lowest), lowest), vpn))
    }

    /// A zeroed frame for a table of `pid` whose first entry maps page `base`.
    pub(in crate::mm) fn new_table(
        &mut self,
        pid: Pid,
        level: u8,
        base: Vpn,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        let used = Frame { state: FrameUse::Table { pid, level }, index: base.0, ..Frame::default() };
        let pfn = self.take_kernel_frame(pid, used, t)?;
        self.set_contents(pfn, None, None, t);
        Ok(pfn)
    }

    /// A zeroed frame for the uppermost table of a process that is being made. Nobody is killed for it.
    pub(crate) fn new_root(&mut self, pid: Pid, t: &mut impl Trace) -> Option<Pfn> {
        let level = self.geometry().levels - 1;
        let used = Frame { state: FrameUse::Table { pid, level }, ..Frame::default() };
        let root = self.try_kernel_frame(used, t)?;
        self.set_contents(root, None, None, t);
        Some(root)
    }

    /// The first table of PTEs that meets the range, with the indices inside.
    #[inline]
    pub(in crate::mm) fn next_leaf(&self, pid: Pid, pages: Pages) -> Option<LeafTable> {
        let mut at = pages.start;
        while at < pages.end {
            let first = match self.near_pte(pid, at) {
                Some(first) => first,
                None => match self.walk_to_pte(pid, at) {
                    Ok(first) => first,
                    Err(above) => {
                        at = above.vpn.plus(self.geometry().span(above.level));
                        continue;
                    }
                },
            };
            let last = (u64::from(first.index) + (pages.end.0 - at.0)).min(self.geometry().entries());
            return Some(LeafTable { first, indices: first.index..last as u16 });
        }
        None
    }

    /// Every leaf entry in the range that is not empty, lowest first. Cost grows with tables, not with the range.
    pub(in crate::mm) fn leaves(&self, pid: Pid, pages: Pages) -> Vec<(PtePlace, RawPte)> {
        self.tables().leaves(pid, pages)
    }

    /// Frees the tables that cover no VMA now that those in the range are gone: the tables that lie between the end of
    /// the VMA before (`floor`) and the start of the next, Linux's ceiling.
    pub(in crate::mm) fn prune_tables(&mut self, pid: Pid, pages: Pages, floor: Vpn, t: &mut impl Trace) {
        // One table is the uppermost: it stays as long as the process.
        if self.geometry().levels == 1 {
            return;
        }
        let space = self.space(pid);
        let ceiling = space.after(pages.end).map_or(Vpn(u64::MAX), |vma| vma.start);
        let span = self.geometry().span(1);
        let lowest = (pages.start.0 & !(span - 1)).max(floor.0.next_multiple_of(span));
        if lowest < pages.end.0 && lowest + span <= ceiling.0 {
            let root = self.tables().root_of(pid);
            self.prune(root, pages, Pages::new(floor, ceiling), t);
        }
    }

    /// Frees, below the table whose first entry is at `first`, the tables that meet `pages` and lie in the gap between
    /// VMAs.
    fn prune(&mut self, first: PtePlace, pages: Pages, gap: Pages, t: &mut impl Trace) {
        for index in self.tables().indices(first.level, first.vpn, pages) {
            let Some(next) = Pte::next_table(self.geometry().kind, self.ram().entry(first.table, index)) else {
                continue;
            };
            let span = self.geometry().span(first.level);
            let vpn = first.vpn.plus(u64::from(index) * span);
            if first.level > 1 {
                self.prune(PtePlace { table: next, level: first.level - 1, vpn, ..first }, pages, gap, t);
            }
            if gap.covers(Pages::at(vpn, span)) {
                self.set_raw_pte(PtePlace { index, vpn, ..first }, 0, t);
                self.give_frame(next, t);
            }
        }
    }
}
