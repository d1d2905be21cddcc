//! What the last page needed, remembered for its neighbour: the VMA it lies in, the table that holds its PTE, and the
//! entries on the way there.
//!
//! None of it is state: forgetting it changes nothing but the time the host takes, and every listener gets the same
//! events. Linux had the first, `mmap_cache`, until 2014; processors have the second, caches of the upper levels of the
//! tables.

use crate::hw::geometry::Geometry;
use crate::hw::mmu::{self, Visit};
use crate::hw::ram::Ram;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::vma::{Cover, Vma};

/// Entries above a table of PTEs, at most: five levels.
const ABOVE: usize = 4;

/// What is remembered between one page and the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Near {
    table: Option<NearTable>,
    /// A VMA and its end.
    vma: Option<(Cover, Vpn)>,
}

/// A table of PTEs that was walked to.
#[derive(Clone, Copy, Debug)]
struct NearTable {
    pid: Pid,
    /// The page of its first entry.
    base: Vpn,
    table: Pfn,
    /// The entries read on the walk to it, the root's first.
    above: [Visit; ABOVE],
}

impl Near {
    /// Where the PTE of a page is, if its table is the one remembered.
    #[inline(always)]
    pub(in crate::mm) fn pte(&self, geometry: &Geometry, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        let near = self.table.as_ref()?;
        let index = vpn.0 ^ near.base.0;
        let found = near.pid == pid && index < geometry.entries();
        found.then_some(PtePlace { pid, table: near.table, index: index as u16, level: 0, vpn })
    }

    /// The entries that a walk to the table remembered reads, the root's first; empty if none is.
    #[inline(always)]
    pub(in crate::mm) fn above(&self, geometry: &Geometry) -> &[Visit] {
        self.table.as_ref().map_or(&[], |near| &near.above[..usize::from(geometry.levels) - 1])
    }

    /// Remembers the table of a PTE, and the entries on the way to it from the process's root.
    pub(in crate::mm) fn remember_table(&mut self, ram: &Ram, root: Pfn, at: PtePlace) {
        let mut above = [Visit { level: 0, table: root, index: 0, raw: 0 }; ABOVE];
        let mut places = above.iter_mut();
        mmu::walk(ram, root, at.vpn, false, |visit| {
            if let Some(place) = places.next().filter(|_| visit.level > 0) {
                *place = visit;
            }
        });
        let base = Vpn(at.vpn.0 - u64::from(at.index));
        self.table = Some(NearTable { pid: at.pid, base, table: at.table, above });
    }

    /// Forgets a table that is freed or put aside.
    #[inline]
    pub(in crate::mm) fn forget_table(&mut self) {
        self.table = None;
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
    }
}
