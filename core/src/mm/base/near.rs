//! What the last page needed, remembered for its neighbour: the VMA it lies in, the table that holds its PTE, and where
//! both are alike for fresh pages (`fault::fresh`).
//!
//! None of it is state: forgetting them changes nothing but the time the host takes. Linux had both: `mmap_cache`, the
//! last VMA found, until 2014; and the processor caches upper levels of the tables.

use crate::hw::geometry::Geometry;
use crate::hw::pte::RawPte;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::vma::{Cover, Vma};

/// What is remembered between one page and the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Near {
    /// Process, first page and frame of a table of PTEs.
    table: Option<(Pid, Vpn, Pfn)>,
    /// A VMA and its end.
    vma: Option<(Cover, Vpn)>,
    /// Pages that lie in one VMA and one table, neither of which has changed since.
    pub(in crate::mm) fresh: Option<Fresh>,
}

impl Near {
    /// Where the PTE of a page is, if its table is the one remembered.
    #[inline]
    pub(in crate::mm) fn pte(&self, geometry: &Geometry, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        let (of, base, table) = self.table?;
        let index = vpn.0 ^ base.0;
        (of == pid && index < geometry.entries()).then_some(PtePlace { pid, table, index: index as u16, level: 0, vpn })
    }

    /// Remembers the table of a PTE.
    #[inline]
    pub(in crate::mm) fn remember_table(&mut self, at: PtePlace) {
        self.table = Some((at.pid, Vpn(at.vpn.0 - u64::from(at.index)), at.table));
    }

    /// Forgets a table that is freed.
    #[inline]
    pub(in crate::mm) fn forget_table(&mut self) {
        self.table = None;
        self.fresh = None;
    }

    /// The VMA that holds a page, and its end: the one remembered, else found in the space. `None`: no VMA holds it.
    #[inline(always)]
    pub(in crate::mm) fn vma<'v>(
        &mut self,
        pid: Pid,
        vpn: Vpn,
        find: impl FnOnce() -> Option<&'v Vma>,
    ) -> Option<&(Cover, Vpn)> {
        let holds = |(cover, end): &(Cover, Vpn)| cover.pid == pid && cover.start <= vpn && vpn < *end;
        if !self.vma.as_ref().is_some_and(holds) {
            let vma = find()?;
            self.vma = Some((vma.cover(), vma.end));
        }
        self.vma.as_ref()
    }

    /// Forgets a VMA that is added, changed or dropped.
    #[inline]
    pub(in crate::mm) fn forget_vma(&mut self) {
        self.vma = None;
        self.fresh = None;
    }
}

/// Pages of one VMA and one table, and what a fresh page there is like.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    pub(in crate::mm) pid: Pid,
    pub(in crate::mm) first: Vpn,
    pub(in crate::mm) pages: u64,
    /// The table, and the place of the first page's entry in it.
    pub(in crate::mm) table: Pfn,
    pub(in crate::mm) entry: u16,
    /// The `index` of the first page.
    pub(in crate::mm) index: u64,
    pub(in crate::mm) mapping: Owner,
    pub(in crate::mm) mlocked: bool,
    /// The entry of a page written, but for its frame.
    pub(in crate::mm) pte: RawPte,
}
