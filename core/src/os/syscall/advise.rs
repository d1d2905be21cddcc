//! `madvise`.

use super::{CallError, CallResult, open_range};
use crate::lab::command::{Advice, Errno};
use crate::lab::event::Trace;
use crate::machine::Machine;
use crate::mm::Trouble;
use crate::mm::vma::{Vma, VmaFlags};
use crate::units::{Pid, VirtAddr, Vpn};

impl Machine {
    /// Applies advice to what is mapped of a range; ENOMEM afterwards if some of it was not.
    pub(crate) fn madvise(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
        advice: Advice,
        t: &mut impl Trace,
    ) -> CallResult {
        let range = open_range(self.mm.geometry, addr, pages, Errno::EINVAL)?;
        self.each_mapped(pid, range, t, |machine, vma, part, t| machine.advise_part(vma, part, advice, t))
    }

    fn advise_part(
        &mut self,
        vma: &Vma,
        (start, end): (Vpn, Vpn),
        advice: Advice,
        t: &mut impl Trace,
    ) -> Result<(), CallError> {
        let mergeable = vma.flags.contains(VmaFlags::MERGEABLE);
        match advice {
            Advice::Dontneed | Advice::Pageout if vma.flags.intersects(VmaFlags::LOCKED | VmaFlags::RUN) => {
                return Err(Errno::EINVAL.into());
            }
            Advice::Dontneed => self.mm.zap_range(vma.pid, start, end, t),
            Advice::Pageout => self.mm.page_out_range(vma.pid, start, end, t),
            // Shared memory has no pages to merge; asking for it is no error.
            Advice::Mergeable if vma.is_private() && !mergeable => {
                let flags = vma.flags | VmaFlags::MERGEABLE;
                self.mm.modify_vma(vma.pid, vma.start, (start, end), (vma.prot, flags), t);
            }
            Advice::Unmergeable if mergeable => {
                self.unmerge(vma.pid, start, end, t)?;
                let flags = vma.flags - VmaFlags::MERGEABLE;
                self.mm.modify_vma(vma.pid, vma.start, (start, end), (vma.prot, flags), t);
            }
            Advice::Mergeable | Advice::Unmergeable => {}
        }
        Ok(())
    }

    /// Breaks up the merged pages of a range; ENOMEM if there is no memory for the copies.
    pub(crate) fn unmerge(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) -> Result<(), CallError> {
        self.mm.unmerge_range(pid, start, end, t).map_err(|trouble| match trouble {
            Trouble::Killed => CallError::killed(),
            Trouble::NoMemory | Trouble::Segv | Trouble::Bus => Errno::ENOMEM.into(),
        })
    }
}
