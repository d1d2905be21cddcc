//! Which pages a process's tables map, as the view has them: walks, leaf entries, and all that map a frame.

use super::view::View;
use crate::hw::pte::{Pte, RawPte};
use crate::units::{Pfn, Pid, Vpn};
use std::collections::BTreeMap;

/// One entry met on the way from the root to a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WalkStep {
    pub level: u8,
    pub table: Pfn,
    pub index: u16,
    pub raw: RawPte,
}

/// A leaf entry that is not empty, of page `vpn` of `pid`; at a level above 0, of the large page that begins there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Mapping {
    pub pid: Pid,
    pub vpn: Vpn,
    pub table: Pfn,
    pub index: u16,
    pub level: u8,
    pub raw: RawPte,
}

impl View {
    /// The walk to a page, root first, as far as there are tables. The last step is the PTE if the walk got there, or a
    /// large page's entry.
    pub fn walk(&self, pid: Pid, vpn: Vpn) -> Vec<WalkStep> {
        let geometry = self.geometry();
        let mut steps = Vec::new();
        let Some(process) = self.process(pid) else { return steps };
        let mut table = process.root;
        for level in (0..geometry.levels).rev() {
            let index = geometry.index(vpn, level);
            let raw = self.ram.entry(table, index);
            steps.push(WalkStep { level, table, index, raw });
            match Pte::next_table(geometry.kind, raw).filter(|_| level > 0) {
                Some(next) => table = next,
                None => break,
            }
        }
        steps
    }

    /// The leaf entry of a page; empty where no table covers it. Within a large page, the entry the page would have in
    /// a table.
    pub fn pte(&self, pid: Pid, vpn: Vpn) -> Pte {
        let geometry = self.geometry();
        let Some(step) = self.walk(pid, vpn).pop() else { return Pte::Empty };
        let within = vpn.0 & (geometry.span(step.level) - 1);
        Pte::decode_at(geometry.kind, step.level, step.raw).further(within as u32)
    }

    /// Decodes an entry that [`View::each_pte`] visits; a large page's names its first frame.
    pub fn decode(&self, mapping: &Mapping) -> Pte {
        Pte::decode_at(self.geometry().kind, mapping.level, mapping.raw)
    }

    /// Calls `visit` with every page that has an entry, lowest first; those of a large page one by one.
    pub fn each_page(&self, pid: Pid, visit: &mut impl FnMut(Mapping, Pte)) {
        self.each_pte(pid, &mut |mapping| {
            let pte = self.decode(&mapping);
            for n in 0..self.geometry().span(mapping.level) {
                visit(Mapping { vpn: mapping.vpn.plus(n), ..mapping }, pte.further(n as u32));
            }
        });
    }

    /// Calls `visit` with every leaf entry of a process that is not empty, and every large page's, lowest page first.
    pub fn each_pte(&self, pid: Pid, visit: &mut impl FnMut(Mapping)) {
        if let Some(process) = self.process(pid) {
            let top = self.geometry().levels - 1;
            self.each_in_table(pid, process.root, top, Vpn(0), visit);
        }
    }

    fn each_in_table(&self, pid: Pid, table: Pfn, level: u8, base: Vpn, visit: &mut impl FnMut(Mapping)) {
        let geometry = self.geometry();
        self.ram.each_entry(table, |index, raw| {
            let vpn = base.plus(u64::from(index) * geometry.span(level));
            match Pte::next_table(geometry.kind, raw).filter(|_| level > 0) {
                Some(next) => self.each_in_table(pid, next, level - 1, vpn, visit),
                None => visit(Mapping { pid, vpn, table, index, level, raw }),
            }
        });
    }

    /// Every PTE that maps each frame, by a scan of all page tables: what the reverse map must find. A large page is
    /// listed at its first frame.
    pub fn all_mappings(&self) -> BTreeMap<Pfn, Vec<Mapping>> {
        let mut all: BTreeMap<Pfn, Vec<Mapping>> = BTreeMap::new();
        for pid in self.spaces.keys() {
            self.each_pte(*pid, &mut |mapping| {
                if let Some(pfn) = self.decode(&mapping).pfn() {
                    all.entry(pfn).or_default().push(mapping);
                }
            });
        }
        all
    }
}
