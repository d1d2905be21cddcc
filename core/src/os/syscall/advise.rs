//! `madvise`: advice about pages that a process needs, or does not; Linux's `mm/madvise.c`.

use super::{CallError, CallResult, open_range};
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::Pid;
use crate::vocabulary::command::{Advice, Madvise};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::Errno;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// Applies advice to what is mapped of a range; ENOMEM afterwards if some of it was not.
    pub(crate) fn madvise(&mut self, args: &Madvise, t: &mut impl Trace) -> CallResult {
        let Madvise { pid, addr, pages, advice } = *args;
        let range = open_range(self.mm.geometry(), addr, pages, Errno::EINVAL)?;
        self.each_mapped(pid, range, t, |machine, vma, part, t| machine.advise_part(vma, part, advice, t))
    }

    fn advise_part(&mut self, vma: &Vma, part: Pages, advice: Advice, t: &mut impl Trace) -> Result<(), CallError> {
        let mergeable = vma.flags.contains(VmaFlags::MERGEABLE);
        if let Some(flags) = flags_after(vma, advice)? {
            // Linux would split the mapping of a run.
            if vma.flags.contains(VmaFlags::RUN) && part != vma.range() {
                return Err(Errno::EINVAL.into());
            }
            if flags != vma.flags {
                self.mm.modify_vma(vma.pid, vma.start, part, (vma.prot, flags), t);
            }
            return Ok(());
        }
        match advice {
            Advice::Dontneed | Advice::Pageout if vma.flags.intersects(VmaFlags::LOCKED | VmaFlags::RUN) => {
                return Err(Errno::EINVAL.into());
            }
            Advice::Dontneed => self.mm.zap_range(vma.pid, part, t),
            Advice::Pageout => self.mm.page_out_range(vma.pid, part, t),
            // Shared and droppable memory has no pages to merge; asking for it is no error.
            Advice::Mergeable if vma.is_private() && !mergeable && !vma.flags.contains(VmaFlags::DROPPABLE) => {
                let flags = vma.flags | VmaFlags::MERGEABLE;
                self.mm.modify_vma(vma.pid, vma.start, part, (vma.prot, flags), t);
            }
            Advice::Unmergeable if mergeable => {
                self.unmerge(vma.pid, part, t)?;
                let flags = vma.flags - VmaFlags::MERGEABLE;
                self.mm.modify_vma(vma.pid, vma.start, part, (vma.prot, flags), t);
            }
            // Nothing to do, or flags only, which were set above.
            _ => {}
        }
        Ok(())
    }

    /// Breaks up the merged pages of a range; ENOMEM if there is no memory for the copies.
    pub(crate) fn unmerge(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) -> Result<(), CallError> {
        self.mm.unmerge_range(pid, pages, t).map_err(|trouble| match trouble {
            MmError::Killed => CallError::killed(),
            MmError::NoMemory | MmError::Segv | MmError::Bus => Errno::ENOMEM.into(),
        })
    }
}

/// The flags of a VMA after an advice that changes nothing but flags; `None` for the others. EINVAL where it makes no
/// sense.
fn flags_after(vma: &Vma, advice: Advice) -> Result<Option<VmaFlags>, CallError> {
    let (readahead, large) = (VmaFlags::RAND_READ | VmaFlags::SEQ_READ, VmaFlags::HUGEPAGE | VmaFlags::NOHUGEPAGE);
    let (run, droppable) = (vma.flags.contains(VmaFlags::RUN), vma.flags.contains(VmaFlags::DROPPABLE));
    let no_anonymous = vma.object.is_some() || !vma.is_private();
    let (taken, given) = match advice {
        Advice::Dontneed | Advice::Pageout | Advice::Mergeable | Advice::Unmergeable => return Ok(None),
        Advice::Dofork if run => return Err(Errno::EINVAL.into()),
        Advice::Dodump if run || droppable => return Err(Errno::EINVAL.into()),
        Advice::Wipeonfork if no_anonymous => return Err(Errno::EINVAL.into()),
        Advice::Keeponfork if droppable => return Err(Errno::EINVAL.into()),
        Advice::Normal => (readahead, VmaFlags::empty()),
        Advice::Random => (readahead, VmaFlags::RAND_READ),
        Advice::Sequential => (readahead, VmaFlags::SEQ_READ),
        Advice::Dontfork => (VmaFlags::empty(), VmaFlags::DONTCOPY),
        Advice::Dofork => (VmaFlags::DONTCOPY, VmaFlags::empty()),
        Advice::Dontdump => (VmaFlags::empty(), VmaFlags::DONTDUMP),
        Advice::Dodump => (VmaFlags::DONTDUMP, VmaFlags::empty()),
        Advice::Hugepage => (large, VmaFlags::HUGEPAGE),
        Advice::Nohugepage => (large, VmaFlags::NOHUGEPAGE),
        Advice::Wipeonfork => (VmaFlags::empty(), VmaFlags::WIPEONFORK),
        Advice::Keeponfork => (VmaFlags::WIPEONFORK, VmaFlags::empty()),
    };
    Ok(Some((vma.flags - taken) | given))
}
