//! Taking pages away: zapping a range of PTEs, unmapping VMAs, ending an address space.

use super::Mm;
use super::alloc::{FrameAllocator, FreeRun};
use super::frame::{Frame, Owner};
use super::page_table::LeafTable;
use super::place::PtePlace;
use super::vma::VmaFlags;
use crate::hw::pte::{Pte, RawPte};
use crate::lab::event::{NullTrace, Trace};
use crate::units::{Pfn, Pid, Vpn};
use std::ops::Range;

/// What an unmapping meets of one VMA.
struct Part {
    flags: VmaFlags,
    start: Vpn,
    end: Vpn,
}

/// Frames that were freed one after another and lie so, held back for the allocator; Linux's `mmu_gather`. The free
/// lists come out as if each had been freed at once.
type Gathered = Range<u32>;

impl Mm {
    /// `munmap`: removes what is mapped in `start..end`; VMAs are split at the edges.
    pub(crate) fn unmap_range(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        if start >= end {
            return;
        }
        if let Some(part) = self.whole_vma_of_kept_table(pid, start, end) {
            self.zap_part(pid, &part, t);
            return self.remove_vma(pid, start, t);
        }
        let (mut parts, mut floor) = self.parts(pid, start, end);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        if first.start < start || end < last.end {
            self.isolate(pid, (start, end), t);
            (parts, floor) = self.parts(pid, start, end);
        }
        for part in &parts {
            self.zap_part(pid, part, t);
        }
        for part in &parts {
            self.remove_vma(pid, part.start, t);
        }
        self.prune_tables(pid, (start, end), floor, t);
    }

    /// The one VMA that `start..end` is, if the next begins in the same table of PTEs, so that no table goes: the
    /// commonest case, for which the neighbours below need not be looked for.
    fn whole_vma_of_kept_table(&self, pid: Pid, start: Vpn, end: Vpn) -> Option<Part> {
        let span = self.geometry.span(1);
        if start.0 & !(span - 1) != (end.0 - 1) & !(span - 1) {
            return None;
        }
        let mut vmas = self.space(pid).vmas.range(start..).map(|(_, vma)| vma);
        let vma = vmas.next().filter(|vma| (vma.start, vma.end) == (start, end))?;
        vmas.next().filter(|next| next.start.0 < end.0.next_multiple_of(span))?;
        Some(Part { flags: vma.flags, start, end })
    }

    /// Empties every PTE of `start..end`; the VMAs stay.
    pub(crate) fn zap_range(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        for part in self.parts(pid, start, end).0 {
            self.zap_part(pid, &Part { start: part.start.max(start), end: part.end.min(end), ..part }, t);
        }
    }

    /// The VMAs that meet `start..end`, lowest first, and where the VMA before them ends.
    fn parts(&self, pid: Pid, start: Vpn, end: Vpn) -> (Vec<Part>, Vpn) {
        let mut parts = Vec::new();
        let mut floor = Vpn(0);
        for vma in self.space(pid).vmas.range(..end).rev().map(|(_, vma)| vma) {
            if vma.end <= start {
                floor = vma.end;
                break;
            }
            parts.push(Part { flags: vma.flags, start: vma.start, end: vma.end });
        }
        parts.reverse();
        (parts, floor)
    }

    fn zap_part<T: Trace>(&mut self, pid: Pid, part: &Part, t: &mut T) {
        if part.flags.contains(VmaFlags::RUN) {
            return self.zap_run(pid, part.start, t);
        }
        let (mut at, mut unmapped) = (part.start, 0);
        let mut gathered = Gathered::default();
        while let Some(table) = self.next_leaf(pid, at, part.end) {
            self.remember_table(table.place(table.indices.start));
            let cached = self.tlb.may_hold(pid, table.start(), table.end());
            let zapped = (part.flags, cached);
            unmapped += if T::LISTENS {
                let at = |index| (table.place(index), zapped);
                table.indices.clone().map(|index| self.zap_told(at(index), &mut gathered, t)).sum::<u64>()
            } else {
                self.zap_table(&table, zapped, &mut gathered, t)
            };
            at = table.end();
        }
        self.give_gathered(&mut gathered, t);
        self.spaces.get_mut(&pid).expect("a living process").rss -= unmapped;
    }

    /// Empties one PTE; answers how many frames that count it mapped. The entry goes before what it maps.
    fn zap_told(
        &mut self,
        (at, zapped): (PtePlace, (VmaFlags, bool)),
        gathered: &mut Gathered,
        t: &mut impl Trace,
    ) -> u64 {
        let raw = self.set_raw_pte(at, 0, t);
        u64::from(self.zap(at, raw, zapped, gathered, t))
    }

    /// The same of a table's entries where nobody listens: a handful at a time is taken out, then what they map.
    fn zap_table(
        &mut self,
        table: &LeafTable,
        zapped: (VmaFlags, bool),
        gathered: &mut Gathered,
        t: &mut impl Trace,
    ) -> u64 {
        let (mut raws, mut unmapped) = ([0; 64], 0);
        let quick = !zapped.1 && !self.scheme.keeps_entries();
        let Range { start, end } = table.indices;
        for first in (start..end).step_by(raws.len()) {
            let raws = &mut raws[..usize::from(end - first).min(64)];
            self.ram.take_entries(table.place(first).table, first, raws);
            for (index, raw) in (first..).zip(raws) {
                match Pte::quick_pfn(self.geometry.kind, *raw) {
                    Some(pfn) if quick && pfn != self.zero && self.clear_if_only_here(pfn) => {
                        self.hold_back(pfn, gathered);
                        unmapped += 1;
                    }
                    _ => unmapped += u64::from(self.zap(table.place(index), *raw, zapped, gathered, t)),
                }
            }
        }
        unmapped
    }

    /// Lets go of what an entry held that has just been emptied, and which the TLB may hold or not (`cached`). `true` if
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
        match Pte::decode(self.geometry.kind, raw) {
            Pte::Mapped { pfn, dirty, .. } if pfn != self.zero => {
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

    /// Clears the descriptor of an anonymous page that one PTE mapped and nothing else knows: what `forget_lock`,
    /// `drop_mapping` and `clear_frame` come to, in one write.
    #[inline(always)]
    fn clear_if_only_here(&mut self, pfn: Pfn) -> bool {
        let frame = self.frames.get_mut(pfn);
        let only_here = frame.mapcount == 1 && frame.slot.is_none() && matches!(frame.mapping, Owner::Anon(_));
        if only_here {
            *frame = Frame::default();
        }
        only_here
    }

    /// One PTE fewer points to the frame, and the process has one page less.
    pub(crate) fn unmap_frame(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) {
        self.spaces.get_mut(&at.pid).expect("a living process").rss -= 1;
        if self.drop_mapping(pfn, at, dirty, t) {
            self.give_frame(pfn, t);
        }
    }

    /// A frame that leaves a locked VMA may be reclaimed again. Another locker, if any, is found when reclaim visits the
    /// frame's VMAs.
    #[inline]
    pub(crate) fn forget_lock(&mut self, pfn: Pfn, flags: VmaFlags, t: &mut impl Trace) {
        if flags.contains(VmaFlags::LOCKED) {
            self.set_frame(pfn, |f| f.mlocked = false, t);
        }
    }

    /// One PTE fewer points to the frame. `true`: it was the last, and the frame is an anonymous one that no slot refers
    /// to: to be freed.
    #[inline]
    fn drop_mapping(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) -> bool {
        let drop = |f: &mut Frame| {
            f.mapcount -= 1;
            f.dirty |= dirty;
        };
        self.set_frame(pfn, drop, t);
        self.leave_rmap(at, pfn, t);
        let frame = self.frames.get(pfn);
        frame.mapcount == 0 && frame.slot.is_none() && !matches!(frame.mapping, Owner::Object(_))
    }

    /// Gives one frame back: at once if somebody listens, else together with its neighbours.
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
        // With a listener nothing was gathered; said so, the compiler leaves the rest out.
        if !T::LISTENS && gathered.start < gathered.end {
            let run = FreeRun { start: Pfn(gathered.start), len: gathered.end - gathered.start };
            self.alloc.free_singles(run);
        }
        *gathered = Gathered::default();
    }

    /// Ends an address space: every VMA, every table, the root, the process's entry.
    pub(crate) fn end_space(&mut self, pid: Pid, t: &mut impl Trace) {
        self.clear_space(pid, t);
        let root = self.space(pid).info.root;
        self.drop_space(pid, t);
        self.give_frame(root, t);
    }

    /// Empties an address space; the root table stays.
    pub(crate) fn clear_space(&mut self, pid: Pid, t: &mut impl Trace) {
        self.unmap_range(pid, Vpn(0), Vpn(self.geometry.user_pages), t);
    }
}
