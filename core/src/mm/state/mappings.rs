//! The memory manager's doors to its reverse map (`rmap`): which entries map a frame, and what is noted when one does
//! so no longer.

use super::Mm;
use crate::units::{Pfn, Pid, VmaId};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Every PTE that maps the frame, found by the machine's scheme. Panics if it does not find as many as are counted.
    pub(in crate::mm) fn mappings(&self, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        // A page of the page cache or the swap cache that is not mapped: nothing to look for, under any scheme.
        if self.frames.get(pfn).mapcount == 0 {
            return Vec::new();
        }
        let found = self.mappings_unchecked(pfn, t);
        assert_eq!(
            found.len() as u32,
            self.frames.get(pfn).mapcount,
            "invariant pte-rmap: PTEs of {pfn} found, against its mapcount"
        );
        found
    }

    /// What the scheme finds, whether or not it is as many as are counted: for `check`, which reports.
    pub(crate) fn mappings_unchecked(&self, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        self.rmap.mappings(&self.tables(), pfn, t)
    }

    /// Notes that a PTE maps the frame, whose count has been raised.
    #[inline(always)]
    pub(in crate::mm) fn enter_rmap(&mut self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        if self.rmap.keeps_entries() {
            let (rmap, tables) = self.rmap_and_tables();
            rmap.enter(&tables, at, pfn, t);
        }
    }

    /// Notes that a PTE maps the shared page of zeroes, whose count is never raised.
    #[inline]
    pub(in crate::mm) fn enter_uncounted(&mut self, at: PtePlace, t: &mut impl Trace) {
        let (rmap, tables) = self.rmap_and_tables();
        rmap.enter_uncounted(&tables, at, t);
    }

    /// Notes that a PTE no longer maps the frame, whose count has been lowered.
    #[inline]
    pub(in crate::mm) fn leave_rmap(&mut self, at: PtePlace, pfn: Pfn, t: &mut impl Trace) {
        if self.rmap.keeps_entries() {
            let (rmap, tables) = self.rmap_and_tables();
            rmap.leave(&tables, at, pfn, t);
        }
    }

    /// Notes that pages came to another VMA by a split or a merge.
    pub(in crate::mm) fn rehome_rmap(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        let (rmap, tables) = self.rmap_and_tables();
        rmap.rehome(&tables, pid, pages, t);
    }
}
