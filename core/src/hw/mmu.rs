//! The memory management unit: walks the tables as the hardware does and sets the accessed and dirty bits.
//!
//! ```text
//! for each level, root first:  entry = table[index of the address at this level]
//!                              empty, swapped or PROT_NONE: page fault
//!                              above the leaf: table = entry's frame
//! leaf, or an entry above it with PS, which maps a large page: a write needs RW; set A, on a write D
//! ```

use super::geometry::Geometry;
use super::pte::{Pte, RawPte, is_large};
use super::ram::Ram;
use crate::units::{Pfn, Vpn};

/// One entry read on the walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Visit {
    pub level: u8,
    pub table: Pfn,
    pub index: u16,
    pub raw: RawPte,
}

/// A translation found: the leaf entry's place, its bits before, and as the hardware wants them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Found {
    pub table: Pfn,
    pub index: u16,
    /// Above 0: a large page's; `pfn` is its first frame.
    pub level: u8,
    pub pfn: Pfn,
    pub before: RawPte,
    pub after: RawPte,
    pub writable: bool,
    pub dirty: bool,
}

/// Walks to a page. `None` is a page fault. Calls `visit` with each entry read.
#[inline]
pub fn walk(ram: &Ram, root: Pfn, vpn: Vpn, write: bool, mut visit: impl FnMut(Visit)) -> Option<Found> {
    let geometry = ram.geometry();
    let mut table = root;
    for level in (0..geometry.levels).rev() {
        let index = geometry.index(vpn, level);
        let raw = ram.entry(table, index);
        visit(Visit { level, table, index, raw });
        if level == 0 {
            return leaf(geometry, (table, index), raw, write);
        }
        match Pte::next_table(geometry.kind, raw) {
            Some(next) => table = next,
            None => return large(geometry, (table, index, level), raw, write),
        }
    }
    None
}

/// How the hardware takes an entry above the leaves that leads to no table.
#[inline(never)]
pub fn large(geometry: &Geometry, (table, index, level): (Pfn, u16, u8), raw: RawPte, write: bool) -> Option<Found> {
    if !is_large(geometry.kind, raw) {
        return None;
    }
    let first = Pte::decode_at(geometry.kind, level, raw).encode(geometry.kind);
    let found = leaf(geometry, (table, index), first, write)?;
    let size = raw ^ first;
    Some(Found { level, before: raw, after: found.after ^ size, ..found })
}

/// How the hardware takes a leaf entry.
#[inline]
pub fn leaf(geometry: &Geometry, (table, index): (Pfn, u16), raw: RawPte, write: bool) -> Option<Found> {
    let Pte::Mapped { pfn, writable, dirty, exec, protnone: false, .. } = Pte::decode(geometry.kind, raw) else {
        return None;
    };
    if write && !writable {
        return None;
    }
    let dirty = dirty || write;
    let after = Pte::Mapped { pfn, writable, accessed: true, dirty, exec, protnone: false }.encode(geometry.kind);
    Some(Found { table, index, level: 0, pfn, before: raw, after, writable, dirty })
}
