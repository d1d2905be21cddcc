//! `madvise`.

use super::{CallResult, open_range};
use crate::lab::command::{Advice, Errno, Reply};
use crate::lab::event::Trace;
use crate::machine::Machine;
use crate::mm::vma::VmaFlags;
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
        let (start, end) = open_range(self.mm.geometry, addr, pages, Errno::EINVAL)?;
        if pages == 0 {
            return Ok(Reply::Done);
        }
        let mut reached = start;
        let mut hole = false;
        for vma in self.mm.space(pid).starts(start, end) {
            let vma = self.mm.vma(pid, vma).clone();
            hole |= vma.start > reached;
            if vma.flags.contains(VmaFlags::LOCKED) {
                return Err(Errno::EINVAL.into());
            }
            let part = (vma.start.max(start), vma.end.min(end));
            self.advise_part(pid, part, advice, t);
            reached = vma.end;
        }
        if hole || reached < end { Err(Errno::ENOMEM.into()) } else { Ok(Reply::Done) }
    }

    fn advise_part(&mut self, pid: Pid, (start, end): (Vpn, Vpn), advice: Advice, t: &mut impl Trace) {
        match advice {
            Advice::Dontneed => self.mm.zap_range(pid, start, end, t),
            Advice::Pageout => self.mm.page_out_range(pid, start, end, t),
        }
    }
}
