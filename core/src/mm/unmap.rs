//! Taking pages away: zapping a range of PTEs, unmapping VMAs, ending an address space.

use super::Mm;
use super::frame::Owner;
use super::state::PtePlace;
use super::vma::{Cover, Vma, VmaFlags};
use crate::hw::pte::Pte;
use crate::lab::event::Trace;
use crate::units::{Pfn, Pid, Vpn};

impl Mm {
    /// `munmap`: removes what is mapped in `start..end`; VMAs are split at the edges.
    pub(crate) fn unmap_range(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        if start >= end || self.space(pid).overlapping(start, end).next().is_none() {
            return;
        }
        self.isolate(pid, (start, end), t);
        self.zap_range(pid, start, end, t);
        for vma in self.space(pid).starts(start, end) {
            self.remove_vma(pid, vma, t);
        }
        self.prune_tables(pid, start, end, t);
    }

    /// Empties every PTE of `start..end`; the VMAs stay.
    pub(crate) fn zap_range(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        let part = |vma: &Vma| (vma.start.max(start), vma.end.min(end), vma.cover());
        let parts: Vec<(Vpn, Vpn, Cover)> = self.space(pid).overlapping(start, end).map(part).collect();
        for (from, to, vma) in parts {
            let mut unmapped = 0;
            for table in self.leaf_tables(pid, from, to) {
                for index in table.indices.clone() {
                    unmapped += u64::from(self.zap(table.place(index), vma, t));
                }
            }
            self.spaces.get_mut(&pid).expect("a living process").rss -= unmapped;
        }
    }

    /// Empties one PTE. `true` if it mapped a frame that counts.
    fn zap(&mut self, at: PtePlace, vma: Cover, t: &mut impl Trace) -> bool {
        let pte = self.pte_at(at);
        if pte == Pte::Empty {
            return false;
        }
        self.set_pte(at, Pte::Empty, t);
        match pte {
            Pte::Mapped { pfn, dirty, .. } if pfn != self.zero => {
                self.forget_lock(pfn, vma, t);
                self.drop_mapping(pfn, at, dirty, t);
                return true;
            }
            Pte::Mapped { .. } | Pte::Empty => {}
            Pte::Swapped { slot } => self.put_slot(slot, t),
        }
        false
    }

    /// One PTE fewer points to the frame, and the process has one page less.
    pub(crate) fn unmap_frame(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) {
        self.spaces.get_mut(&at.pid).expect("a living process").rss -= 1;
        self.drop_mapping(pfn, at, dirty, t);
    }

    /// A frame that leaves a locked VMA may be reclaimed again. Another locker, if any, is found when reclaim visits the
    /// frame's VMAs.
    pub(crate) fn forget_lock(&mut self, pfn: Pfn, vma: Cover, t: &mut impl Trace) {
        if vma.flags.contains(VmaFlags::LOCKED) {
            self.set_frame(pfn, |f| f.mlocked = false, t);
        }
    }

    /// One PTE fewer points to the frame. The last one gone, an anonymous frame that no slot refers to is free.
    fn drop_mapping(&mut self, pfn: Pfn, at: PtePlace, dirty: bool, t: &mut impl Trace) {
        self.set_frame(
            pfn,
            |f| {
                f.mapcount -= 1;
                f.dirty |= dirty;
            },
            t,
        );
        self.leave_rmap(at, pfn, t);
        let frame = self.frames.get(pfn);
        if frame.mapcount == 0 && frame.slot.is_none() && !matches!(frame.mapping, Owner::Object(_)) {
            self.give_frame(pfn, t);
        }
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
