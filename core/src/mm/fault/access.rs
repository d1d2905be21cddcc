//! A process touches a page: TLB, else the MMU's walk, else the fault handler and once more.

use crate::hw::mmu::{self, Visit};
use crate::hw::pte::{Pte, PteBits};
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
    pub(crate) fn access(
        &mut self,
        pid: Pid,
        addr: VirtAddr,
        access: Access,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        let vpn = self.geometry().vpn(addr);
        let write = access == Access::Write;
        if self.policy().keeps_time() {
            self.rank_tick((pid, vpn), t);
        }
        let cached = self.look_up_tlb(pid, vpn, t);
        if let Some(entry) = cached
            && (!write || (entry.writable && entry.dirty))
        {
            t.emit(|| Event::Access { pid, vpn, access, hit: true });
            let pfn = entry.frame_of(vpn);
            if self.policy().keeps_lists() {
                self.rank_use(pid, vpn, pfn, t);
            }
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
        for round in 0..ROUNDS {
            if vpn.0 < self.geometry().user_pages
                && let Some(pfn) = self.translate(pid, vpn, (write, cached), t)
            {
                self.note_use(pid, vpn, (pfn, round > 0), t);
                return Ok(pfn);
            }
            if round == 0 && self.hears_misses() && self.is_away(pid, vpn) {
                self.note_miss(pid, vpn, t);
            }
            self.fault(pid, addr, access, t)?;
        }
        panic!("fault handler: page {vpn} of pid {pid} still faults after {ROUNDS} rounds");
    }

    /// Whether anything is to be done as a process asks for a page that is not in memory.
    #[inline]
    fn hears_misses(&self) -> bool {
        self.policy().keeps_lists() || self.settings().limit > 0
    }

    fn note_miss(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        if self.policy().keeps_lists() {
            self.rank_miss((pid, vpn), t);
        }
        if self.settings().limit > 0 {
            self.keep_to_limit(pid, t);
        }
    }

    /// The policy hears of a use; one that reads accessed bits may have that of the access that brought the page in
    /// (`faulted`) cleared.
    #[inline]
    fn note_use(&mut self, pid: Pid, vpn: Vpn, (pfn, faulted): (Pfn, bool), t: &mut impl Trace) {
        if self.policy().keeps_lists() {
            self.rank_use(pid, vpn, pfn, t);
        }
        if faulted
            && !self.settings().first_use
            && let Some(at) = self.find_pte(pid, vpn)
            && let Some((pfn, bits)) = self.pte_at(at).mapped()
        {
            self.set_pte(at, PteBits { accessed: false, ..bits }.entry(pfn), t);
        }
    }

    /// Whether no PTE of the page leads to a frame.
    fn is_away(&self, pid: Pid, vpn: Vpn) -> bool {
        vpn.0 < self.geometry().user_pages && self.pte(pid, vpn).pfn().is_none()
    }

    /// The hardware's part: walk, set A and D, fill the TLB, which held the page or not (`cached`).
    #[inline]
    fn translate(&mut self, pid: Pid, vpn: Vpn, (write, cached): (bool, bool), t: &mut impl Trace) -> Option<Pfn> {
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

    /// Walks the tables. To a page whose table is the one that the last page needed, the way is remembered.
    #[inline]
    fn walk(&mut self, pid: Pid, vpn: Vpn, write: bool, t: &mut impl Trace) -> Option<mmu::Found> {
        let Some(PtePlace { table, index, .. }) = self.near_pte(pid, vpn) else {
            return self.walk_far(pid, vpn, write, t);
        };
        debug_assert!(self.is_the_way(pid, vpn), "what is remembered of the tables is as they are");
        for Visit { level, table, index, raw } in self.near_above() {
            t.emit(|| Event::Walk { pid, vpn, level: *level, table: *table, index: *index, raw: *raw });
        }
        let raw = self.ram().entry(table, index);
        t.emit(|| Event::Walk { pid, vpn, level: 0, table, index, raw });
        mmu::leaf(self.geometry(), (table, index), raw, write)
    }

    /// Whether the entries remembered are those that a walk to the page reads.
    fn is_the_way(&self, pid: Pid, vpn: Vpn) -> bool {
        let (mut remembered, mut same) = (self.near_above().iter(), true);
        mmu::walk(self.ram(), self.space(pid).info.root, vpn, false, |visit| {
            same &= visit.level == 0 || remembered.next() == Some(&visit);
        });
        same
    }

    #[inline(never)]
    fn walk_far(&mut self, pid: Pid, vpn: Vpn, write: bool, t: &mut impl Trace) -> Option<mmu::Found> {
        let mut last = None;
        let found = mmu::walk(self.ram(), self.space(pid).info.root, vpn, write, |visit| {
            let Visit { level, table, index, raw } = visit;
            t.emit(|| Event::Walk { pid, vpn, level, table, index, raw });
            last = Some(visit);
        });
        if let Some(Visit { level: 0, table, index, .. }) = last {
            self.remember_table(PtePlace { pid, table, index, level: 0, vpn });
        }
        found
    }

    /// Says which bytes of a frame are read or written, if a cache is there to hear it.
    #[inline(always)]
    pub(crate) fn reach(&self, pfn: Pfn, offset: u64, bytes: u64, access: Access, t: &mut impl Trace) {
        if self.settings().cpu_cache {
            t.emit(|| Event::Use { pfn, offset: offset as u32, bytes: bytes as u32, access });
        }
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
