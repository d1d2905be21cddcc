//! Fault-around: a read fault on a page of an object also maps the neighbours that are in the page cache already;
//! Linux's `do_fault_around` and `filemap_map_pages`.
//!
//! ```text
//! PTEs of one table   |....|a a a a|a a F a|....|      the aligned group of F, a VMA that covers it
//! VMA starts late     |....|. . . V|V V F V|V V V|     the window begins at the VMA's start and keeps its length
//! ```
//! Only empty entries are filled, nothing is read or allocated. Observed on Linux 6.18.

use crate::hw::pte::Pte;
use crate::mm::Mm;
use crate::mm::table::map::Rights;
use crate::units::{ObjectId, Vpn};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Cover;

impl Mm {
    /// Maps the cached pages around `at`. `true`: that of `at` itself was in the cache and is mapped, too.
    pub(in crate::mm) fn map_around(&mut self, at: PtePlace, vma: Cover, id: ObjectId, t: &mut impl Trace) -> bool {
        if self.settings().fault_around == 1 {
            return false;
        }
        let mut mapped = false;
        let writable = self.maps_writable(vma, id);
        for index in self.window(at, vma) {
            let vpn = Vpn(at.vpn.0 + u64::from(index) - u64::from(at.index));
            let place = PtePlace { index, vpn, ..at };
            let page = self.find_cached(id, vma.index_of(vpn), t);
            if let (Pte::Empty, Some(pfn)) = (self.pte_at(place), page) {
                self.map_frame(place, vma, (pfn, Owner::Object(id)), Rights { writable, dirty: false }, t);
                mapped |= index == at.index;
            }
        }
        mapped
    }

    /// The indices of the table's entries that are examined.
    fn window(&self, at: PtePlace, vma: Cover) -> std::ops::Range<u16> {
        let (index, pages) = (u64::from(at.index), u64::from(self.settings().fault_around));
        let end = self.vma(vma.pid, vma.start).end;
        let from = (index & !(pages - 1)).max(index.saturating_sub(at.vpn.0 - vma.start.0));
        let to = (from + pages).min(self.geometry().entries()).min(index + end.0 - at.vpn.0);
        from as u16..to as u16
    }
}
