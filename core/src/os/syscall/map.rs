//! `mmap` and `munmap`.

use super::file::DEV_MEM;
use super::{CallError, CallResult, MAX_VMAS, range};
use crate::mm::MmError;
use crate::mm::space::lowest_page;
use crate::os::machine::Machine;
use crate::units::{ObjectId, Pid, VirtAddr, Vpn};
use crate::vocabulary::command::MapFlag;
use crate::vocabulary::event::Access;
use crate::vocabulary::object::ObjectKind;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

/// The arguments of `mmap`.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub addr: Option<VirtAddr>,
    pub pages: u64,
    pub prot: Prot,
    pub flags: &'a [MapFlag],
    pub file: Option<&'a str>,
    pub pgoff: u64,
}

/// What can be dropped at any time is not worth being reserved, copied or dumped.
const DROPPED: VmaFlags =
    VmaFlags::DROPPABLE.union(VmaFlags::NORESERVE).union(VmaFlags::WIPEONFORK).union(VmaFlags::DONTDUMP);

impl Request<'_> {
    fn has(&self, flag: MapFlag) -> bool {
        self.flags.contains(&flag)
    }

    /// The flags of the VMA, over those that every new one gets.
    fn vma_flags(&self, mut flags: VmaFlags) -> VmaFlags {
        for (flag, asked) in [
            (VmaFlags::SHARED, MapFlag::Shared),
            (VmaFlags::GROWSDOWN, MapFlag::Growsdown),
            (VmaFlags::NORESERVE, MapFlag::Noreserve),
            (VmaFlags::LOCKED, MapFlag::Locked),
            (DROPPED, MapFlag::Droppable),
        ] {
            if self.has(asked) {
                flags |= flag;
            }
        }
        let accounted = self.prot.contains(Prot::WRITE) && !flags.intersects(VmaFlags::SHARED | VmaFlags::NORESERVE);
        flags.set(VmaFlags::ACCOUNT, accounted);
        flags
    }
}

impl Machine {
    /// Maps memory and answers its address.
    pub(crate) fn mmap(&mut self, pid: Pid, request: Request, t: &mut impl Trace) -> CallResult {
        let types = [MapFlag::Private, MapFlag::Shared, MapFlag::Droppable];
        if request.pages == 0 || types.iter().filter(|flag| request.has(**flag)).count() != 1 {
            return Err(Errno::EINVAL.into());
        }
        if self.ends_beyond_any_file(&request) {
            return Err(Errno::EOVERFLOW.into());
        }
        if self.mm.space(pid).vmas.len() >= MAX_VMAS {
            return Err(Errno::ENOMEM.into());
        }
        let range = Pages::at(self.place(pid, &request)?, request.pages);
        let Pages { start, end } = range;
        // Linux would split the mapping of a run.
        if self.mm.cuts_run(pid, range) {
            return Err(Errno::EINVAL.into());
        }
        // Only private anonymous memory can be a stack, and what can be dropped is neither a stack nor locked.
        let anonymous = request.file.is_none() && !request.has(MapFlag::Shared);
        let stack = request.has(MapFlag::Growsdown);
        let droppable = request.has(MapFlag::Droppable);
        if !anonymous && (stack || droppable) || droppable && (stack || request.has(MapFlag::Locked)) {
            return Err(Errno::EINVAL.into());
        }
        if self.overcommits(&request) {
            return Err(Errno::ENOMEM.into());
        }
        if request.file == Some(DEV_MEM) {
            return Err(Errno::EPERM.into());
        }
        self.mm.unmap_range(pid, range, t);
        let object = self.backing(&request, t);
        let pgoff = match (request.file, object) {
            (Some(_), _) => request.pgoff,
            (None, Some(_)) => 0,
            (None, None) => start.0,
        };
        let id = self.mm.new_vma_id();
        let flags = request.vma_flags(self.mm.space(pid).info.def_flags);
        let vma =
            Vma { id, pid, start, end, prot: request.prot, flags, pgoff, object, anon_vma: None, chain: Vec::new() };
        self.mm.insert_vma(vma, t);
        // Found out only now that it cannot be locked: faulted in all the same, and not merged with its like.
        if droppable && flags.contains(VmaFlags::LOCKED) {
            self.mm.change_vma(pid, start, |vma| vma.flags -= VmaFlags::LOCKED_MASK, t);
            self.mm.allow_unmerged(pid);
        }
        if request.has(MapFlag::Populate) || flags.contains(VmaFlags::LOCKED) {
            self.populate_if_possible(pid, range, t)?;
        }
        Ok(Reply::Addr(self.mm.geometry().addr(start)))
    }

    /// Where the mapping goes: the address given, the hint if it is free, or a place of the kernel's choice.
    pub(crate) fn place(&self, pid: Pid, request: &Request) -> Result<Vpn, CallError> {
        let geometry = self.mm.geometry();
        let space = self.mm.space(pid);
        if request.pages > geometry.user_pages {
            return Err(Errno::ENOMEM.into());
        }
        let exact = request.has(MapFlag::Fixed) || request.has(MapFlag::FixedNoreplace);
        let addr = request.addr.unwrap_or_default();
        if exact {
            let pages = range(geometry, addr, request.pages, Errno::ENOMEM)?;
            if pages.start < lowest_page(geometry) {
                return Err(Errno::EACCES.into());
            }
            if request.has(MapFlag::FixedNoreplace) && space.overlapping(pages).next().is_some() {
                return Err(Errno::EEXIST.into());
            }
            return Ok(pages.start);
        }
        // A hint is rounded down; in page 0 it is none.
        let hint = match geometry.vpn(addr) {
            Vpn(0) => Vpn(0),
            hint => hint.max(lowest_page(geometry)),
        };
        space.place(geometry, hint, request.pages).ok_or(Errno::ENOMEM.into())
    }

    /// Offsets in files are signed 64-bit numbers of bytes.
    fn ends_beyond_any_file(&self, request: &Request) -> bool {
        let end = request.pgoff.checked_add(request.pages);
        let bytes = end.and_then(|end| end.checked_mul(self.mm.geometry().page_size()));
        request.file.is_some() && bytes.is_none_or(|bytes| bytes > i64::MAX as u64)
    }

    /// Linux's heuristic: one mapping that all of memory and swap could not hold is refused.
    fn overcommits(&self, request: &Request) -> bool {
        let accounted = request.vma_flags(VmaFlags::empty()).contains(VmaFlags::ACCOUNT)
            || (request.has(MapFlag::Shared) && request.file.is_none() && !request.has(MapFlag::Noreserve));
        accounted && self.exceeds_memory(request.pages)
    }

    /// Whether all of memory and swap together could not hold so many pages.
    pub(crate) fn exceeds_memory(&self, pages: u64) -> bool {
        pages > u64::from(self.config.frames) + u64::from(self.config.swap_slots)
    }

    fn backing(&mut self, request: &Request, t: &mut impl Trace) -> Option<ObjectId> {
        match request.file {
            Some(name) => Some(self.mm.file_object(name, None, t)),
            None if request.has(MapFlag::Shared) => {
                let size = request.pages * self.mm.geometry().page_size();
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

    /// Unmaps a range; what is not mapped in it does not matter.
    pub(crate) fn munmap(&mut self, pid: Pid, addr: VirtAddr, pages: u64, t: &mut impl Trace) -> CallResult {
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

    /// A hole cut into the middle of one VMA makes two of it.
    fn would_split_beyond_limit(&self, pid: Pid, pages: Pages) -> bool {
        let space = self.mm.space(pid);
        space.vmas.len() >= MAX_VMAS
            && space.find(pages.start).is_some_and(|vma| vma.start < pages.start && pages.end < vma.end)
    }
}
