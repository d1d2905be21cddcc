//! `mlock`, `mlock2`, `munlock`, `mlockall`, `munlockall`.

use super::{CallError, CallResult, open_range};
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::Pid;
use crate::vocabulary::command::{Mlock, Mlockall, Munlock, Munlockall};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// Locks a range: faults its pages in and keeps them, or with `onfault` keeps those that are touched.
    pub(crate) fn mlock(&mut self, args: &Mlock, t: &mut impl Trace) -> CallResult {
        let &Mlock { pid, addr, pages, onfault } = args;
        self.lock_range(&Munlock { pid, addr, pages }, locks(onfault), t)
    }

    /// Unlocks a range.
    pub(crate) fn munlock(&mut self, args: &Munlock, t: &mut impl Trace) -> CallResult {
        self.lock_range(args, VmaFlags::empty(), t)
    }

    /// Gives a range's VMAs the flags `locked`, of [`VmaFlags::LOCKED_MASK`]. ENOMEM at a hole, the part before it
    /// done.
    fn lock_range(&mut self, range: &Munlock, locked: VmaFlags, t: &mut impl Trace) -> CallResult {
        let &Munlock { pid, addr, pages } = range;
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

    /// Locks all that is mapped (`current`), and what will be (`future`): pages are faulted in, or with `onfault`
    /// locked once they are touched. What is not named is unset: without `future`, mappings made later are not locked.
    pub(crate) fn mlockall(&mut self, args: &Mlockall, t: &mut impl Trace) -> CallResult {
        let &Mlockall { pid, current, future, onfault } = args;
        if !current && !future {
            return Err(Errno::EINVAL.into());
        }
        let locked = locks(onfault);
        self.lock_future(pid, if future { locked } else { VmaFlags::empty() }, t);
        if current {
            self.lock_all(pid, locked, t)?;
            self.populate_if_possible(pid, Pages::all(self.mm.geometry()), t)?;
        }
        Ok(Reply::Done)
    }

    /// Unlocks all, now and for what is mapped later.
    pub(crate) fn munlockall(&mut self, &Munlockall { pid }: &Munlockall, t: &mut impl Trace) -> CallResult {
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

    /// Sets these locks on a part of a VMA. Runs are in memory anyway, and droppable pages cannot be locked.
    fn lock_part(&mut self, vma: &Vma, part: Pages, locked: VmaFlags, t: &mut impl Trace) {
        let flags = (vma.flags - VmaFlags::LOCKED_MASK) | locked;
        if flags == vma.flags || vma.flags.intersects(VmaFlags::RUN | VmaFlags::DROPPABLE) {
            return;
        }
        self.mm.modify_vma(vma.pid, vma.start, part, (vma.prot, flags), t);
        // Both had it: only when pages are locked has changed.
        if !(vma.flags & flags).contains(VmaFlags::LOCKED) {
            self.mm.lock_frames(vma.pid, part, !locked.is_empty(), t);
        }
    }
}

/// The VMA flags of locked memory.
fn locks(onfault: bool) -> VmaFlags {
    if onfault { VmaFlags::LOCKED | VmaFlags::LOCKONFAULT } else { VmaFlags::LOCKED }
}
