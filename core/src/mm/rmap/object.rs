//! Object-based reverse mapping, the default: nothing is stored per PTE.
//!
//! ```text
//! frame.mapping -> anon_vma or object -> each VMA in it -> page = vm_start + (index - vm_pgoff) -> walk -> PTE
//! merged pages: frame.mapping -> stable node -> each (anon_vma, index) -> as above
//! ```
//! A VMA of the set whose range does not cover the index is passed over without cost, as an interval tree would.
//! Sources: McCracken 2003 (objrmap), Arcangeli 2004 (anon_vma), van Riel 2010 (chains).

use super::Rmap;
use crate::lab::event::{Event, Trace};
use crate::mm::Mm;
use crate::mm::frame::Owner;
use crate::mm::state::PtePlace;
use crate::units::{Pfn, StableId, VmaId};

/// The scheme.
#[derive(Debug)]
pub struct Object;

impl Rmap for Object {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let frame = mm.frames.get(pfn);
        let vmas = match frame.mapping {
            Owner::None => return Vec::new(),
            // An anon_vma may have ended while its frame waits in the swap cache, unmapped.
            Owner::Anon(id) => mm.anon_vmas.get(&id).map(|a| &a.vmas),
            Owner::Object(id) => mm.objects.get(&id).map(|o| &o.info.vmas),
            Owner::Ksm(id) => return merged(mm, pfn, id, t),
        };
        let mut found = Vec::new();
        for id in vmas.into_iter().flatten() {
            let vma = mm.vma_by_id(*id);
            let Some(vpn) = vma.vpn_of(frame.index) else { continue };
            t.emit(|| Event::VisitVma { pfn, pid: vma.pid, id: Some(*id) });
            if let Some(at) = mm.find_pte(vma.pid, vpn)
                && mm.visit_pte(at, pfn, t)
            {
                found.push((at, *id));
            }
        }
        found
    }
}

/// A merged page's PTEs; Linux's `rmap_walk_ksm`.
fn merged(mm: &Mm, pfn: Pfn, id: StableId, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
    let mut found = Vec::new();
    for (id, vpn) in mm.item_pages(id) {
        let pid = mm.vma_by_id(id).pid;
        t.emit(|| Event::VisitVma { pfn, pid, id: Some(id) });
        if let Some(at) = mm.find_pte(pid, vpn)
            && mm.visit_pte(at, pfn, t)
        {
            found.push((at, id));
        }
    }
    found
}
