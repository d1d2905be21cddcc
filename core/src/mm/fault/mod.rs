//! The page fault handler, readable from top to bottom; Linux's `handle_mm_fault`.
//!
//! ```text
//! no VMA (and no stack to grow), or not allowed ........ SIGSEGV
//! beyond the end of an object .......................... SIGBUS
//! a segment ............................................ copied whole, if it is shared (`run/share`)
//! entry present:  write to a read-only entry ........... copy-on-write, or reuse by the last sharer
//!                 of a shared file's page .............. the page becomes dirty
//! entry swapped:  ...................................... swap-in (`swap`)
//! entry empty:    object ............................... page cache (`page_cache`)
//!                 anonymous, read ...................... the zero page
//!                 anonymous, write ..................... a zeroed frame
//! ```

pub mod access;
pub mod around;

use super::{Mm, MmError};
use crate::hw::pte::{Pte, PteBits};
use crate::mm::table::map::Rights;
use crate::units::{Pfn, Pid, VirtAddr, Vpn};
use crate::vocabulary::event::{Access, Event, FaultKind};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::request::Mobility;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Cover, VmaFlags};

impl Mm {
    /// Handles one fault. Afterwards the access may be tried again; it may fault again (swapped in, then copied).
    pub(in crate::mm) fn fault(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let vpn = self.geometry().vpn(addr);
        if self.counts_areas() {
            self.count_area_look(pid, vpn, t);
        }
        let Some(&vma) = self.vma_for_fault(pid, vpn, access, t) else {
            t.emit(|| Event::Fault { pid, addr, access, kind: FaultKind::Bad });
            return Err(MmError::Segv);
        };
        if self.beyond_object(vma, vpn) {
            t.emit(|| Event::Fault { pid, addr, access, kind: FaultKind::Bad });
            return self.fault_beyond_end(vma, vpn, access, t);
        }
        if vma.flags.contains(VmaFlags::RUN) {
            return self.run_fault(vma, addr, access, t);
        }
        // A missing table means an empty entry, and only a missing table makes `ensure_pte` take a frame: so what is
        // found here still holds when the work begins.
        let found = self.find_pte(pid, vpn);
        let pte = found.map_or(Pte::Empty, |at| self.pte_at(at));
        let kind = self.classify(vma, vpn, pte, access);
        t.emit(|| Event::Fault { pid, addr, access, kind });
        let at = match found {
            Some(at) => at,
            None => self.ensure_pte(pid, vpn, t)?,
        };
        match (kind, pte) {
            (FaultKind::ZeroPage, _) => self.zero_page(at, vma, t),
            (FaultKind::AnonWrite, _) => self.anon_write(at, vma, t)?,
            (FaultKind::Reuse, Pte::Mapped { pfn, .. }) => self.reuse(at, vma, pfn, t),
            (FaultKind::Cow, Pte::Mapped { pfn, .. }) => self.copy_on_write(at, vma, pfn, Rights::WRITTEN, t)?,
            (FaultKind::WriteNotify, Pte::Mapped { pfn, .. }) => self.write_notify(at, vma, pfn, t),
            (_, Pte::Swapped { slot }) => self.swap_in(at, vma, slot, access, t)?,
            (FaultKind::PageCache | FaultKind::ObjectNew | FaultKind::SwapIn | FaultKind::Cow, _) => {
                self.object_fault(at, vma, access, t)?;
            }
            _ => self.spurious(at, vma, t),
        }
        Ok(())
    }

    /// Whether the page lies beyond its object: a file shorter than its mapping, or shared memory that was grown by
    /// `mremap`.
    fn beyond_object(&self, vma: Cover, vpn: Vpn) -> bool {
        let size = vma.object.and_then(|id| self.object(id).info.pages(self.geometry()));
        size.is_some_and(|pages| vma.index_of(vpn) >= pages)
    }

    /// Fails, but only after what Linux does before it misses the page, as a populate in vain shows: a private write
    /// has got its anon_vma, a read has mapped the neighbours.
    fn fault_beyond_end(&mut self, vma: Cover, vpn: Vpn, access: Access, t: &mut impl Trace) -> Result<(), MmError> {
        match (access, vma.object) {
            (Access::Write, _) if vma.is_private() => drop(self.prepare_anon_vma(vma, t)),
            (Access::Read, Some(id)) => {
                let at = self.ensure_pte(vma.pid, vpn, t)?;
                self.map_around(at, vma, id, t);
            }
            _ => {}
        }
        Err(MmError::Bus)
    }

    /// Classifies the fault by the entry as it is.
    #[inline(always)]
    fn classify(&self, vma: Cover, vpn: Vpn, pte: Pte, access: Access) -> FaultKind {
        let write = access == Access::Write;
        match (pte, vma.object) {
            (Pte::Swapped { slot }, _) if self.disk().slot(slot).cached.is_some() => FaultKind::SwapCache,
            (Pte::Swapped { .. }, _) => FaultKind::SwapIn,
            (Pte::Mapped { writable: false, pfn, protnone: false, .. }, _) if write && vma.is_private() => {
                if self.can_reuse(pfn) { FaultKind::Reuse } else { FaultKind::Cow }
            }
            (Pte::Mapped { writable: false, .. }, Some(id))
                if write && !vma.is_private() && !self.maps_writable(vma, id) =>
            {
                FaultKind::WriteNotify
            }
            (Pte::Mapped { .. }, _) => FaultKind::Spurious,
            (Pte::Empty, None) if write => FaultKind::AnonWrite,
            (Pte::Empty, None) => FaultKind::ZeroPage,
            (Pte::Empty, Some(_)) if write && vma.is_private() => FaultKind::Cow,
            (Pte::Empty, Some(id)) => match self.object(id).pages.get(&vma.index_of(vpn)) {
                Some(ObjectPage::Frame(_)) => FaultKind::PageCache,
                Some(ObjectPage::Slot(_)) => FaultKind::SwapIn,
                None => FaultKind::ObjectNew,
            },
        }
    }

    /// The VMA that allows the access; a stack above grows down to it.
    #[inline(always)]
    fn vma_for_fault(&mut self, pid: Pid, vpn: Vpn, access: Access, t: &mut impl Trace) -> Option<&Cover> {
        if vpn.0 >= self.geometry().user_pages {
            return None;
        }
        if self.cover_of(pid, vpn).is_none() {
            self.grow_stack(pid, vpn, t)?;
        }
        let vma = self.cover_of(pid, vpn)?;
        let allowed = match access {
            Access::Write => vma.prot.contains(Prot::WRITE),
            Access::Read => !vma.prot.is_empty(),
        };
        allowed.then_some(vma)
    }

    /// The VMA that holds a page; `None` if no VMA does.
    #[inline]
    fn cover_of(&mut self, pid: Pid, vpn: Vpn) -> Option<&Cover> {
        self.near_vma(pid, vpn).map(|(cover, _)| cover)
    }

    /// Moves the start of the stack above down to `vpn`, if there is one and nothing is in its way.
    fn grow_stack(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Option<()> {
        let space = self.space(pid);
        let stack = space.after(vpn).filter(|v| v.flags.contains(VmaFlags::GROWSDOWN))?.clone();
        let near = space.before(vpn.plus(1)).is_some_and(|below| {
            let stacked = below.flags.contains(VmaFlags::GROWSDOWN);
            !below.prot.is_empty() && !stacked && vpn.0 - below.end.0 < self.geometry().guard_gap
        });
        let growth = stack.start.0 - vpn.0;
        let too_large = stack.end.0 - vpn.0 > self.geometry().stack_limit;
        if near || too_large || growth > stack.pgoff || vpn < space.lowest {
            return None;
        }
        // Growing takes the anon_vma's lock, so there has to be one, even if the page is only read.
        self.prepare_anon_vma(stack.cover(), t);
        self.change_vma(pid, stack.start, |v| (v.start, v.pgoff) = (vpn, v.pgoff - growth), t);
        Some(())
    }

    fn zero_page(&mut self, at: PtePlace, vma: Cover, t: &mut impl Trace) {
        self.set_pte(at, PteBits { writable: false, ..vma.prot.pte_bits() }.entry(self.zero_frame()), t);
        self.enter_uncounted(at, t);
    }

    #[inline(always)]
    fn anon_write(&mut self, at: PtePlace, vma: Cover, t: &mut impl Trace) -> Result<(), MmError> {
        let own = self.prepare_anon_vma(vma, t);
        let pfn = self.take_frame(at.pid, Mobility::Movable, t)?;
        self.set_contents(pfn, None, None, t);
        self.map_frame(at, vma, (pfn, Owner::Anon(own)), Rights::WRITTEN, t);
        Ok(())
    }

    /// Makes the frame writable in place for its last sharer.
    fn reuse(&mut self, at: PtePlace, vma: Cover, pfn: Pfn, t: &mut impl Trace) {
        let own = self.prepare_anon_vma(vma, t);
        self.set_frame(pfn, |f| f.mapping = Owner::Anon(own), t);
        self.let_write(at, vma, pfn, t);
    }

    /// Gives a shared page a frame of its own with the same bytes.
    pub(in crate::mm) fn copy_on_write(
        &mut self,
        at: PtePlace,
        vma: Cover,
        pfn: Pfn,
        rights: Rights,
        t: &mut impl Trace,
    ) -> Result<(), MmError> {
        let own = self.prepare_anon_vma(vma, t);
        let copy = self.take_frame_for_copy(at.pid, pfn, t)?;
        self.copy_page(pfn, copy, t);
        if pfn != self.zero_frame() {
            self.forget_lock(pfn, vma.flags, t);
            self.unmap_frame(pfn, at, false, t);
        }
        self.map_frame(at, vma, (copy, Owner::Anon(own)), rights, t);
        Ok(())
    }

    /// Handles the first write to a clean page of a shared file mapping; Linux's `page_mkwrite`. Until the page is
    /// written back (see `writeback`) no write faults again.
    fn write_notify(&mut self, at: PtePlace, vma: Cover, pfn: Pfn, t: &mut impl Trace) {
        self.set_frame(pfn, |f| f.dirty = true, t);
        self.let_write(at, vma, pfn, t);
    }

    /// Allows the write that faulted.
    fn let_write(&mut self, at: PtePlace, vma: Cover, pfn: Pfn, t: &mut impl Trace) {
        self.set_pte(at, PteBits { writable: true, dirty: true, ..vma.prot.pte_bits() }.entry(pfn), t);
    }

    /// Whether the writer may keep the frame: no other process maps it or holds its slot.
    fn can_reuse(&self, pfn: Pfn) -> bool {
        let frame = self.frame(pfn);
        matches!(frame.mapping, Owner::Anon(_)) && frame.mapcount == 1 && frame.slot.is_none()
    }

    /// Restores the rights of an entry that is there, where the VMA allows the access.
    fn spurious(&mut self, at: PtePlace, vma: Cover, t: &mut impl Trace) {
        if let Some((pfn, PteBits { writable, accessed, dirty, .. })) = self.pte_at(at).mapped() {
            let writable = writable || vma.object.is_some_and(|id| self.maps_writable(vma, id));
            self.set_pte(at, PteBits { writable, accessed, dirty, ..vma.prot.pte_bits() }.entry(pfn), t);
        }
    }
}
