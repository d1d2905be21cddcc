//! What the last page needed, remembered for its neighbour: the VMA it lies in, the table that holds its PTE, and where
//! both are alike for fresh pages (`fresh`).
//!
//! None of it is state: forgetting them changes nothing but the time the host takes. Linux had both: `mmap_cache`, the last
//! VMA found, until 2014; and the processor caches upper levels of the tables.

use super::fresh::Fresh;
use crate::mm::Mm;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::vma::{Cover, Vma};

/// The memories.
#[derive(Clone, Copy, Debug, Default)]
pub struct Near {
    /// Process, first page and frame of a table of PTEs.
    table: Option<(Pid, Vpn, Pfn)>,
    /// A VMA and its end.
    vma: Option<(Cover, Vpn)>,
    /// Pages that lie in one VMA and one table, neither of which has changed since.
    pub(super) fresh: Option<Fresh>,
}

impl Mm {
    /// Where the PTE of a page is, if its table is the one remembered.
    #[inline]
    pub(crate) fn near_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        let (of, base, table) = self.near.table?;
        let index = vpn.0 ^ base.0;
        (of == pid && index < self.geometry.entries()).then_some(PtePlace {
            pid,
            table,
            index: index as u16,
            level: 0,
            vpn,
        })
    }

    /// Remembers the table of a PTE.
    #[inline]
    pub(crate) fn remember_table(&mut self, at: PtePlace) {
        self.near.table = Some((at.pid, Vpn(at.vpn.0 - u64::from(at.index)), at.table));
    }

    /// A table is taken away.
    #[inline]
    pub(crate) fn forget_table(&mut self) {
        self.near.table = None;
        self.near.fresh = None;
    }

    /// The VMA that holds a page.
    #[inline]
    pub(crate) fn cover_of(&mut self, pid: Pid, vpn: Vpn) -> Option<&Cover> {
        self.near_vma(pid, vpn).map(|(cover, _)| cover)
    }

    /// The same, and its end.
    #[inline]
    pub(crate) fn near_vma(&mut self, pid: Pid, vpn: Vpn) -> Option<&(Cover, Vpn)> {
        let holds = |(cover, end): &(Cover, Vpn)| cover.pid == pid && cover.start <= vpn && vpn < *end;
        if !self.near.vma.as_ref().is_some_and(holds) {
            let vma: &Vma = self.space(pid).find(vpn)?;
            self.near.vma = Some((vma.cover(), vma.end));
        }
        self.near.vma.as_ref()
    }

    /// A VMA is added, changed or dropped.
    #[inline]
    pub(crate) fn forget_vma(&mut self) {
        self.near.vma = None;
        self.near.fresh = None;
    }
}
