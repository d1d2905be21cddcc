//! `mremap`: shrink, grow in place, or move. A move takes the PTEs along: no page is copied or faulted. Of size 0, a
//! shared mapping is not moved but made a second time, over the same pages of its object. With `MREMAP_DONTUNMAP` the
//! pages leave, and their mapping stays where it was, empty.

use super::{CallError, CallResult, MAX_VMAS, range};
use crate::os::machine::Machine;
use crate::units::{Pid, VirtAddr, Vpn};
use crate::vocabulary::command::Mremap;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

impl Machine {
    /// `mremap`: changes the size or place of a mapping; the reply is its address.
    pub(crate) fn mremap(&mut self, args: &Mremap, t: &mut impl Trace) -> CallResult {
        let geometry = self.mm.geometry();
        let Mremap { addr, pages, new_pages, to, may_move, dontunmap, .. } = *args;
        if !geometry.aligned(addr) || new_pages == 0 || new_pages > geometry.user_pages {
            return Err(Errno::EINVAL.into());
        }
        if self.meets_run(args) {
            return Err(Errno::EINVAL.into());
        }
        // A mapping that stays while its pages leave needs another place for them, and keeps its size.
        if dontunmap && (pages != new_pages || to.is_none() && !may_move) {
            return Err(Errno::EINVAL.into());
        }
        let moved = match to {
            Some(to) => self.move_to(args, to, t)?,
            None if dontunmap => self.move_out(args, t)?,
            None => self.resize(args, t)?,
        };
        Ok(Reply::Addr(geometry.addr(moved)))
    }

    /// Whether the call meets a run. Runs are neither moved nor cut here. Linux moves them, and fails with EFAULT if
    /// they were to grow.
    fn meets_run(&self, &Mremap { pid, addr, pages, new_pages, to, .. }: &Mremap) -> bool {
        let meets = |addr, pages| {
            let start = self.mm.geometry().vpn(addr);
            self.mm.meets_run(pid, Pages::new(start, Vpn(start.0.saturating_add(pages))))
        };
        meets(addr, pages.max(1)) || to.is_some_and(|to| meets(to, new_pages))
    }

    fn resize(&mut self, args: &Mremap, t: &mut impl Trace) -> Result<Vpn, CallError> {
        let Mremap { pid, addr, pages, new_pages, may_move, .. } = *args;
        let start = self.mm.geometry().vpn(addr);
        let Some(end) = start.0.checked_add(pages).filter(|end| *end <= self.mm.geometry().user_pages).map(Vpn) else {
            return Err(if self.mm.space(pid).find(start).is_none() { Errno::EFAULT } else { Errno::EINVAL }.into());
        };
        let vma = self.mm.space(pid).find(start).cloned().ok_or(Errno::EFAULT)?;
        can_be_doubled(&vma, pages)?;
        if new_pages <= pages {
            if new_pages < pages {
                self.mm.unmap_range(pid, Pages::new(start.plus(new_pages), end), t);
            }
            return Ok(start);
        }
        if end > vma.end {
            return Err(Errno::EFAULT.into());
        }
        let growth = new_pages - pages;
        self.room_to_grow(&vma, growth)?;
        if end == vma.end && self.free_above(&vma, growth) {
            self.extend(&vma, growth, t)?;
            return Ok(start);
        }
        if !may_move {
            return Err(Errno::ENOMEM.into());
        }
        let to = self.mm.space(pid).unmapped_area(self.mm.geometry(), new_pages).ok_or(Errno::ENOMEM)?;
        self.move_vma(&vma, Pages::new(start, end), (to, new_pages), false, t)?;
        Ok(to)
    }

    fn room_to_grow(&self, vma: &Vma, growth: u64) -> Result<(), CallError> {
        if vma.flags.contains(VmaFlags::ACCOUNT) && self.exceeds_memory(growth) {
            return Err(Errno::ENOMEM.into());
        }
        Ok(())
    }

    /// Whether the pages above the VMA are free. A stack's gap does not count here.
    fn free_above(&self, vma: &Vma, growth: u64) -> bool {
        let end = vma.end.0.checked_add(growth).filter(|end| *end <= self.mm.geometry().user_pages);
        let next = self.mm.space(vma.pid).after(vma.end);
        end.is_some_and(|end| next.is_none_or(|next| end <= next.start.0))
    }

    /// Grows a mapping in place: maps the pages above it, which merge with it.
    fn extend(&mut self, vma: &Vma, growth: u64, t: &mut impl Trace) -> Result<(), CallError> {
        let end = vma.end.plus(growth);
        let id = self.mm.new_vma_id();
        let new = Vma { id, start: vma.end, end, pgoff: vma.index_of(vma.end), ..vma.clone() };
        self.mm.insert_vma(new, t);
        if vma.flags.contains(VmaFlags::LOCKED) {
            self.populate_if_possible(vma.pid, Pages::new(vma.end, end), t)?;
        }
        Ok(())
    }

    /// `MREMAP_FIXED`: unmaps what is at the destination, then moves. Several VMAs may move at once if the size stays.
    fn move_to(&mut self, args: &Mremap, to: VirtAddr, t: &mut impl Trace) -> Result<Vpn, CallError> {
        let Mremap { pid, addr, pages, new_pages, dontunmap, .. } = *args;
        let start = self.mm.geometry().vpn(addr);
        let dest = range(self.mm.geometry(), to, new_pages, Errno::EINVAL)?;
        let (to, end) = (dest.start, Vpn(start.0.saturating_add(pages)));
        if start < dest.end && to < end {
            return Err(Errno::EINVAL.into());
        }
        let first = self.mm.space(pid).find(start).cloned().ok_or(Errno::EFAULT)?;
        can_be_doubled(&first, pages)?;
        if self.mm.space(pid).vmas.len() + 4 >= MAX_VMAS {
            return Err(Errno::ENOMEM.into());
        }
        // What is cut off may reach into other VMAs; what is moved may not.
        if start.0 + new_pages.min(pages) > first.end.0 {
            return if new_pages == pages { self.move_many(args, to, t) } else { Err(Errno::EFAULT.into()) };
        }
        self.room_to_grow(&first, if dontunmap { new_pages } else { new_pages.saturating_sub(pages) })?;
        self.mm.unmap_range(pid, dest, t);
        if end.0 > self.mm.geometry().user_pages {
            return Err(Errno::EINVAL.into());
        }
        let kept = end.min(start.plus(new_pages));
        self.mm.unmap_range(pid, Pages::new(kept, end), t);
        // The unmapping may have cut the VMA.
        let vma = self.mm.space(pid).find(start).cloned().ok_or(Errno::EFAULT)?;
        self.move_vma(&vma, Pages::new(start, kept), (to, new_pages), dontunmap, t)?;
        Ok(to)
    }

    /// Moves each VMA to its own place; gaps between them leave the destination's mappings alone.
    fn move_many(&mut self, args: &Mremap, to: Vpn, t: &mut impl Trace) -> Result<Vpn, CallError> {
        let Mremap { pid, addr, pages, dontunmap, .. } = *args;
        let start = self.mm.geometry().vpn(addr);
        let mut left = Pages::new(start, Vpn(start.0.saturating_add(pages)));
        while !left.is_empty() {
            let Some(vma) = self.mm.space(pid).overlapping(left).next().cloned() else { break };
            let part = left.intersect(vma.range());
            let target = to.plus(part.start.0 - start.0);
            self.mm.unmap_range(pid, Pages::at(target, part.len()), t);
            let vma = self.mm.space(pid).find(part.start).cloned().ok_or(Errno::EFAULT)?;
            self.move_vma(&vma, part, (target, part.len()), dontunmap, t)?;
            left.start = part.end;
        }
        Ok(to)
    }

    /// `MREMAP_DONTUNMAP` without `MREMAP_FIXED`: moves to the hint if it is free, else to a place of the
    /// kernel's choice.
    fn move_out(&mut self, args: &Mremap, t: &mut impl Trace) -> Result<Vpn, CallError> {
        let Mremap { pid, addr, pages, hint, .. } = *args;
        let geometry = self.mm.geometry();
        let start = geometry.vpn(addr);
        let hint = range(geometry, hint.unwrap_or_default(), pages, Errno::EINVAL)?;
        let end = Vpn(start.0.saturating_add(pages));
        if start < hint.end && hint.start < end {
            return Err(Errno::EINVAL.into());
        }
        let vma = self.mm.space(pid).find(start).cloned().ok_or(Errno::EFAULT)?;
        if end > vma.end {
            return Err(Errno::EFAULT.into());
        }
        let to = self.mm.space(pid).place(geometry, hint.start, pages).ok_or(Errno::ENOMEM)?;
        self.room_to_grow(&vma, pages)?;
        self.move_vma(&vma, Pages::new(start, end), (to, pages), true, t)?;
        Ok(to)
    }

    /// Moves `part` of a VMA to `to`, where `new_pages` pages are free. The old place is unmapped, or with `dontunmap`
    /// left empty.
    fn move_vma(
        &mut self,
        vma: &Vma,
        part: Pages,
        (to, new_pages): (Vpn, u64),
        dontunmap: bool,
        t: &mut impl Trace,
    ) -> Result<(), CallError> {
        let pid = vma.pid;
        // Merged pages could not be distinguished from others where they arrive; they stay mergeable.
        self.unmerge(pid, part, t)?;
        // Anonymous memory that was never written takes the offset of its new place, so that it can merge there.
        let untouched = vma.object.is_none() && vma.anon_vma.is_none();
        let pgoff = if untouched { to.0 } else { vma.index_of(part.start) };
        let id = self.mm.new_vma_id();
        let copy = Vma { id, start: to, end: to.plus(new_pages), pgoff, ..vma.clone() };
        self.mm.insert_vma(copy, t);
        self.mm.move_ptes(pid, part, to, t).map_err(|_| CallError::killed())?;
        if dontunmap {
            self.leave_empty(pid, part, to, t);
        } else {
            self.mm.unmap_range(pid, part, t);
        }
        let moved = to.plus(part.len());
        if vma.flags.contains(VmaFlags::LOCKED) {
            self.populate_if_possible(pid, Pages::new(moved, to.plus(new_pages)), t)?;
        }
        Ok(())
    }

    /// What stays of a mapping whose pages have moved to `to`: it is not locked any more, and if all of it moved,
    /// nothing leads to it from anonymous pages. It is not merged with its neighbours, even if it could be now.
    fn leave_empty(&mut self, pid: Pid, part: Pages, to: Vpn, t: &mut impl Trace) {
        let space = self.mm.space(pid);
        let left = space.find(part.start).expect("the mapping that stays").clone();
        // Memory that was never written may have merged with its own copy.
        let emptied = part == left.range() && !left.contains(to);
        self.mm.change_vma(pid, left.start, |vma| vma.flags -= VmaFlags::LOCKED_MASK, t);
        if emptied {
            self.mm.leave_anon_vmas(pid, left.start, t);
        }
        self.mm.allow_unmerged(pid);
    }
}

/// Checks a call with size 0: it makes a second mapping of the same pages, which private memory cannot have.
fn can_be_doubled(vma: &Vma, pages: u64) -> Result<(), CallError> {
    if pages == 0 && vma.is_private() { Err(Errno::EINVAL.into()) } else { Ok(()) }
}
