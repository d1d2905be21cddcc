//! `mlock` and `munlock`.

use super::{CallError, CallResult, open_range};
use crate::hw::pte::Pte;
use crate::lab::command::{Errno, Reply};
use crate::lab::event::Trace;
use crate::machine::Machine;
use crate::mm::Trouble;
use crate::mm::vma::VmaFlags;
use crate::units::{Pid, VirtAddr, Vpn};

impl Machine {
    /// Locks a range (faults its pages in and keeps them) or unlocks it. ENOMEM at a hole, the part before it done.
    pub(crate) fn mlock(&mut self, pid: Pid, addr: VirtAddr, pages: u64, lock: bool, t: &mut impl Trace) -> CallResult {
        // The kernel rounds the start down instead of refusing it.
        let geometry = self.mm.geometry;
        let aligned = geometry.addr(geometry.vpn(addr));
        let pages = pages + u64::from(aligned != addr);
        let (start, end) = open_range(geometry, aligned, pages, Errno::EINVAL)?;
        self.each_part(pid, start, end, t, |machine, vma, part, t| {
            // Linux counts the pages of `VM_PFNMAP` as locked already.
            if vma.flags.contains(VmaFlags::RUN) {
                return Ok(());
            }
            let flags = if lock { vma.flags | VmaFlags::LOCKED } else { vma.flags - VmaFlags::LOCKED };
            if flags != vma.flags {
                machine.mm.modify_vma(pid, vma.start, part, (vma.prot, flags), t);
                machine.mark_locked(pid, part, lock, t);
            }
            Ok(())
        })?;
        if lock {
            self.populate(pid, start, end, t).map_err(|trouble| match trouble {
                Trouble::Killed => CallError::killed(),
                Trouble::NoMemory | Trouble::Segv | Trouble::Bus => Errno::ENOMEM.into(),
            })?;
        }
        Ok(Reply::Done)
    }

    fn mark_locked(&mut self, pid: Pid, (start, end): (Vpn, Vpn), lock: bool, t: &mut impl Trace) {
        for (_, raw) in self.mm.leaves(pid, start, end) {
            if let Some(pfn) = Pte::decode(self.mm.geometry.kind, raw).pfn()
                && pfn != self.mm.zero
            {
                self.mm.set_frame(pfn, |f| f.mlocked = lock, t);
            }
        }
    }
}
