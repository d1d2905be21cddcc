//! Scans of the processes' tables: PTE after PTE, without the reverse map. So Linux found what to swap out until 2.4,
//! and so the multi-generational LRU finds what is used.

use crate::hw::pte::{Pte, PteBits};
use crate::mm::Mm;
use crate::policy::Scanned;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::{NullTrace, Trace};
use crate::vocabulary::vma::VmaFlags;

/// PTEs that are looked at around one that was found used: Linux's `BITS_PER_LONG`.
const AROUND: u16 = 64;

impl Mm {
    /// The next PTE of a process, from page `from` on, that maps a page; its accessed bit is cleared. Locked VMAs are
    /// passed over.
    pub(in crate::mm) fn scan_pte(&mut self, pid: Pid, from: Vpn, t: &mut impl Trace) -> Option<Scanned> {
        let mut pages = Pages::new(from, Vpn(self.geometry().user_pages));
        while let Some(table) = self.next_leaf(pid, pages) {
            for index in table.indices.clone() {
                if let Some(scanned) = self.scan_place(table.place(index), t) {
                    return Some(scanned);
                }
            }
            pages.start = table.end();
        }
        None
    }

    /// Reads a PTE that maps a page and clears its accessed bit; `None`: it maps none.
    fn scan_place(&mut self, at: PtePlace, t: &mut impl Trace) -> Option<Scanned> {
        let PtePlace { pid, vpn, .. } = at;
        let (pfn, bits) = self.pte_at(at).mapped()?;
        if !self.frame(pfn).is_ranked() || pfn == self.zero_frame() {
            return None;
        }
        if self.space(pid).find(vpn).is_none_or(|vma| vma.flags.contains(VmaFlags::LOCKED)) {
            return None;
        }
        t.emit(|| Event::ScanPte { pid, vpn, pfn, referenced: bits.accessed });
        if bits.accessed {
            self.set_pte(at, PteBits { accessed: false, ..bits }.entry(pfn), t);
        }
        Some(Scanned { vpn, pfn, used: bits.accessed })
    }

    /// Of the PTEs beside those that map a page, in the same table: the pages that were used. The search for the page's
    /// own PTEs has been made and paid for.
    pub(in crate::mm) fn scan_beside(&mut self, pfn: Pfn, t: &mut impl Trace) -> Vec<Pfn> {
        let mut used = Vec::new();
        for (at, _) in self.mappings(pfn, &mut NullTrace) {
            let first = at.index / AROUND * AROUND;
            let last = (u64::from(first + AROUND)).min(self.geometry().entries()) as u16;
            for index in (first..last).filter(|index| *index != at.index) {
                let vpn = Vpn(at.vpn.0 + u64::from(index) - u64::from(at.index));
                let scanned = self.scan_place(PtePlace { index, vpn, ..at }, t);
                used.extend(scanned.filter(|scanned| scanned.used).map(|scanned| scanned.pfn));
            }
        }
        used
    }

    /// Takes a page from one process that maps it. An anonymous page is written to a slot first, unless it is in one;
    /// the PTE then holds its number. A page of an object is left to it, and marked if it was written. The frame is
    /// kept.
    pub(in crate::mm) fn unmap_scanned(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        let Some(at) = self.find_pte(pid, vpn) else { return };
        let Some((pfn, bits)) = self.pte_at(at).mapped() else { return };
        match self.frame(pfn).mapping {
            Owner::Object(_) => {
                self.set_evicted((pid, vpn));
                self.set_pte(at, Pte::Empty, t);
                self.unmap_frame(pfn, at, bits.dirty, t);
            }
            Owner::Anon(_) => self.unmap_to_slot(pfn, &[at], t),
            // Pages that were merged share a slot, but no frame that comes back: all let go at once.
            Owner::Ksm(_) => {
                let places: Vec<PtePlace> = self.mappings(pfn, t).into_iter().map(|(at, _)| at).collect();
                self.unmap_to_slot(pfn, &places, t);
            }
            Owner::None => {}
        }
    }
}
