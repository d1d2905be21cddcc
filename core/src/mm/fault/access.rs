//! A process touches a page: TLB, else the MMU's walk, else the fault handler and once more.

use crate::hw::mmu;
use crate::hw::pte::Pte;
use crate::hw::tlb::TlbEntry;
use crate::mm::{Mm, MmError};
use crate::units::{Pfn, Pid, VirtAddr, Vpn};
use crate::vocabulary::event::{Access, Event};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// A fault that is still a fault after this many rounds is a bug in the handler.
const ROUNDS: u32 = 16;

impl Mm {
    /// Makes `addr` accessible as the hardware and the fault handler would and returns its frame.
    #[inline]
    pub(crate) fn access<T: Trace>(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        access: Access,
        t: &mut T,
    ) -> Result<Pfn, MmError> {
        let vpn = self.geometry().vpn(addr);
        let write = access == Access::Write;
        let cached = self.tlb().lookup(pid, vpn);
        if let Some(entry) = cached
            && (!write || (entry.writable && entry.dirty))
        {
            t.emit(|| Event::Access { pid, vpn, access, hit: true });
            return Ok(entry.frame_of(vpn));
        }
        if !T::LISTENS
            && write
            && cached.is_none()
            && let Some(pfn) = self.write_fresh(pid, vpn)
        {
            return Ok(pfn);
        }
        self.access_by_walk(pid, addr, (access, cached.is_some()), t)
    }

    /// Resolves a page that the TLB does not hold: walks, and handles faults until the walk succeeds.
    #[inline(never)]
    fn access_by_walk(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        (access, cached): (Access, bool),
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        let (vpn, write) = (self.geometry().vpn(addr), access == Access::Write);
        t.emit(|| Event::Access { pid, vpn, access, hit: false });
        for _ in 0..ROUNDS {
            if vpn.0 < self.geometry().user_pages
                && let Some(pfn) = self.translate(pid, vpn, (write, cached), t)
            {
                return Ok(pfn);
            }
            self.fault(pid, addr, access, t)?;
        }
        panic!("fault handler: page {vpn} of pid {pid} still faults after {ROUNDS} rounds");
    }

    /// The hardware's part: walk, set A and D, fill the TLB, which held the page or not (`cached`). With no
    /// listener there is no walk to a page whose table is the one that the last page needed.
    #[inline]
    fn translate<T: Trace>(&mut self, pid: Pid, vpn: Vpn, (write, cached): (bool, bool), t: &mut T) -> Option<Pfn> {
        match self.near_pte(pid, vpn) {
            Some(at) if !T::LISTENS => {
                let found =
                    mmu::leaf(self.geometry(), (at.table, at.index), self.ram().entry(at.table, at.index), write)?;
                Some(self.use_page(pid, vpn, found, cached, t))
            }
            _ => self.translate_far(pid, vpn, (write, cached), t),
        }
    }

    #[inline(never)]
    fn translate_far(&mut self, pid: Pid, vpn: Vpn, (write, cached): (bool, bool), t: &mut impl Trace) -> Option<Pfn> {
        let found = self.walk(pid, vpn, write, t)?;
        match found.level {
            0 => Some(self.use_page(pid, vpn, found, cached, t)),
            _ => Some(self.use_large(pid, vpn, found, cached, t)),
        }
    }

    #[inline(always)]
    fn use_page(&mut self, pid: Pid, vpn: Vpn, found: mmu::Found, cached: bool, t: &mut impl Trace) -> Pfn {
        if found.after != found.before {
            self.set_raw_pte(PtePlace { pid, table: found.table, index: found.index, level: 0, vpn }, found.after, t);
        }
        let entry = TlbEntry { pid, vpn, pages: 1, pfn: found.pfn, writable: found.writable, dirty: found.dirty };
        self.fill_tlb(entry, cached, t);
        found.pfn
    }

    /// Uses a large page: sets A and D in its entry, and one TLB entry holds all of it.
    #[inline(never)]
    fn use_large(&mut self, pid: Pid, vpn: Vpn, found: mmu::Found, cached: bool, t: &mut impl Trace) -> Pfn {
        let mmu::Found { table, index, level, pfn, writable, dirty, .. } = found;
        let pages = self.geometry().span(level);
        let first = Vpn(vpn.0 & !(pages - 1));
        if found.after != found.before {
            self.set_raw_pte(PtePlace { pid, table, index, level, vpn: first }, found.after, t);
        }
        let entry = TlbEntry { pid, vpn: first, pages: pages as u32, pfn, writable, dirty };
        self.fill_tlb(entry, cached, t);
        entry.frame_of(vpn)
    }

    /// Walks the tables; for a listener entry by entry.
    fn walk<T: Trace>(&mut self, pid: Pid, vpn: Vpn, write: bool, t: &mut T) -> Option<mmu::Found> {
        if T::LISTENS {
            return mmu::walk(self.ram(), self.space(pid).info.root, vpn, write, |v| {
                t.emit(|| Event::Walk { pid, vpn, level: v.level, table: v.table, index: v.index, raw: v.raw });
            });
        }
        let (at, is_leaf) = match self.walk_to_pte(pid, vpn) {
            Ok(at) => (at, true),
            Err(above) => (above, false),
        };
        let raw = self.ram().entry(at.table, at.index);
        if !is_leaf {
            return mmu::large(self.geometry(), (at.table, at.index, at.level), raw, write);
        }
        self.remember_table(at);
        mmu::leaf(self.geometry(), (at.table, at.index), raw, write)
    }

    /// Faults a page in on the kernel's behalf (populate, lock): no access by the process, no TLB entry.
    pub(crate) fn fault_in(&mut self, pid: Pid, vpn: Vpn, access: Access, t: &mut impl Trace) -> Result<(), MmError> {
        for _ in 0..ROUNDS {
            match self.pte(pid, vpn) {
                Pte::Mapped { writable, protnone: false, .. } if writable || access == Access::Read => return Ok(()),
                _ => self.fault(pid, self.geometry().addr(vpn), access, t)?,
            }
        }
        panic!("fault handler: page {vpn} of pid {pid} cannot be populated in {ROUNDS} rounds");
    }
}
