//! What leads from a page to its entry: areas, page tables and the frames' descriptors, to be looked through. Nothing
//! here changes anything or emits an event. The reverse map sees no more of the memory manager than this.
//!
//! ```text
//! root --[index at level 3]--> table --[2]--> table --[1]--> table of PTEs --[0]--> frame
//! ```

use super::space::{Space, Spaces};
use crate::hw::geometry::Geometry;
use crate::hw::pte::{Pte, RawPte, is_empty};
use crate::hw::ram::Ram;
use crate::units::{AnonVmaId, Pfn, Pid, VmaId, Vpn};
use crate::vocabulary::anon_vma::AnonVmas;
use crate::vocabulary::frame::FrameTable;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::object::Objects;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::stable_node::StableNodes;
use crate::vocabulary::vma::Vma;

/// Borrowed parts of the memory manager.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    pub(in crate::mm) geometry: &'static Geometry,
    pub(in crate::mm) ram: &'a Ram,
    pub(in crate::mm) frames: &'a FrameTable,
    pub(in crate::mm) spaces: &'a Spaces,
    pub(in crate::mm) vma_at: &'a IdMap<VmaId, (Pid, Vpn)>,
    pub(in crate::mm) anon_vmas: &'a AnonVmas,
    pub(in crate::mm) objects: &'a Objects,
    pub(in crate::mm) stable_nodes: &'a StableNodes,
    /// The frame of the shared zero page.
    pub(in crate::mm) zero: Pfn,
}

impl<'a> Tables<'a> {
    /// The address space of a process, which must be living.
    #[inline(always)]
    pub(in crate::mm) fn space(&self, pid: Pid) -> &'a Space {
        self.spaces.get(&pid).expect("a living process")
    }

    /// The VMA that starts at `start`.
    #[inline(always)]
    pub(in crate::mm) fn vma(&self, pid: Pid, start: Vpn) -> &'a Vma {
        &self.space(pid).vmas[&start]
    }

    /// The VMA of an id; it must be living.
    #[inline(always)]
    pub(in crate::mm) fn vma_by_id(&self, id: VmaId) -> &'a Vma {
        let (pid, start) = self.vma_at[&id];
        self.vma(pid, start)
    }

    /// The entry at a place.
    #[inline(always)]
    pub(in crate::mm) fn pte_at(&self, at: PtePlace) -> Pte {
        Pte::decode(self.geometry.kind, self.ram.entry(at.table, at.index))
    }

    /// Where the leaf entry of a page is, else the place of the entry above at which the walk ends: it is empty, or a
    /// large page's.
    #[inline(always)]
    pub(in crate::mm) fn walk_to_pte(&self, pid: Pid, vpn: Vpn) -> Result<PtePlace, PtePlace> {
        let mut table = self.space(pid).info.root;
        for level in (1..self.geometry.levels).rev() {
            let index = self.geometry.index(vpn, level);
            match Pte::next_table(self.geometry.kind, self.ram.entry(table, index)) {
                Some(next) => table = next,
                None => return Err(self.place_above(pid, (table, index, level), vpn)),
            }
        }
        Ok(PtePlace { pid, table, index: self.geometry.index(vpn, 0), level: 0, vpn })
    }

    /// The place of a page's leaf entry; `None` if its table does not exist.
    pub(in crate::mm) fn find_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        self.walk_to_pte(pid, vpn).ok()
    }

    /// The place of the entry at `level` on the way to a page; `None` if a table above it is missing, or there is no
    /// such level.
    #[inline(always)]
    pub(in crate::mm) fn place_at(&self, pid: Pid, vpn: Vpn, level: u8) -> Option<PtePlace> {
        if level >= self.geometry.levels {
            return None;
        }
        let mut table = self.space(pid).info.root;
        for above in (level + 1..self.geometry.levels).rev() {
            let raw = self.ram.entry(table, self.geometry.index(vpn, above));
            table = Pte::next_table(self.geometry.kind, raw)?;
        }
        Some(self.place_above(pid, (table, self.geometry.index(vpn, level), level), vpn))
    }

    /// The place of an entry above the leaves, on the way to `vpn`.
    #[inline(always)]
    pub(in crate::mm) fn place_above(&self, pid: Pid, (table, index, level): (Pfn, u16, u8), vpn: Vpn) -> PtePlace {
        PtePlace { pid, table, index, level, vpn: Vpn(vpn.0 & !(self.geometry.span(level) - 1)) }
    }

    /// Every leaf entry in the range that is not empty, lowest first. Cost grows with tables, not with the range.
    pub(in crate::mm) fn leaves(&self, pid: Pid, pages: Pages) -> Vec<(PtePlace, RawPte)> {
        let mut found = Vec::new();
        self.collect(self.root_of(pid), pages, &mut found);
        found
    }

    /// The place of the first entry of a process's uppermost table.
    #[inline(always)]
    pub(in crate::mm) fn root_of(&self, pid: Pid) -> PtePlace {
        let (table, level) = (self.space(pid).info.root, self.geometry.levels - 1);
        PtePlace { pid, table, index: 0, level, vpn: Vpn(0) }
    }

    /// Collects from the table whose first entry is at `first`.
    fn collect(&self, first: PtePlace, pages: Pages, found: &mut Vec<(PtePlace, RawPte)>) {
        for index in self.indices(first.level, first.vpn, pages) {
            let raw = self.ram.entry(first.table, index);
            if is_empty(self.geometry.kind, raw) {
                continue;
            }
            let vpn = first.vpn.plus(u64::from(index) * self.geometry.span(first.level));
            if first.level == 0 {
                found.push((PtePlace { index, vpn, ..first }, raw));
            } else if let Some(table) = Pte::next_table(self.geometry.kind, raw) {
                self.collect(PtePlace { table, level: first.level - 1, vpn, ..first }, pages, found);
            }
        }
    }

    /// The indices of a table at `level` that begins at page `base` whose entries meet the range.
    #[inline(always)]
    pub(in crate::mm) fn indices(&self, level: u8, base: Vpn, Pages { start, end }: Pages) -> std::ops::Range<u16> {
        let span = self.geometry.span(level);
        let whole = self.geometry.entries();
        let from = (start.0.saturating_sub(base.0) / span).min(whole);
        let to = end.0.saturating_sub(base.0).div_ceil(span).min(whole);
        from as u16..to as u16
    }

    /// The VMAs and pages that an item of a stable node leads to.
    pub(in crate::mm) fn pages_of_item(
        &self,
        (anon_vma, index): (AnonVmaId, u64),
    ) -> impl Iterator<Item = (VmaId, Vpn)> + 'a {
        let vmas = self.anon_vmas.get(&anon_vma).map(|a| &a.vmas).into_iter().flatten();
        let tables = *self;
        vmas.filter_map(move |id| tables.vma_by_id(*id).vpn_of(index).map(|vpn| (*id, vpn)))
    }
}
