//! No reverse map: to find the PTEs of one frame, walk every page table of every process, as Linux 2.0 to 2.4 did.

use super::{Rmap, visit_pte};
use crate::hw::pte::Pte;
use crate::mm::base::tables::Tables;
use crate::units::{Pfn, VmaId};
use crate::vocabulary::event::Event;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// The scheme `none`, which stores nothing.
#[derive(Clone, Debug)]
pub struct Scan;

impl Rmap for Scan {
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        scan(tables, pfn, t, |_, _, _| {})
    }
}

/// The scan; `seen` gets every present PTE on the way.
pub fn scan<T: Trace>(
    tables: &Tables,
    pfn: Pfn,
    t: &mut T,
    mut seen: impl FnMut(PtePlace, Pfn, &mut T),
) -> Vec<(PtePlace, VmaId)> {
    let mut found = Vec::new();
    for (pid, space) in tables.spaces {
        t.emit(|| Event::VisitVma { pfn, pid: *pid, id: None });
        for (at, raw) in tables.leaves(*pid, Pages::all(tables.geometry)) {
            if visit_pte(tables, at, pfn, t) {
                let vma = space.find(at.vpn).expect("a present PTE lies in a VMA");
                found.push((at, vma.id));
            }
            if let Some(there) = Pte::decode(tables.geometry.kind, raw).pfn() {
                seen(at, there, t);
            }
        }
    }
    found
}
