//! Which PTEs map what, at one place in time.

use pageturner::hw::pte::Pte;
use pageturner::lab::time::mapped::Mapping;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, SwapSlot, Vpn};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The place of a page table in its process's tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TablePlace {
    pub pid: Pid,
    pub level: u8,
    /// The first page it covers.
    pub base: Vpn,
}

/// From frames and slots back to page-table entries, found by reading all tables, and kept for as long as the place in
/// time does: a million entries are read in a millisecond or two, but put in order in forty.
#[derive(Clone, Debug, Default)]
pub struct Index {
    tables: BTreeMap<Pfn, TablePlace>,
    found: RefCell<BTreeMap<Target, Rc<[Mapping]>>>,
}

/// What PTEs point to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Target {
    Frame(Pfn),
    Slot(SwapSlot),
}

impl Index {
    /// Reads the upper page tables of every process.
    pub fn new(view: &View) -> Index {
        let mut index = Index::default();
        for process in view.processes() {
            let root = TablePlace { pid: process.pid, level: view.geometry().levels - 1, base: Vpn(0) };
            index.add_tables(view, process.root, root);
        }
        index
    }

    fn add_tables(&mut self, view: &View, table: Pfn, place: TablePlace) {
        let geometry = view.geometry();
        self.tables.insert(table, place);
        if place.level == 0 || view.ram.bytes(table).is_none() {
            return;
        }
        view.ram.each_entry(table, |entry, raw| {
            if let Some(next) = Pte::next_table(geometry.kind, raw) {
                let base = place.base.plus(u64::from(entry) * geometry.span(place.level));
                self.add_tables(view, next, TablePlace { level: place.level - 1, base, ..place });
            }
        });
    }

    /// The PTEs that map a frame, by process and page; those of large pages name their first page.
    pub fn frame(&self, view: &View, pfn: Pfn) -> Rc<[Mapping]> {
        self.to(view, Target::Frame(pfn))
    }

    /// The PTEs that hold a slot's number, by process and page.
    pub fn slot(&self, view: &View, slot: SwapSlot) -> Rc<[Mapping]> {
        self.to(view, Target::Slot(slot))
    }

    fn to(&self, view: &View, target: Target) -> Rc<[Mapping]> {
        self.found.borrow_mut().entry(target).or_insert_with(|| scan(view, target)).clone()
    }

    /// The place of the table in this frame; `None` if it holds no table.
    pub fn table(&self, pfn: Pfn) -> Option<TablePlace> {
        self.tables.get(&pfn).copied()
    }

    /// The tables of a process.
    pub fn tables_of(&self, pid: Pid) -> impl Iterator<Item = Pfn> {
        self.tables.iter().filter(move |(_, place)| place.pid == pid).map(|(pfn, _)| *pfn)
    }
}

/// Reads every page table of every process for what points to the target.
fn scan(view: &View, target: Target) -> Rc<[Mapping]> {
    let mut found = Vec::new();
    for process in view.processes() {
        view.each_pte(process.pid, &mut |mapping| {
            let points = match (view.decode(&mapping), target) {
                (Pte::Mapped { pfn: first, .. }, Target::Frame(pfn)) => {
                    (first.0..first.0 + view.geometry().span(mapping.level) as u32).contains(&pfn.0)
                }
                (Pte::Swapped { slot }, Target::Slot(wanted)) => slot == wanted,
                _ => false,
            };
            if points {
                found.push(mapping);
            }
        });
    }
    found.into()
}
