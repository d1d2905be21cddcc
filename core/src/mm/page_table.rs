//! Page tables in frames: finding entries, growing the tree on the way down, pruning it when no VMA needs it.
//!
//! ```text
//! root --[index at level 3]--> table --[2]--> table --[1]--> table of PTEs --[0]--> frame
//! ```
//! Invariant: a table other than the root exists only while a VMA meets the range it covers.

use super::frame::FrameUse;
use super::state::PtePlace;
use super::{Mm, Trouble};
use crate::hw::pte::{Pte, RawPte};
use crate::lab::event::Trace;
use crate::units::{Pfn, Pid, Vpn};

/// Some neighbouring entries of one table of PTEs.
#[derive(Clone, Debug)]
pub(crate) struct LeafTable {
    first: PtePlace,
    pub indices: std::ops::Range<u16>,
}

impl LeafTable {
    /// Where the entry `index` is.
    #[inline]
    pub(crate) fn place(&self, index: u16) -> PtePlace {
        PtePlace { index, vpn: self.first.vpn.plus(u64::from(index - self.first.index)), ..self.first }
    }
}

impl Mm {
    /// Where the leaf entry of a page is, if its table exists.
    #[inline]
    pub(crate) fn find_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        self.near_pte(pid, vpn).or_else(|| self.walk_to_pte(pid, vpn))
    }

    fn walk_to_pte(&self, pid: Pid, vpn: Vpn) -> Option<PtePlace> {
        let mut table = self.space(pid).info.root;
        for level in (1..self.geometry.levels).rev() {
            let raw = self.ram.entry(table, self.geometry.index(vpn, level));
            table = Pte::decode(self.geometry.kind, raw).pfn()?;
        }
        Some(PtePlace { pid, table, index: self.geometry.index(vpn, 0), level: 0, vpn })
    }

    /// The entry at a place.
    #[inline]
    pub(crate) fn pte_at(&self, at: PtePlace) -> Pte {
        Pte::decode(self.geometry.kind, self.ram.entry(at.table, at.index))
    }

    /// The leaf entry of a page; empty where there is no table.
    pub(crate) fn pte(&self, pid: Pid, vpn: Vpn) -> Pte {
        self.find_pte(pid, vpn).map_or(Pte::Empty, |at| self.pte_at(at))
    }

    /// Where the leaf entry of a page is; missing tables are made. May reclaim, and so may change any other PTE.
    #[inline]
    pub(crate) fn ensure_pte(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, Trouble> {
        if let Some(at) = self.near_pte(pid, vpn) {
            return Ok(at);
        }
        let at = self.build_to_pte(pid, vpn, t)?;
        self.remember_table(at);
        Ok(at)
    }

    fn build_to_pte(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) -> Result<PtePlace, Trouble> {
        let mut table = self.space(pid).info.root;
        for level in (1..self.geometry.levels).rev() {
            let index = self.geometry.index(vpn, level);
            table = match Pte::decode(self.geometry.kind, self.ram.entry(table, index)).pfn() {
                Some(next) => next,
                None => {
                    let base = Vpn(vpn.0 & !(self.geometry.span(level) - 1));
                    let next = self.new_table(pid, level - 1, base, t)?;
                    let at = PtePlace { pid, table, index, level, vpn: base };
                    self.set_raw_pte(at, Pte::table(next).encode(self.geometry.kind), t);
                    next
                }
            };
        }
        Ok(PtePlace { pid, table, index: self.geometry.index(vpn, 0), level: 0, vpn })
    }

    /// A zeroed frame for a table of `pid` whose first entry maps page `base`.
    fn new_table(&mut self, pid: Pid, level: u8, base: Vpn, t: &mut impl Trace) -> Result<Pfn, Trouble> {
        let pfn = self.take_frame(pid, t)?;
        self.set_frame(pfn, |f| (f.state, f.index) = (FrameUse::Table { pid, level }, base.0), t);
        self.set_contents(pfn, None, None, t);
        Ok(pfn)
    }

    /// The tables of PTEs that meet `start..end`, lowest first, each with the indices inside.
    pub(crate) fn leaf_tables(&self, pid: Pid, start: Vpn, end: Vpn) -> Vec<LeafTable> {
        let mut found = Vec::new();
        let mut at = start;
        // A range within one table is the rule.
        if let Some(first) = self.near_pte(pid, start)
            && start < end
        {
            let last = (u64::from(first.index) + (end.0 - start.0)).min(self.geometry.entries());
            found.push(LeafTable { first, indices: first.index..last as u16 });
            at = start.plus(last - u64::from(first.index));
        }
        if at < end {
            self.find_tables(pid, self.space(pid).info.root, self.geometry.levels - 1, Vpn(0), (at, end), &mut found);
        }
        found
    }

    fn find_tables(&self, pid: Pid, table: Pfn, level: u8, base: Vpn, range: (Vpn, Vpn), found: &mut Vec<LeafTable>) {
        let indices = self.indices(level, base, range);
        if level == 0 {
            let index = indices.start;
            let vpn = base.plus(u64::from(index));
            return found.push(LeafTable { first: PtePlace { pid, table, index, level, vpn }, indices });
        }
        for index in indices {
            if let Some(next) = Pte::decode(self.geometry.kind, self.ram.entry(table, index)).pfn() {
                let vpn = base.plus(u64::from(index) * self.geometry.span(level));
                self.find_tables(pid, next, level - 1, vpn, range, found);
            }
        }
    }

    /// Every leaf entry in `start..end` that is not empty, lowest first. Cost grows with tables, not with the range.
    pub(crate) fn leaves(&self, pid: Pid, start: Vpn, end: Vpn) -> Vec<(PtePlace, RawPte)> {
        let mut found = Vec::new();
        self.collect(pid, self.space(pid).info.root, self.geometry.levels - 1, Vpn(0), (start, end), &mut found);
        found
    }

    fn collect(
        &self,
        pid: Pid,
        table: Pfn,
        level: u8,
        base: Vpn,
        range: (Vpn, Vpn),
        found: &mut Vec<(PtePlace, RawPte)>,
    ) {
        for index in self.indices(level, base, range) {
            let raw = self.ram.entry(table, index);
            if raw == 0 {
                continue;
            }
            let vpn = base.plus(u64::from(index) * self.geometry.span(level));
            if level == 0 {
                found.push((PtePlace { pid, table, index, level, vpn }, raw));
            } else if let Some(next) = Pte::decode(self.geometry.kind, raw).pfn() {
                self.collect(pid, next, level - 1, vpn, range, found);
            }
        }
    }

    /// The indices of a table at `level` that begins at page `base` whose entries meet the range.
    fn indices(&self, level: u8, base: Vpn, (start, end): (Vpn, Vpn)) -> std::ops::Range<u16> {
        let span = self.geometry.span(level);
        let whole = self.geometry.entries();
        let from = (start.0.saturating_sub(base.0) / span).min(whole);
        let to = end.0.saturating_sub(base.0).div_ceil(span).min(whole);
        from as u16..to as u16
    }

    /// Frees the tables in `start..end` that cover no VMA any more.
    pub(crate) fn prune_tables(&mut self, pid: Pid, start: Vpn, end: Vpn, t: &mut impl Trace) {
        let root = self.space(pid).info.root;
        self.prune(pid, root, self.geometry.levels - 1, Vpn(0), (start, end), t);
    }

    fn prune(&mut self, pid: Pid, table: Pfn, level: u8, base: Vpn, range: (Vpn, Vpn), t: &mut impl Trace) {
        for index in self.indices(level, base, range) {
            let Some(next) = Pte::decode(self.geometry.kind, self.ram.entry(table, index)).pfn() else { continue };
            let span = self.geometry.span(level);
            let vpn = base.plus(u64::from(index) * span);
            if level > 1 {
                self.prune(pid, next, level - 1, vpn, range, t);
            }
            if self.space(pid).overlapping(vpn, vpn.plus(span)).next().is_none() {
                self.set_raw_pte(PtePlace { pid, table, index, level, vpn }, 0, t);
                self.give_frame(next, t);
            }
        }
    }
}
