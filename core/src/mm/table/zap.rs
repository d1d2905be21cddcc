//! Taking pages away: emptying the PTEs of a range and letting go of what they mapped; Linux's `zap_pte_range`.
//!
//! ```text
//! with a listener     entry by entry:  empty it, flush, count one mapping less, free the frame; each one event
//! without one         64 entries at a time are taken out of the table; a page that only its entry knew is one look at
//!                     its descriptor and one write; frames that lie in a row go back to the allocator as a run
//! ```
//! Both have the same outcome: a property holds the silent machine equal to the one that emits events.

use super::page_table::LeafTable;
use super::unmap::Part;
use crate::alloc::FrameAllocator;
use crate::hw::pte::{Pte, RawPte};
use crate::mm::Mm;
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::{NullTrace, Trace};
use crate::vocabulary::vma::VmaFlags;
use std::ops::Range;

/// Frames that were freed one after another and lie so, held back for the allocator; Linux's `mmu_gather`. The free
/// lists come out as if each had been freed at once.
type Gathered = Range<u32>;

impl Mm {
    /// Empties every PTE of the range; the VMAs stay.
    pub(crate) fn zap_range(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        for part in self.parts(pid, pages).0 {
            self.zap_part(pid, &Part { pages: part.pages.intersect(pages), ..part }, t);
        }
    }

    pub(super) fn zap_part<T: Trace>(&mut self, pid: Pid, part: &Part, t: &mut T) {
        if part.flags.contains(VmaFlags::RUN) {
            return self.zap_run(pid, part.pages.start, t);
        }
        let (mut pages, mut unmapped) = (part.pages, 0);
        let mut gathered = Gathered::default();
        while let Some(table) = self.next_leaf(pid, pages) {
            self.remember_table(table.place(table.indices.start));
            let cached = self.tlb().may_hold(pid, table.start(), table.end());
            let zapped = (part.flags, cached);
            unmapped += if T::LISTENS {
                self.zap_one_by_one(&table, zapped, &mut gathered, t)
            } else {
                self.zap_by_the_handful(&table, zapped, &mut gathered)
            };
            pages.start = table.end();
        }
        self.give_gathered(&mut gathered, t);
        self.count_pages(pid, -unmapped);
    }

    /// Empties some entries of a table; returns how many counted frames they mapped.
    fn zap_one_by_one(
        &mut self,
        table: &LeafTable,
        zapped: (VmaFlags, bool),
        gathered: &mut Gathered,
        t: &mut impl Trace,
    ) -> i64 {
        let mut unmapped = 0;
        for index in table.indices.clone() {
            let raw = self.set_raw_pte(table.place(index), 0, t);
            unmapped += i64::from(self.zap(table.place(index), raw, zapped, gathered, t));
        }
        unmapped
    }

    /// Empties some entries when there is no listener: 64 are taken out at a time, then what they map is released.
    /// Returns how many counted frames they mapped.
    fn zap_by_the_handful(
        &mut self,
        table: &LeafTable,
        (flags, cached): (VmaFlags, bool),
        gathered: &mut Gathered,
    ) -> i64 {
        let (mut raws, mut unmapped) = ([0; 64], 0);
        let quick = !cached && !self.reverse_map().keeps_entries();
        let Range { start, end } = table.indices;
        for first in (start..end).step_by(raws.len()) {
            let raws = &mut raws[..usize::from(end - first).min(64)];
            self.take_entries(table.place(first), raws);
            for (index, raw) in (first..).zip(raws).filter(|(_, raw)| **raw != 0) {
                match Pte::quick_pfn(self.geometry().kind, *raw) {
                    Some(pfn) if quick && pfn != self.zero_frame() && self.clear_if_only_here(pfn) => {
                        self.hold_back(pfn, gathered);
                        unmapped += 1;
                    }
                    _ => {
                        let at = table.place(index);
                        unmapped += i64::from(self.zap(at, *raw, (flags, cached), gathered, &mut NullTrace));
                    }
                }
            }
        }
        unmapped
    }

    /// Releases what an entry held that has just been emptied, and which the TLB may hold or not (`cached`). `true` if
    /// it mapped a frame that counts.
    #[inline(never)]
    fn zap(
        &mut self,
        at: PtePlace,
        raw: RawPte,
        (flags, cached): (VmaFlags, bool),
        gathered: &mut Gathered,
        t: &mut impl Trace,
    ) -> bool {
        if raw != 0 && cached {
            self.flush(at.pid, at.vpn, t);
        }
        match Pte::decode(self.geometry().kind, raw) {
            Pte::Mapped { pfn, dirty, .. } if pfn != self.zero_frame() => {
                self.forget_lock(pfn, flags, t);
                if self.drop_mapping(pfn, at, dirty, t) {
                    self.gather(pfn, gathered, t);
                }
                return true;
            }
            Pte::Mapped { .. } | Pte::Empty => {}
            Pte::Swapped { slot } => {
                self.give_gathered(gathered, t);
                self.put_slot(slot, t);
            }
        }
        false
    }

    /// Clears the descriptor of an anonymous page that one PTE mapped and nothing else knows, with the outcome of
    /// `forget_lock`, `drop_mapping` and `clear_frame` in one write.
    #[inline(always)]
    fn clear_if_only_here(&mut self, pfn: Pfn) -> bool {
        let mut only_here = false;
        let clear = |frame: &mut Frame| {
            only_here = frame.mapcount == 1 && frame.slot.is_none() && matches!(frame.mapping, Owner::Anon(_));
            if only_here {
                *frame = Frame::default();
            }
        };
        self.set_frame(pfn, clear, &mut NullTrace);
        only_here
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

    /// Frees one frame: at once if there is a listener, else together with its neighbours.
    #[inline]
    fn gather<T: Trace>(&mut self, pfn: Pfn, gathered: &mut Gathered, t: &mut T) {
        if T::LISTENS {
            return self.give_frame(pfn, t);
        }
        self.clear_frame(pfn, t);
        self.hold_back(pfn, gathered);
    }

    /// Holds a cleared frame back with those before it.
    #[inline(always)]
    fn hold_back(&mut self, pfn: Pfn, gathered: &mut Gathered) {
        if gathered.end != pfn.0 {
            self.give_gathered(gathered, &mut NullTrace);
            *gathered = pfn.0..pfn.0;
        }
        gathered.end += 1;
    }

    #[inline]
    fn give_gathered<T: Trace>(&mut self, gathered: &mut Gathered, _t: &mut T) {
        // With a listener nothing was gathered; stated here, the compiler leaves the rest out.
        if !T::LISTENS && gathered.start < gathered.end {
            let run = FreeRun { start: Pfn(gathered.start), len: gathered.end - gathered.start };
            self.allocator_mut().free_singles(run);
        }
        *gathered = Gathered::default();
    }
}
