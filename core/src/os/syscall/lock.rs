//! `mlock`, `mlock2`, `munlock`, `mlockall`, `munlockall`.

use super::{CallError, CallResult, open_range};
use crate::hw::pte::Pte;
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// Locks a range (faults its pages in and keeps them) or unlocks it; `locked` is what of [`VmaFlags::LOCKED_MASK`] its
    /// VMAs have then. ENOMEM at a hole, the part before it done.
    pub(crate) fn mlock(
        &mut self,
        pid: Pid,
        (addr, pages): (VirtAddr, u64),
        locked: VmaFlags,
        t: &mut impl Trace,
    ) -> CallResult {
        // The kernel rounds the start down instead of refusing it.
        let geometry = self.mm.geometry();
        let aligned = geometry.addr(geometry.vpn(addr));
        let pages = pages + u64::from(aligned != addr);
        let range = open_range(geometry, aligned, pages, Errno::EINVAL)?;
        self.each_part(pid, range, t, |machine, vma, part, t| {
            machine.lock_part(vma, part, locked, t);
            Ok(())
        })?;
        if !locked.is_empty() {
            self.populate(pid, range, t).map_err(|trouble| match trouble {
                MmError::Killed => CallError::killed(),
                MmError::NoMemory | MmError::Segv | MmError::Bus => Errno::ENOMEM.into(),
            })?;
        }
        Ok(Reply::Done)
    }

    /// Locks all that is mapped (`current`), and what will be (`future`): pages are faulted in, or with `onfault` locked
    /// once they are touched. What is not named is let go: without `future`, mappings made later are not locked.
    pub(crate) fn mlockall(
        &mut self,
        pid: Pid,
        (current, future, onfault): (bool, bool, bool),
        t: &mut impl Trace,
    ) -> CallResult {
        if !current && !future {
            return Err(Errno::EINVAL.into());
        }
        let locked = VmaFlags::LOCKED | if onfault { VmaFlags::LOCKONFAULT } else { VmaFlags::empty() };
        self.lock_future(pid, if future { locked } else { VmaFlags::empty() }, t);
        if current {
            self.lock_all(pid, locked, t)?;
            self.populate_if_possible(pid, Pages::all(self.mm.geometry()), t)?;
        }
        Ok(Reply::Done)
    }

    /// Unlocks all, now and for what is mapped later.
    pub(crate) fn munlockall(&mut self, pid: Pid, t: &mut impl Trace) -> CallResult {
        self.lock_future(pid, VmaFlags::empty(), t);
        self.lock_all(pid, VmaFlags::empty(), t)?;
        Ok(Reply::Done)
    }

    fn lock_future(&mut self, pid: Pid, locked: VmaFlags, t: &mut impl Trace) {
        self.mm.change_process(pid, |p| p.def_flags = (p.def_flags - VmaFlags::LOCKED_MASK) | locked, t);
    }

    fn lock_all(&mut self, pid: Pid, locked: VmaFlags, t: &mut impl Trace) -> Result<(), CallError> {
        let all = Pages::all(self.mm.geometry());
        let done = self.each_mapped(pid, all, t, |machine, vma, part, t| {
            machine.lock_part(vma, part, locked, t);
            Ok(())
        });
        match done {
            // There are holes, of course.
            Ok(_) | Err(CallError::Errno(_)) => Ok(()),
            Err(signal) => Err(signal),
        }
    }

    /// Gives a part of a VMA these locks. Runs are there anyway, and droppable pages cannot be locked.
    fn lock_part(&mut self, vma: &Vma, part: Pages, locked: VmaFlags, t: &mut impl Trace) {
        let flags = (vma.flags - VmaFlags::LOCKED_MASK) | locked;
        if flags == vma.flags || vma.flags.intersects(VmaFlags::RUN | VmaFlags::DROPPABLE) {
            return;
        }
        self.mm.modify_vma(vma.pid, vma.start, part, (vma.prot, flags), t);
        // Both had it: only when pages are locked has changed.
        if !(vma.flags & flags).contains(VmaFlags::LOCKED) {
            self.mark_locked(vma.pid, part, !locked.is_empty(), t);
        }
    }

    fn mark_locked(&mut self, pid: Pid, pages: Pages, lock: bool, t: &mut impl Trace) {
        for (_, raw) in self.mm.leaves(pid, pages) {
            if let Some(pfn) = Pte::decode(self.mm.geometry().kind, raw).pfn()
                && pfn != self.mm.zero_page_frame()
            {
                self.mm.set_frame(pfn, |f| f.mlocked = lock, t);
            }
        }
    }
}
