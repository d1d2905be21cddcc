//! The commonest fault when there is no listener: the first write to a page whose neighbour was first written before
//! it.
//!
//! ```text
//! VMA          |    private, anonymous, writable     |
//! table  |         512 entries          |                the stretch that both cover: whatever `fault` would ask of
//! fresh        |________________________|                the VMA and of the tables is answered for all of it
//! ```
//! Inside the stretch a page that has an empty entry needs a frame and nothing else. What happens is what `access`,
//! `fault` and `provide` do one after another, and is found there; here it is done in one go, without an event, without
//! asking twice, without writing descriptor or entry twice. The stretch is no state: it is forgotten with the VMA or
//! the table (`near`), and a property holds the machine that knows it equal to the one that does not. Linux has no such
//! way, but faults in some 16 pages of a file at once for the same reason (`fault_around`).

use crate::alloc::FrameAllocator;
use crate::hw::pte::{Pte, PteBits};
use crate::hw::tlb::TlbEntry;
use crate::mm::Mm;
use crate::mm::base::near::Fresh;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::request::{Mobility, Request};
use crate::vocabulary::trace::NullTrace;
use crate::vocabulary::vma::VmaFlags;

impl Mm {
    /// Makes a page writable by giving it a zeroed frame, if that is all there is to do; the TLB does not hold it.
    #[inline(always)]
    pub(in crate::mm) fn write_fresh(&mut self, pid: Pid, vpn: Vpn) -> Option<Pfn> {
        let fresh = self.near_fresh()?;
        let n = vpn.0.wrapping_sub(fresh.first.0);
        let (table, entry) = (fresh.table, fresh.entry.wrapping_add(n as u16));
        if n >= fresh.pages || fresh.pid != pid || self.ram().entry(table, entry) != 0 {
            return None;
        }
        // A miss is left to the long way, which reclaims.
        let pfn = self.allocator_mut().alloc(&Request::page(Mobility::Movable), &mut NullTrace)?;
        let Fresh { mapping, mlocked, .. } = fresh;
        let (state, index) = (FrameUse::Page, fresh.index + n);
        let page = Frame { state, mapcount: 1, mapping, index, mlocked, ..Frame::default() };
        self.set_frame(pfn, |f| *f = page, &mut NullTrace);
        self.set_contents(pfn, None, None, &mut NullTrace);
        let at = PtePlace { pid, table, index: entry, level: 0, vpn };
        self.enter_rmap(at, pfn, &mut NullTrace);
        self.set_raw_pte(at, Pte::with_frame(self.geometry().kind, fresh.pte, pfn), &mut NullTrace);
        self.fill_tlb(TlbEntry { pid, vpn, pages: 1, pfn, writable: true, dirty: true }, false, &mut NullTrace);
        self.count_pages(pid, 1);
        Some(pfn)
    }

    /// Remembers the stretch around a page that has just been written for the first time.
    #[inline(never)]
    pub(super) fn remember_stretch(&mut self, at: PtePlace) {
        let Some(&(vma, end)) = self.near_vma(at.pid, at.vpn) else { return };
        let Some(own) = vma.anon_vma.filter(|_| vma.object.is_none()) else { return };
        if !vma.prot.contains(Prot::WRITE) || vma.flags.contains(VmaFlags::RUN) {
            return;
        }
        let table_start = Vpn(at.vpn.0 - u64::from(at.index));
        let first = vma.start.max(table_start);
        let last = end.min(table_start.plus(self.geometry().entries()));
        let written = PteBits { writable: true, dirty: true, ..vma.prot.pte_bits() }.entry(Pfn(0));
        self.remember_fresh(Fresh {
            pid: at.pid,
            first,
            pages: last.0 - first.0,
            table: at.table,
            entry: (first.0 - table_start.0) as u16,
            index: vma.index_of(first),
            mapping: Owner::Anon(own),
            mlocked: vma.flags.contains(VmaFlags::LOCKED),
            pte: written.encode(self.geometry().kind),
        });
    }
}
