//! No reverse map: to find the PTEs of one frame, walk every page table of every process, as Linux 2.0 to 2.4 did.

use super::Rmap;
use crate::hw::pte::Pte;
use crate::mm::Mm;
use crate::units::{Pfn, VmaId, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// The scheme.
#[derive(Debug)]
pub struct Scan;

impl Rmap for Scan {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        scan(mm, pfn, t, |_, _, _| {})
    }
}

/// The scan; `seen` gets every present PTE on the way.
pub fn scan<T: Trace>(
    mm: &Mm,
    pfn: Pfn,
    t: &mut T,
    mut seen: impl FnMut(PtePlace, Pfn, &mut T),
) -> Vec<(PtePlace, VmaId)> {
    let mut found = Vec::new();
    for (pid, space) in &mm.spaces {
        t.emit(|| Event::VisitVma { pfn, pid: *pid, id: None });
        for (at, raw) in mm.leaves(*pid, Vpn(0), Vpn(mm.geometry.user_pages)) {
            if mm.visit_pte(at, pfn, t) {
                let vma = space.find(at.vpn).expect("a present PTE lies in a VMA");
                found.push((at, vma.id));
            }
            if let Some(there) = Pte::decode(mm.geometry.kind, raw).pfn() {
                seen(at, there, t);
            }
        }
    }
    found
}
