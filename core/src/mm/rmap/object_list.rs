//! Object-based reverse mapping with a plain list: every VMA of the anon_vma or object is visited.
//!
//! ```text
//! frame.mapping -> anon_vma or object -> every VMA in it, inside or not, until all PTEs are found
//! ```
//! What made it slow where a file is mapped in thousands of pieces. Source: McCracken 2003 (objrmap).

use super::{Rmap, object};
use crate::mm::base::tables::Tables;
use crate::units::{Pfn, VmaId};
use crate::vocabulary::frame::Owner;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;

/// The scheme `object_list`.
#[derive(Clone, Debug)]
pub struct ObjectList;

impl Rmap for ObjectList {
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let frame = tables.frames.get(pfn);
        let vmas = match frame.mapping {
            Owner::None => None,
            Owner::Ksm(id) => return object::merged(tables, pfn, id, t),
            // An anon_vma may have ended while its frame waits in the swap cache, unmapped.
            Owner::Anon(id) => tables.anon_vmas.get(&id).map(|a| &a.vmas),
            Owner::Object(id) => tables.objects.get(&id).map(|o| &o.info.vmas),
        };
        let mut found = Vec::new();
        for id in vmas.into_iter().flatten() {
            if found.len() == frame.mapcount as usize {
                break;
            }
            object::visit_vma(tables, pfn, (*id, frame.index), &mut found, t);
        }
        found
    }
}
