//! Which PTEs map what, at one place in time: built once per place, so that hovering over the map costs one look-up.

use pageturner::hw::pte::Pte;
use pageturner::lab::time::mapped::Mapping;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, SwapSlot, Vpn};
use std::collections::BTreeMap;

/// The place of a page table in its process's tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TablePlace {
    pub pid: Pid,
    pub level: u8,
    /// The first page it covers.
    pub base: Vpn,
}

/// From frames and slots back to page-table entries, found by reading all tables.
#[derive(Clone, Debug, Default)]
pub struct Index {
    frames: Found<Pfn>,
    slots: Found<SwapSlot>,
    tables: BTreeMap<Pfn, TablePlace>,
    entries: BTreeMap<Pid, u32>,
}

/// PTEs by what they point to, in the order in which they were found: two sorted arrays, as there may be millions.
#[derive(Clone, Debug, Default)]
struct Found<K> {
    keys: Vec<K>,
    mappings: Vec<Mapping>,
}

impl<K: Copy + Ord> Found<K> {
    fn new(mut found: Vec<(K, Mapping)>) -> Found<K> {
        found.sort_by_key(|(key, _)| *key);
        let (keys, mappings) = found.into_iter().unzip();
        Found { keys, mappings }
    }

    fn of(&self, key: K) -> &[Mapping] {
        let first = self.keys.partition_point(|each| *each < key);
        let count = self.keys[first..].iter().take_while(|each| **each == key).count();
        &self.mappings[first..first + count]
    }
}

impl Index {
    /// Reads every page table of every process.
    pub fn new(view: &View) -> Index {
        let mut index = Index::default();
        let (mut frames, mut slots) = (Vec::new(), Vec::new());
        for process in view.processes() {
            let root = TablePlace { pid: process.pid, level: view.geometry().levels - 1, base: Vpn(0) };
            index.add_tables(view, process.root, root);
            view.each_pte(process.pid, &mut |mapping| {
                // A search of the tables visits PTEs only.
                *index.entries.entry(mapping.pid).or_default() += u32::from(mapping.level == 0);
                match view.decode(&mapping) {
                    Pte::Mapped { pfn, .. } => {
                        for n in 0..view.geometry().span(mapping.level) as u32 {
                            frames.push((pfn.plus(n), mapping));
                        }
                    }
                    Pte::Swapped { slot } => slots.push((slot, mapping)),
                    Pte::Empty => {}
                }
            });
        }
        (index.frames, index.slots) = (Found::new(frames), Found::new(slots));
        index
    }

    fn add_tables(&mut self, view: &View, table: Pfn, place: TablePlace) {
        let geometry = view.geometry();
        self.tables.insert(table, place);
        if place.level == 0 || view.ram.bytes(table).is_none() {
            return;
        }
        for entry in 0..geometry.entries() as u16 {
            if let Some(next) = Pte::next_table(geometry.kind, view.ram.entry(table, entry)) {
                let base = place.base.plus(u64::from(entry) * geometry.span(place.level));
                self.add_tables(view, next, TablePlace { level: place.level - 1, base, ..place });
            }
        }
    }

    /// The frames that some PTE maps.
    pub fn mapped(&self) -> impl Iterator<Item = Pfn> {
        self.frames.keys.chunk_by(|a, b| a == b).map(|same| same[0])
    }

    /// The PTEs that map a frame; those of large pages name their first page.
    pub fn frame(&self, pfn: Pfn) -> &[Mapping] {
        self.frames.of(pfn)
    }

    /// The PTEs that hold a slot's number.
    pub fn slot(&self, slot: SwapSlot) -> &[Mapping] {
        self.slots.of(slot)
    }

    /// The place of the table in this frame; `None` if it holds no table.
    pub fn table(&self, pfn: Pfn) -> Option<TablePlace> {
        self.tables.get(&pfn).copied()
    }

    /// The tables of a process.
    pub fn tables_of(&self, pid: Pid) -> impl Iterator<Item = Pfn> {
        self.tables.iter().filter(move |(_, place)| place.pid == pid).map(|(pfn, _)| *pfn)
    }

    /// The number of a process's PTEs that are not empty.
    pub fn entries_of(&self, pid: Pid) -> u32 {
        self.entries.get(&pid).copied().unwrap_or(0)
    }
}
