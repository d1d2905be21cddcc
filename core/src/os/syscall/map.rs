//! `mmap` and `munmap`.

use super::file::DEV_MEM;
use super::{CallError, CallResult, MAX_VMAS, range};
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::{ObjectId, Pid, Vpn};
use crate::vocabulary::command::{MapFlag, Mmap, Munmap};
use crate::vocabulary::event::Access;
use crate::vocabulary::object::ObjectKind;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

/// Flags of droppable memory, which is not worth being reserved, copied or dumped.
const DROPPED: VmaFlags =
    VmaFlags::DROPPABLE.union(VmaFlags::NORESERVE).union(VmaFlags::WIPEONFORK).union(VmaFlags::DONTDUMP);

impl Machine {
    /// `mmap`: maps memory; the reply is its address.
    pub(crate) fn mmap(&mut self, args: &Mmap, t: &mut impl Trace) -> CallResult {
        let pid = args.pid;
        let types = [MapFlag::Private, MapFlag::Shared, MapFlag::Droppable];
        if args.pages == 0 || types.iter().filter(|flag| args.has(**flag)).count() != 1 {
            return Err(Errno::EINVAL.into());
        }
        if self.ends_beyond_any_file(args) {
            return Err(Errno::EOVERFLOW.into());
        }
        if self.mm.space(pid).vmas.len() >= MAX_VMAS {
            return Err(Errno::ENOMEM.into());
        }
        let range = Pages::at(self.place(args)?, args.pages);
        let Pages { start, end } = range;
        // Linux would split the mapping of a run.
        if self.mm.cuts_run(pid, range) {
            return Err(Errno::EINVAL.into());
        }
        // Only private anonymous memory can be a stack, and what can be dropped is neither a stack nor locked.
        let anonymous = args.file.is_none() && !args.has(MapFlag::Shared);
        let stack = args.has(MapFlag::Growsdown);
        let droppable = args.has(MapFlag::Droppable);
        if !anonymous && (stack || droppable) || droppable && (stack || args.has(MapFlag::Locked)) {
            return Err(Errno::EINVAL.into());
        }
        if self.overcommits(args) {
            return Err(Errno::ENOMEM.into());
        }
        if args.file.as_deref() == Some(DEV_MEM) {
            return Err(Errno::EPERM.into());
        }
        self.mm.unmap_range(pid, range, t);
        let object = self.backing(args, t);
        let pgoff = match (&args.file, object) {
            (Some(_), _) => args.pgoff,
            (None, Some(_)) => 0,
            (None, None) => start.0,
        };
        let id = self.mm.new_vma_id();
        let flags = vma_flags(args, self.mm.space(pid).info.def_flags);
        let vma = Vma { id, pid, start, end, prot: args.prot, flags, pgoff, object, anon_vma: None, chain: Vec::new() };
        self.mm.insert_vma(vma, t);
        // Only now found that it cannot be locked: it is faulted in all the same, and not merged with its like.
        if droppable && flags.contains(VmaFlags::LOCKED) {
            self.mm.change_vma(pid, start, |vma| vma.flags -= VmaFlags::LOCKED_MASK, t);
            self.mm.allow_unmerged(pid);
        }
        if args.has(MapFlag::Populate) || flags.contains(VmaFlags::LOCKED) {
            self.populate_if_possible(pid, range, t)?;
        }
        Ok(Reply::Addr(self.mm.geometry().addr(start)))
    }

    /// Where the mapping goes: the address given, the hint if it is free, or a place of the kernel's choice.
    pub(crate) fn place(&self, args: &Mmap) -> Result<Vpn, CallError> {
        let geometry = self.mm.geometry();
        let space = self.mm.space(args.pid);
        if args.pages > geometry.user_pages {
            return Err(Errno::ENOMEM.into());
        }
        let exact = args.has(MapFlag::Fixed) || args.has(MapFlag::FixedNoreplace);
        let addr = args.addr.unwrap_or_default();
        if exact {
            let pages = range(geometry, addr, args.pages, Errno::ENOMEM)?;
            if pages.start < space.lowest {
                return Err(Errno::EACCES.into());
            }
            if args.has(MapFlag::FixedNoreplace) && space.overlapping(pages).next().is_some() {
                return Err(Errno::EEXIST.into());
            }
            return Ok(pages.start);
        }
        // A hint is rounded down; in page 0 it is none.
        let hint = match geometry.vpn(addr) {
            Vpn(0) => Vpn(0),
            hint => hint.max(space.lowest),
        };
        space.place(geometry, hint, args.pages).ok_or(Errno::ENOMEM.into())
    }

    /// Whether the mapping ends beyond any file: offsets in files are signed 64-bit numbers of bytes.
    fn ends_beyond_any_file(&self, args: &Mmap) -> bool {
        let end = args.pgoff.checked_add(args.pages);
        let bytes = end.and_then(|end| end.checked_mul(self.mm.geometry().page_size()));
        args.file.is_some() && bytes.is_none_or(|bytes| bytes > i64::MAX as u64)
    }

    /// Whether Linux's heuristic overcommit refuses the mapping: all of memory and swap could not hold it.
    fn overcommits(&self, args: &Mmap) -> bool {
        let accounted = vma_flags(args, VmaFlags::empty()).contains(VmaFlags::ACCOUNT)
            || (args.has(MapFlag::Shared) && args.file.is_none() && !args.has(MapFlag::Noreserve));
        accounted && self.exceeds_memory(args.pages)
    }

    /// Whether all of memory and swap together could not hold this many pages.
    pub(crate) fn exceeds_memory(&self, pages: u64) -> bool {
        pages > u64::from(self.config.frames) + u64::from(self.config.swap_slots)
    }

    fn backing(&mut self, args: &Mmap, t: &mut impl Trace) -> Option<ObjectId> {
        match &args.file {
            Some(name) => Some(self.mm.file_object(name, None, t)),
            None if args.has(MapFlag::Shared) => {
                let size = args.pages * self.mm.geometry().page_size();
                Some(self.mm.new_object(ObjectKind::Shmem, Some(size), t))
            }
            None => None,
        }
    }

    /// Populates a range as far as that goes: where a page cannot be had, the next VMA is tried; only the end of the
    /// process is an error.
    pub(crate) fn populate_if_possible(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) -> Result<(), CallError> {
        for vma in self.mm.space(pid).starts(pages) {
            let part = self.mm.vma(pid, vma).range().intersect(pages);
            if self.populate(pid, part, t) == Err(MmError::Killed) {
                return Err(CallError::killed());
            }
        }
        Ok(())
    }

    /// Faults in every page of a range that its VMA allows: written if private and writable, else read.
    pub(crate) fn populate(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) -> Result<(), MmError> {
        for vma in self.mm.space(pid).starts(pages) {
            let vma = self.mm.vma(pid, vma).clone();
            // A run is there whole, and what is locked on fault waits for it.
            if vma.flags.intersects(VmaFlags::RUN | VmaFlags::LOCKONFAULT) {
                continue;
            }
            let write = vma.is_private() && vma.prot.contains(Prot::WRITE);
            for vpn in vma.range().intersect(pages).iter() {
                let access = if write { Access::Write } else { Access::Read };
                self.mm.fault_in(pid, vpn, access, t)?;
            }
        }
        Ok(())
    }

    /// `munmap`: unmaps a range; what is not mapped in it does not matter.
    pub(crate) fn munmap(&mut self, &Munmap { pid, addr, pages }: &Munmap, t: &mut impl Trace) -> CallResult {
        let range = range(self.mm.geometry(), addr, pages, Errno::EINVAL)?;
        // Linux would unmap a part of a run, too.
        if pages == 0 || self.mm.cuts_run(pid, range) {
            return Err(Errno::EINVAL.into());
        }
        if self.would_split_beyond_limit(pid, range) {
            return Err(Errno::ENOMEM.into());
        }
        self.mm.unmap_range(pid, range, t);
        Ok(Reply::Done)
    }

    /// Whether a hole cut into the middle of a VMA, which makes two of it, would exceed [`MAX_VMAS`](super::MAX_VMAS).
    fn would_split_beyond_limit(&self, pid: Pid, pages: Pages) -> bool {
        let space = self.mm.space(pid);
        space.vmas.len() >= MAX_VMAS
            && space.find(pages.start).is_some_and(|vma| vma.start < pages.start && pages.end < vma.end)
    }
}

/// The flags of the VMA, added to those that every new one gets.
fn vma_flags(args: &Mmap, mut flags: VmaFlags) -> VmaFlags {
    for (flag, asked) in [
        (VmaFlags::SHARED, MapFlag::Shared),
        (VmaFlags::GROWSDOWN, MapFlag::Growsdown),
        (VmaFlags::NORESERVE, MapFlag::Noreserve),
        (VmaFlags::LOCKED, MapFlag::Locked),
        (DROPPED, MapFlag::Droppable),
    ] {
        if args.has(asked) {
            flags |= flag;
        }
    }
    let accounted = args.prot.contains(Prot::WRITE) && !flags.intersects(VmaFlags::SHARED | VmaFlags::NORESERVE);
    flags.set(VmaFlags::ACCOUNT, accounted);
    flags
}
