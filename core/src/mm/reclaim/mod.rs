//! Reclaim: the policy picks a victim, the reverse map finds its PTEs, the page is written where it can be found again,
//! the frame is freed. Adding a policy: its file in `policy`, one variant of `PolicyKind`, one line in its `rules`.

pub mod clock;
pub mod kswapd;
pub mod oom;
pub mod ranked;
pub mod scan;
pub mod swap;

use super::Mm;
use crate::hw::pte::Pte;
use crate::units::{ObjectId, Pfn, Pid, SwapSlot};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameUse, Owner};
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::{NullTrace, Trace};
use crate::vocabulary::vma::VmaFlags;

impl Mm {
    /// Tries to free `wanted` frames; returns how many it did.
    pub(crate) fn reclaim(&mut self, wanted: u32, t: &mut impl Trace) -> u32 {
        let freed = self.reclaim_below(wanted, Pfn(u32::MAX), t);
        if freed > 0 || self.asker().is_none() {
            return freed;
        }
        // The process has no page that may go: another's.
        self.set_asker(None);
        self.reclaim_below(wanted, Pfn(u32::MAX), t)
    }

    /// A process that faults has as many pages as it may have: one of its own goes for the one that comes.
    #[inline(never)]
    pub(in crate::mm) fn keep_to_limit(&mut self, pid: Pid, t: &mut impl Trace) {
        self.set_asker(Some(pid));
        while self.counts(pid).rss >= u64::from(self.settings().limit) && self.reclaim_below(1, Pfn(u32::MAX), t) > 0 {}
        self.set_asker(None);
    }

    /// Whether the frame may be the next victim of those below `below`: it is evictable, and, while a process's own
    /// pages are to go, that process maps it.
    pub(in crate::mm) fn may_be_victim(&self, pfn: Pfn, below: Pfn) -> bool {
        pfn < below && self.evictable(pfn) && self.asker().is_none_or(|pid| self.is_mapped_by(pfn, pid))
    }

    /// Or nobody does. Real kernels keep the pages of each process apart, so this is no search and costs nothing.
    fn is_mapped_by(&self, pfn: Pfn, pid: Pid) -> bool {
        self.frame(pfn).mapcount == 0 || self.mappings(pfn, &mut NullTrace).iter().any(|(at, _)| at.pid == pid)
    }

    /// Tries to free `wanted` frames below `below`; returns how many it did.
    pub(in crate::mm) fn reclaim_below(&mut self, wanted: u32, below: Pfn, t: &mut impl Trace) -> u32 {
        self.reclaim_each(wanted, below, t, |mm, (pfn, _), t| mm.evict(pfn, t))
    }

    /// Evicts up to `wanted` frames below `below` by calling `evict` on each victim, which must free the frame; it also
    /// gets how many frames the policy examined.
    pub(in crate::mm) fn reclaim_each<T: Trace>(
        &mut self,
        wanted: u32,
        below: Pfn,
        t: &mut T,
        mut evict: impl FnMut(&mut Mm, (Pfn, u32), &mut T),
    ) -> u32 {
        t.emit(|| Event::Reclaim { wanted });
        let mut freed = 0;
        while freed < wanted {
            let (victim, looked) = match self.policy().keeps_lists() {
                true => ranked::victim(self, below, t),
                false => clock::victim(self, below, t),
            };
            let Some(pfn) = victim else { break };
            evict(self, (pfn, looked), t);
            freed += 1;
        }
        freed
    }

    /// Whether the frame could be freed now: a page, not locked or being copied, and with somewhere to go.
    pub(in crate::mm) fn evictable(&self, pfn: Pfn) -> bool {
        let frame = self.frame(pfn);
        if self.is_kept(pfn) || frame.state != FrameUse::Page || frame.mlocked {
            return false;
        }
        match frame.mapping {
            // Just taken, not mapped yet.
            Owner::None => false,
            Owner::Anon(_) | Owner::Ksm(_) => {
                frame.slot.is_some() || (frame.mapcount > 0 && (self.has_free_slot() || self.is_droppable(pfn)))
            }
            Owner::Object(id) => !self.object(id).info.kind.swap_backed() || self.has_free_slot(),
        }
    }

    fn has_free_slot(&self) -> bool {
        self.disk().used() < self.disk().len()
    }

    /// Whether the page may be dropped as it is, its bytes lost (`MAP_DROPPABLE`). VMAs that differ in this flag never
    /// share an anon_vma, so one of them speaks for all.
    pub(in crate::mm) fn is_droppable(&self, pfn: Pfn) -> bool {
        let Owner::Anon(id) = self.frame(pfn).mapping else { return false };
        let first = self.anon_vmas().get(&id).and_then(|anon_vma| anon_vma.vmas.first());
        first.is_some_and(|vma| self.vma_by_id(*vma).flags.contains(VmaFlags::DROPPABLE))
    }

    /// Frees an evictable frame.
    pub(in crate::mm) fn evict(&mut self, pfn: Pfn, t: &mut impl Trace) {
        match self.frame(pfn).mapping {
            // One that a scan has unmapped is in a slot by now.
            Owner::Anon(_) if self.frame(pfn).mapcount > 0 && self.is_droppable(pfn) => self.drop_anon(pfn, t),
            Owner::Anon(_) | Owner::Ksm(_) => self.swap_out(pfn, t),
            Owner::Object(id) => self.drop_object_page(pfn, id, t),
            Owner::None => unreachable!("only evictable frames are evicted"),
        }
    }

    /// Swaps out an anonymous page, merged or not: it is written to a slot unless the swap cache says that a slot holds
    /// it already; every PTE then holds the slot's number.
    fn swap_out(&mut self, pfn: Pfn, t: &mut impl Trace) {
        // It is written before its PTEs are looked for.
        let slot = self.frame(pfn).slot.unwrap_or_else(|| self.write_out(pfn, t));
        let places: Vec<PtePlace> = self.mappings(pfn, t).into_iter().map(|(at, _)| at).collect();
        self.unmap_to_slot(pfn, &places, t);
        self.set_slot(slot, |s| s.cached = None, t);
        self.give_frame(pfn, t);
    }

    /// Writes an anonymous page to a slot, unless it is in one; these PTEs of it then hold the slot's number.
    fn unmap_to_slot(&mut self, pfn: Pfn, places: &[PtePlace], t: &mut impl Trace) {
        let slot = self.frame(pfn).slot.unwrap_or_else(|| self.write_out(pfn, t));
        for at in places {
            self.set_evicted((at.pid, at.vpn));
            self.set_slot(slot, |s| s.count += 1, t);
            self.set_pte(*at, Pte::Swapped { slot }, t);
            self.set_frame(pfn, |f| f.mapcount -= 1, t);
            self.leave_rmap(*at, pfn, t);
            self.count_pages(at.pid, -1);
        }
    }

    /// Drops a page that may be dropped: its PTE becomes empty, and the next touch finds zeroes.
    fn drop_anon(&mut self, pfn: Pfn, t: &mut impl Trace) {
        for (at, _) in self.mappings(pfn, t) {
            self.set_evicted((at.pid, at.vpn));
            self.set_pte(at, Pte::Empty, t);
            self.unmap_frame(pfn, at, false, t);
        }
    }

    /// Writes a frame to a new slot and enters both in the swap cache.
    fn write_out(&mut self, pfn: Pfn, t: &mut impl Trace) -> SwapSlot {
        let slot = self.find_free_slot().expect("evictable: there is a free slot");
        self.set_slot(slot, |s| s.cached = Some(pfn), t);
        self.set_frame(pfn, |f| (f.slot, f.dirty) = (Some(slot), false), t);
        t.emit(|| Event::DiskWrite { slot: Some(slot), object: None });
        let contents = self.share_page(pfn);
        self.set_slot_contents(slot, contents, t);
        slot
    }

    /// Evicts a page of an object: unmaps it everywhere (its PTEs become empty, the object knows the page), then writes
    /// it to swap (shared memory) or, if dirty, to its file.
    fn drop_object_page(&mut self, pfn: Pfn, id: ObjectId, t: &mut impl Trace) {
        for (at, _) in self.mappings(pfn, t) {
            self.set_evicted((at.pid, at.vpn));
            let dirty = matches!(self.pte_at(at), Pte::Mapped { dirty: true, .. });
            self.set_pte(at, Pte::Empty, t);
            self.unmap_frame(pfn, at, dirty, t);
        }
        let frame = self.frame(pfn);
        let page = if self.object(id).info.kind.swap_backed() {
            let slot = self.write_out(pfn, t);
            self.set_slot(slot, |s| (s.count, s.cached) = (1, None), t);
            Some(ObjectPage::Slot(slot))
        } else {
            if frame.dirty {
                self.write_back(pfn, id, t);
            }
            None
        };
        self.set_object_page(id, frame.index, page, t);
        self.give_frame(pfn, t);
    }

    /// `MADV_PAGEOUT`: evicts the pages of a range that no other PTE maps.
    pub(crate) fn page_out_range(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        for (at, _) in self.leaves(pid, pages) {
            let Some(pfn) = self.pte_at(at).pfn() else { continue };
            if self.frame(pfn).mapcount == 1 && self.evictable(pfn) {
                self.evict(pfn, t);
            }
        }
    }
}
