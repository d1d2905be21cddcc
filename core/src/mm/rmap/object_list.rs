//! Object-based reverse mapping with a plain list: every VMA of the anon_vma or object is looked at.
//!
//! ```text
//! frame.mapping -> anon_vma or object -> every VMA in it, inside or not, until all PTEs are found
//! ```
//! What made it slow where a file is mapped in thousands of pieces. Source: McCracken 2003 (objrmap).

use super::{Rmap, object};
use crate::mm::Mm;
use crate::units::{Pfn, VmaId};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// The scheme.
#[derive(Debug)]
pub struct ObjectList;

impl Rmap for ObjectList {
    fn mappings(mm: &Mm, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let frame = mm.frames.get(pfn);
        let vmas = match frame.mapping {
            Owner::None => None,
            Owner::Ksm(id) => return object::merged(mm, pfn, id, t),
            // An anon_vma may have ended while its frame waits in the swap cache, unmapped.
            Owner::Anon(id) => mm.anon_vmas.get(&id).map(|a| &a.vmas),
            Owner::Object(id) => mm.objects.get(&id).map(|o| &o.info.vmas),
        };
        let mut found = Vec::new();
        for id in vmas.into_iter().flatten() {
            if found.len() == frame.mapcount as usize {
                break;
            }
            object::visit_vma(mm, pfn, (*id, frame.index), &mut found, t);
        }
        found
    }
}
