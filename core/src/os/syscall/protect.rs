//! `mprotect`: other rights for pages that are mapped; Linux's `mm/mprotect.c`.

use super::{CallError, CallResult, open_range};
use crate::os::machine::Machine;
use crate::units::Pid;
use crate::vocabulary::command::Mprotect;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// Changes the protection of a range. Over a hole the part before it is changed, then the reply is ENOMEM.
    /// With `growsdown` it reaches from the start of the first VMA of the range, which must be a stack.
    pub(crate) fn mprotect(&mut self, args: &Mprotect, t: &mut impl Trace) -> CallResult {
        let Mprotect { pid, addr, pages, prot, growsdown } = *args;
        if pages == 0 && self.mm.geometry().aligned(addr) {
            return Ok(Reply::Done);
        }
        let mut range = open_range(self.mm.geometry(), addr, pages, Errno::ENOMEM)?;
        if growsdown {
            let first = self.mm.space(pid).overlapping(range).next().ok_or(Errno::ENOMEM)?;
            if !first.flags.contains(VmaFlags::GROWSDOWN) {
                return Err(Errno::EINVAL.into());
            }
            range.start = first.start;
        }
        self.each_part(pid, range, t, |machine, vma, part, t| {
            if vma.flags.contains(VmaFlags::RUN) {
                // Linux would split it.
                if part != vma.range() {
                    return Err(Errno::EINVAL.into());
                }
                machine.mm.protect_run(pid, vma.start, prot, t);
                return Ok(());
            }
            if vma.prot != prot {
                let flags = accounted(vma, prot);
                machine.mm.modify_vma(pid, vma.start, part, (prot, flags), t);
                machine.mm.protect_ptes(pid, part, prot, t);
            }
            // Locked pages that become writable are copied now, so that no later write has to wait.
            let had = (vma.flags & (VmaFlags::SHARED | VmaFlags::LOCKED), vma.prot.contains(Prot::WRITE));
            if had == (VmaFlags::LOCKED, false) && prot.contains(Prot::WRITE) {
                machine.populate_if_possible(pid, part, t)?;
            }
            Ok(())
        })?;
        Ok(Reply::Done)
    }

    /// Calls `change` with each VMA of the range and the part of it that lies inside. ENOMEM at the first hole.
    pub(crate) fn each_part<T: Trace>(
        &mut self,
        pid: Pid,
        mut pages: Pages,
        t: &mut T,
        mut change: impl FnMut(&mut Machine, &Vma, Pages, &mut T) -> Result<(), CallError>,
    ) -> Result<(), CallError> {
        while !pages.is_empty() {
            let Some(vma) = self.mm.space(pid).find(pages.start).cloned() else { return Err(Errno::ENOMEM.into()) };
            let part = pages.intersect(vma.range());
            change(self, &vma, part, t)?;
            pages.start = part.end;
        }
        Ok(())
    }

    /// Calls `change` with each VMA of the range and the part of it that lies inside. Holes are passed over; if there
    /// was one, ENOMEM afterwards. A change may merge VMAs, so each is looked up when its turn comes.
    pub(crate) fn each_mapped<T: Trace>(
        &mut self,
        pid: Pid,
        mut pages: Pages,
        t: &mut T,
        mut change: impl FnMut(&mut Machine, &Vma, Pages, &mut T) -> Result<(), CallError>,
    ) -> CallResult {
        let mut hole = false;
        while !pages.is_empty() {
            let Some(vma) = self.mm.space(pid).overlapping(pages).next().cloned() else { break };
            hole |= vma.start > pages.start;
            change(self, &vma, pages.intersect(vma.range()), t)?;
            pages.start = vma.end;
        }
        if hole || !pages.is_empty() { Err(Errno::ENOMEM.into()) } else { Ok(Reply::Done) }
    }
}

/// The accounting flag after a change of protection: set when a private mapping becomes writable; cleared for
/// anonymous memory that was never written.
fn accounted(vma: &Vma, prot: Prot) -> VmaFlags {
    let counted = VmaFlags::ACCOUNT | VmaFlags::SHARED | VmaFlags::NORESERVE;
    if prot.contains(Prot::WRITE) {
        let fresh = !vma.flags.intersects(counted) && !vma.prot.contains(Prot::WRITE);
        return if fresh { vma.flags | VmaFlags::ACCOUNT } else { vma.flags };
    }
    let untouched = vma.object.is_none() && vma.anon_vma.is_none();
    if untouched { vma.flags - VmaFlags::ACCOUNT } else { vma.flags }
}
