//! The page fault handler, readable from top to bottom; Linux's `handle_mm_fault`.
//!
//! ```text
//! no VMA (and no stack to grow), or not allowed ........ SIGSEGV
//! entry present:  write to a read-only entry ........... copy-on-write, or reuse by the last sharer
//! entry swapped:  ...................................... swap-in (`swap`)
//! entry empty:    object ............................... page cache (`page_cache`)
//!                 anonymous, read ...................... the zero page
//!                 anonymous, write ..................... a zeroed frame
//! ```

use super::frame::{Frame, Owner};
use super::state::PtePlace;
use super::vma::{Vma, VmaFlags};
use super::{Mm, Trouble};
use crate::hw::pte::Pte;
use crate::lab::command::Prot;
use crate::lab::event::{Access, Event, FaultKind, Trace};
use crate::units::{Pfn, Pid, VirtAddr, Vpn};

impl Mm {
    /// Handles one fault. Afterwards the access may be tried again; it may fault again (swapped in, then copied).
    pub(crate) fn fault(&mut self, pid: Pid, addr: VirtAddr, access: Access, t: &mut impl Trace) -> Result<(), Trouble> {
        let vpn = self.geometry.vpn(addr);
        let Some(start) = self.vma_for_fault(pid, vpn, access, t) else {
            t.emit(|| Event::Fault { pid, addr, access, kind: FaultKind::Bad });
            return Err(Trouble::Segv);
        };
        // Tables first: making them may reclaim, so everything else is read afterwards.
        let at = self.ensure_pte(pid, vpn, t)?;
        let kind = match self.pte_at(at) {
            Pte::Swapped { slot } => self.swap_in(at, start, slot, access, t)?,
            Pte::Mapped { writable: false, pfn, protnone: false, .. } if access == Access::Write => self.write_protected(at, start, pfn, t)?,
            Pte::Mapped { .. } => self.spurious(at, start, t),
            Pte::Empty => match self.vma(pid, start).object {
                Some(_) => self.object_fault(at, start, access, t)?,
                None if access == Access::Read => self.zero_page(at, start, t),
                None => self.anon_write(at, start, t)?,
            },
        };
        t.emit(|| Event::Fault { pid, addr, access, kind });
        Ok(())
    }

    /// The first page of the VMA that allows the access; a stack above grows down to it.
    fn vma_for_fault(&mut self, pid: Pid, vpn: Vpn, access: Access, t: &mut impl Trace) -> Option<Vpn> {
        if vpn.0 >= self.geometry.user_pages {
            return None;
        }
        let start = match self.space(pid).find(vpn) {
            Some(vma) => vma.start,
            None => self.grow_stack(pid, vpn, t)?,
        };
        let prot = self.vma(pid, start).prot;
        let allowed = match access {
            Access::Write => prot.contains(Prot::WRITE),
            Access::Read => !prot.is_empty(),
        };
        allowed.then_some(start)
    }

    /// Moves the start of the stack above down to `vpn`, if there is one and nothing is in its way.
    fn grow_stack(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Option<Vpn> {
        let space = self.space(pid);
        let stack = space.after(vpn).filter(|v| v.flags.contains(VmaFlags::GROWSDOWN))?.clone();
        let near = space.before(vpn.plus(1)).is_some_and(|below| {
            !below.prot.is_empty() && !below.flags.contains(VmaFlags::GROWSDOWN) && vpn.0 - below.end.0 < self.geometry.guard_gap
        });
        let growth = stack.start.0 - vpn.0;
        if near || stack.end.0 - vpn.0 > self.geometry.stack_limit || growth > stack.pgoff || vpn < super::space::lowest_page(self.geometry) {
            return None;
        }
        self.change_vma(pid, stack.start, |v| (v.start, v.pgoff) = (vpn, v.pgoff - growth), t);
        Some(vpn)
    }

    fn zero_page(&mut self, at: PtePlace, start: Vpn, t: &mut impl Trace) -> FaultKind {
        let exec = self.vma(at.pid, start).prot.contains(Prot::EXEC);
        let pte = Pte::Mapped { pfn: self.zero, writable: false, accessed: true, dirty: false, exec, protnone: false };
        self.set_pte(at, pte, t);
        FaultKind::ZeroPage
    }

    fn anon_write(&mut self, at: PtePlace, start: Vpn, t: &mut impl Trace) -> Result<FaultKind, Trouble> {
        self.prepare_anon_vma(at.pid, start, t);
        let pfn = self.take_frame(at.pid, t)?;
        self.set_contents(pfn, None, None, t);
        self.map_anon(at, start, pfn, true, t);
        Ok(FaultKind::AnonWrite)
    }

    /// A write to a present, read-only entry whose VMA allows writing.
    fn write_protected(&mut self, at: PtePlace, start: Vpn, pfn: Pfn, t: &mut impl Trace) -> Result<FaultKind, Trouble> {
        if !self.vma(at.pid, start).is_private() {
            return Ok(self.spurious(at, start, t));
        }
        if pfn != self.zero && self.can_reuse(pfn) {
            let own = self.prepare_anon_vma(at.pid, start, t);
            self.set_frame(pfn, |f| f.mapping = Owner::Anon(own), t);
            let exec = self.vma(at.pid, start).prot.contains(Prot::EXEC);
            self.set_pte(at, Pte::Mapped { pfn, writable: true, accessed: true, dirty: true, exec, protnone: false }, t);
            return Ok(FaultKind::Reuse);
        }
        self.prepare_anon_vma(at.pid, start, t);
        let copy = self.take_frame_for_copy(at.pid, pfn, t)?;
        self.copy_page(pfn, copy, t);
        if pfn != self.zero {
            self.unmap_frame(pfn, at.pid, false, t);
        }
        self.map_anon(at, start, copy, true, t);
        Ok(FaultKind::Cow)
    }

    /// Nobody else maps the frame or holds its slot: the writer may keep it.
    fn can_reuse(&self, pfn: Pfn) -> bool {
        let frame = self.frames.get(pfn);
        matches!(frame.mapping, Owner::Anon(_)) && frame.mapcount == 1 && frame.slot.is_none()
    }

    pub(crate) fn copy_page(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let contents = self.ram.contents(from).clone();
        self.set_contents(to, Some(from), contents, t);
    }

    /// The entry is there and the VMA allows the access: the rights follow the VMA again.
    fn spurious(&mut self, at: PtePlace, start: Vpn, t: &mut impl Trace) -> FaultKind {
        let vma = self.vma(at.pid, start).clone();
        if let Pte::Mapped { pfn, writable, accessed, dirty, .. } = self.pte_at(at) {
            let writable = writable || (!vma.is_private() && vma.prot.contains(Prot::WRITE));
            self.set_pte(at, Pte::Mapped { pfn, writable, accessed, dirty, exec: vma.prot.contains(Prot::EXEC), protnone: false }, t);
        }
        FaultKind::Spurious
    }

    /// Maps a frame of the process's own: entered in the VMA's anon_vma.
    pub(crate) fn map_anon(&mut self, at: PtePlace, start: Vpn, pfn: Pfn, write: bool, t: &mut impl Trace) {
        let vma = self.vma(at.pid, start);
        let owner = Owner::Anon(vma.anon_vma.expect("prepared before an anonymous page is mapped"));
        self.map_frame(at, start, pfn, owner, write, write, t);
    }

    /// Points an empty or swapped entry to a frame and counts it. The reverse map's data are written here.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn map_frame(&mut self, at: PtePlace, start: Vpn, pfn: Pfn, owner: Owner, writable: bool, dirty: bool, t: &mut impl Trace) {
        let vma: &Vma = self.vma(at.pid, start);
        let (index, exec, locked) = (vma.index_of(at.vpn), vma.prot.contains(Prot::EXEC), vma.flags.contains(VmaFlags::LOCKED));
        let enter = |f: &mut Frame| {
            (f.mapping, f.index) = (owner, index);
            f.mapcount += 1;
            f.mlocked |= locked;
        };
        self.set_frame(pfn, enter, t);
        self.set_pte(at, Pte::Mapped { pfn, writable, accessed: true, dirty, exec, protnone: false }, t);
        self.spaces.get_mut(&at.pid).expect("a living process").rss += 1;
    }
}
