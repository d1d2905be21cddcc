//! A process touches a page: TLB, else the MMU's walk, else the fault handler and once more.

use super::place::PtePlace;
use super::{Mm, Trouble};
use crate::hw::mmu;
use crate::hw::pte::Pte;
use crate::hw::tlb::TlbEntry;
use crate::lab::event::{Access, Event, Trace};
use crate::units::{Pfn, Pid, VirtAddr, Vpn};

/// A fault that is still a fault after this many rounds is a bug in the handler.
const ROUNDS: u32 = 16;

impl Mm {
    /// Makes `addr` accessible as the hardware and the fault handler would and returns its frame.
    pub(crate) fn access(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<Pfn, Trouble> {
        let vpn = self.geometry.vpn(addr);
        let write = access == Access::Write;
        let cached = self.tlb.lookup(pid, vpn);
        if let Some(entry) = cached
            && (!write || (entry.writable && entry.dirty))
        {
            t.emit(|| Event::Access { pid, vpn, access, hit: true });
            return Ok(entry.frame_of(vpn));
        }
        t.emit(|| Event::Access { pid, vpn, access, hit: false });
        for _ in 0..ROUNDS {
            if vpn.0 < self.geometry.user_pages
                && let Some(pfn) = self.translate(pid, vpn, (write, cached.is_some()), t)
            {
                return Ok(pfn);
            }
            self.fault(pid, addr, access, t)?;
        }
        panic!("fault handler: page {vpn} of pid {pid} still faults after {ROUNDS} rounds");
    }

    /// The hardware's part: walk, set A and D, fill the TLB, which held the page or not (`cached`).
    fn translate(&mut self, pid: Pid, vpn: Vpn, (write, cached): (bool, bool), t: &mut impl Trace) -> Option<Pfn> {
        let found = self.walk(pid, vpn, write, t)?;
        let pages = self.geometry.span(found.level);
        let first = Vpn(vpn.0 & !(pages - 1));
        if found.after != found.before {
            let at = PtePlace { pid, table: found.table, index: found.index, level: found.level, vpn: first };
            self.set_raw_pte(at, found.after, t);
        }
        let (writable, dirty) = (found.writable, found.dirty);
        let entry = TlbEntry { pid, vpn: first, pages: pages as u32, pfn: found.pfn, writable, dirty };
        self.fill_tlb(entry, cached, t);
        Some(entry.frame_of(vpn))
    }

    /// The walk, entry by entry for whoever listens; else straight to the table that the last page needed.
    #[inline]
    fn walk<T: Trace>(&mut self, pid: Pid, vpn: Vpn, write: bool, t: &mut T) -> Option<mmu::Found> {
        if !T::LISTENS {
            let at = match self.near_pte(pid, vpn) {
                Some(at) => at,
                None => match self.walk_to_pte(pid, vpn) {
                    Ok(at) => {
                        self.remember_table(at);
                        at
                    }
                    Err(at) => {
                        let raw = self.ram.entry(at.table, at.index);
                        return mmu::large(self.geometry, (at.table, at.index, at.level), raw, write);
                    }
                },
            };
            return mmu::leaf(self.geometry, (at.table, at.index), self.ram.entry(at.table, at.index), write);
        }
        mmu::walk(&self.ram, self.space(pid).info.root, vpn, write, |v| {
            t.emit(|| Event::Walk { pid, vpn, level: v.level, table: v.table, index: v.index, raw: v.raw });
        })
    }

    /// Faults a page in on the kernel's behalf (populate, lock): no access by the process, no TLB entry.
    pub(crate) fn fault_in(&mut self, pid: Pid, vpn: Vpn, access: Access, t: &mut impl Trace) -> Result<(), Trouble> {
        for _ in 0..ROUNDS {
            match self.pte(pid, vpn) {
                Pte::Mapped { writable, protnone: false, .. } if writable || access == Access::Read => return Ok(()),
                _ => self.fault(pid, self.geometry.addr(vpn), access, t)?,
            }
        }
        panic!("fault handler: page {vpn} of pid {pid} can not be populated in {ROUNDS} rounds");
    }
}
