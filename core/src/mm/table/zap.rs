//! Taking pages away: emptying the PTEs of a range and letting go of what they mapped; Linux's `zap_pte_range`.
//!
//! Entry by entry: empty it, drop what the TLB holds of it, count one mapping less, free the frame with its last.

use super::unmap::Part;
use crate::hw::pte::Pte;
use crate::mm::Mm;
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, Owner};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Mm {
    /// Empties every PTE of the range; the VMAs stay.
    pub(crate) fn zap_range(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        for part in self.parts(pid, pages).0 {
            self.zap_part(pid, &Part { pages: part.pages.intersect(pages), ..part }, t);
        }
    }

    pub(super) fn zap_part(&mut self, pid: Pid, part: &Part, t: &mut impl Trace) {
        if part.flags.contains(VmaFlags::RUN) {
            return self.zap_run(pid, part.pages.start, t);
        }
        let (mut pages, mut unmapped) = (part.pages, 0);
        while let Some(table) = self.next_leaf(pid, pages) {
            self.remember_table(table.place(table.indices.start));
            let cached = self.tlb().may_hold(pid, table.start(), table.end());
            for index in table.indices.clone() {
                unmapped += i64::from(self.zap(table.place(index), (part.flags, cached), t));
            }
            pages.start = table.end();
        }
        self.count_pages(pid, -unmapped);
    }

    /// Empties an entry, which the TLB may hold or not (`cached`), and releases what it held. `true` if it mapped a
    /// frame that counts.
    #[inline]
    fn zap(&mut self, at: PtePlace, (flags, cached): (VmaFlags, bool), t: &mut impl Trace) -> bool {
        let raw = self.set_raw_pte(at, 0, t);
        if raw == 0 {
            return false;
        }
        if cached {
            self.flush(at.pid, at.vpn, t);
        }
        match Pte::decode(self.geometry().kind, raw) {
            Pte::Mapped { pfn, dirty, .. } if pfn != self.zero_frame() => {
                self.forget_lock(pfn, flags, t);
                if self.drop_mapping(pfn, at, dirty, t) {
                    self.give_frame(pfn, t);
                }
                return true;
            }
            Pte::Mapped { .. } | Pte::Empty => {}
            Pte::Swapped { slot } => self.put_slot(slot, t),
        }
        false
    }

    /// Takes away one of the PTEs that point to the frame, and one page from the process's count.
    pub(in crate::mm) fn unmap_frame(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) {
        self.count_pages(at.pid, -1);
        if self.drop_mapping(pfn, at, dirty, t) {
            self.give_frame(pfn, t);
        }
    }

    /// Lets reclaim take a frame that leaves a locked VMA. Another locked VMA, if any, is found when reclaim visits the
    /// frame's VMAs.
    #[inline]
    pub(in crate::mm) fn forget_lock(&mut self, pfn: Pfn, flags: VmaFlags, t: &mut impl Trace) {
        if flags.contains(VmaFlags::LOCKED) {
            self.set_frame(pfn, |f| f.mlocked = false, t);
        }
    }

    /// Counts one PTE fewer for the frame. `true`: it was the last, and the frame is an anonymous one that no slot
    /// refers to: the caller must free it.
    #[inline]
    fn drop_mapping(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) -> bool {
        let drop = |f: &mut Frame| {
            f.mapcount -= 1;
            f.dirty |= dirty;
        };
        self.set_frame(pfn, drop, t);
        self.leave_rmap(at, pfn, t);
        let frame = self.frame(pfn);
        frame.mapcount == 0 && frame.slot.is_none() && !matches!(frame.mapping, Owner::Object(_))
    }
}
