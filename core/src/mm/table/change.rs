//! Entries that change with their VMA: its protection, its place, whether it is locked. Linux's `change_protection` and
//! `move_page_tables`.

use crate::hw::pte::{Pte, PteBits};
use crate::mm::{Mm, MmError};
use crate::units::{Pid, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Entries follow a new protection: rights are taken at once, but a write right comes back by a fault, which may
    /// have to copy.
    pub(crate) fn protect_ptes(&mut self, pid: Pid, pages: Pages, prot: Prot, t: &mut impl Trace) {
        for (at, raw) in self.leaves(pid, pages) {
            if let Some((pfn, bits)) = Pte::decode(self.geometry().kind, raw).mapped() {
                let PteBits { writable, accessed, dirty, .. } = bits;
                let writable = writable && prot.contains(Prot::WRITE);
                self.set_pte(at, PteBits { writable, accessed, dirty, ..prot.pte_bits() }.entry(pfn), t);
            }
        }
    }

    /// Moves the entries of a range to the pages from `to` on, where there are none. Tables may have to be made for
    /// them.
    pub(crate) fn move_ptes(&mut self, pid: Pid, pages: Pages, to: Vpn, t: &mut impl Trace) -> Result<(), MmError> {
        for (from, _) in self.leaves(pid, pages) {
            let at = self.ensure_pte(pid, to.plus(from.vpn.0 - pages.start.0), t)?;
            let pte = self.pte_at(from);
            self.set_pte(from, Pte::Empty, t);
            self.set_pte(at, pte, t);
            match pte.pfn() {
                Some(pfn) if pfn == self.zero_frame() => self.enter_uncounted(at, t),
                Some(pfn) => {
                    self.leave_rmap(from, pfn, t);
                    self.enter_rmap(at, pfn, t);
                }
                None => {}
            }
        }
        Ok(())
    }

    /// The frames that are mapped in a range are locked, or no longer.
    pub(crate) fn lock_frames(&mut self, pid: Pid, pages: Pages, lock: bool, t: &mut impl Trace) {
        for (_, raw) in self.leaves(pid, pages) {
            if let Some(pfn) = Pte::decode(self.geometry().kind, raw).pfn()
                && pfn != self.zero_frame()
            {
                self.set_frame(pfn, |f| f.mlocked = lock, t);
            }
        }
    }
}
