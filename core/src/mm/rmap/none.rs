//! No reverse map: to find the PTEs of one frame, walk every page table of every process, as Linux 2.0 to 2.4 did.

use super::Rmap;
use crate::lab::event::{Event, Trace};
use crate::mm::Mm;
use crate::mm::state::PtePlace;
use crate::units::{Pfn, VmaId, Vpn};

/// The scheme.
#[derive(Debug)]
pub struct Scan;

impl Rmap for Scan {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let mut found = Vec::new();
        for (pid, space) in &mm.spaces {
            t.emit(|| Event::VisitVma { pfn, pid: *pid, id: None });
            for (at, _) in mm.leaves(*pid, Vpn(0), Vpn(mm.geometry.user_pages)) {
                if mm.visit_pte(at, pfn, t) {
                    let vma = space.find(at.vpn).expect("a present PTE lies in a VMA");
                    found.push((at, vma.id));
                }
            }
        }
        found
    }
}
