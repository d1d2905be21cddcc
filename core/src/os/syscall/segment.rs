//! Mapping runs: the model of a driver's `mmap` of its memory, or of a microkernel's message. On Linux an `ioctl` or
//! `mmap` on a device; the checks are those of `mmap` with `MAP_FIXED_NOREPLACE`.

use super::{CallError, CallResult, MAX_VMAS};
use crate::os::machine::Machine;
use crate::units::{Pid, VirtAddr, Vpn};
use crate::vocabulary::command::{MapFlag, MapRun, Mmap, UnmapRun};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

impl Machine {
    /// Maps the run that starts at `pfn`; the reply is its address.
    pub(crate) fn map_run(&mut self, args: &MapRun, t: &mut impl Trace) -> CallResult {
        let MapRun { pid, pfn, addr, prot } = *args;
        let pages = u64::from(self.mm.runs()[&pfn].request.pages);
        if self.mm.space(pid).vmas.len() >= MAX_VMAS {
            return Err(Errno::ENOMEM.into());
        }
        let start = self.place_of_run(pid, addr, pages, prot)?;
        self.mm.map_run(pid, pfn, (start, prot), t).map_err(|_| CallError::killed())?;
        Ok(Reply::Addr(self.mm.geometry().addr(start)))
    }

    /// Where a run is to be mapped: at `addr`, if it is free, or where the kernel chooses.
    pub(in crate::os) fn place_of_run(
        &self,
        pid: Pid,
        addr: Option<VirtAddr>,
        pages: u64,
        prot: Prot,
    ) -> Result<Vpn, CallError> {
        if addr.is_none() {
            return self.place_for_run(pid, pages).ok_or(Errno::ENOMEM.into());
        }
        let flags = vec![MapFlag::FixedNoreplace];
        self.place(&Mmap { pid, addr, pages, prot, flags, file: None, pgoff: 0 })
    }

    /// A free place for a run, searched top down. A run that fills a large page begins where one may, as Linux places
    /// mappings that could have huge pages (`thp_get_unmapped_area`). It does not depend on the frames: the same
    /// address under every allocator.
    fn place_for_run(&self, pid: Pid, pages: u64) -> Option<Vpn> {
        let (geometry, space) = (self.mm.geometry(), self.mm.space(pid));
        let large = geometry.large_pages().map(u64::from).filter(|large| pages >= *large);
        let aligned = large.and_then(|large| {
            let room = space.unmapped_area(geometry, pages + large - 1)?;
            Some(Vpn(room.0.next_multiple_of(large)))
        });
        aligned.or_else(|| space.unmapped_area(geometry, pages))
    }

    /// Unmaps the run that is mapped at `addr`.
    pub(crate) fn unmap_run(&mut self, &UnmapRun { pid, addr }: &UnmapRun, t: &mut impl Trace) -> CallResult {
        let geometry = self.mm.geometry();
        let vma = self.mm.space(pid).vmas.get(&geometry.vpn(addr));
        let Some(vma) = vma.filter(|vma| geometry.aligned(addr) && vma.flags.contains(VmaFlags::RUN)) else {
            return Err(Errno::EINVAL.into());
        };
        let pages = vma.range();
        self.mm.unmap_range(pid, pages, t);
        Ok(Reply::Done)
    }
}
