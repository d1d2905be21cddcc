//! Object-based reverse mapping with interval trees, the default: nothing is stored per PTE.
//!
//! ```text
//! frame.mapping -> anon_vma or object -> its tree: each VMA that covers the index
//!                                     -> page = vm_start + (index - vm_pgoff) -> walk -> PTE
//! merged pages: frame.mapping -> stable node -> each (anon_vma, index) -> as above
//! ```
//! The search ends when it has found as many PTEs as the frame counts.
//! Sources: McCracken 2003 (objrmap), Arcangeli 2004 (anon_vma), van Riel 2010 (anon_vma_chain), Lespinasse 2012
//! (interval trees).

use super::interval::{Interval, IntervalTree};
use super::{Rmap, visit_pte};
use crate::mm::base::tables::Tables;
use crate::trees::Map;
use crate::units::{AnonVmaId, ObjectId, Pfn, StableId, VmaId, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::id_map::IdMap;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::Vma;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// The scheme: the trees of all anon_vmas and objects that have VMAs. Their shape follows from their content, so they
/// are no part of the view: whatever draws one builds it again.
#[derive(Clone, Debug, Default)]
pub struct ObjectTrees {
    anon: IdMap<AnonVmaId, IntervalTree>,
    objects: Map<ObjectId, IntervalTree>,
}

impl ObjectTrees {
    /// Every interval tree with the anon_vma or object it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (Owner, &IntervalTree)> {
        let anon = self.anon.iter().map(|(id, tree)| (Owner::Anon(id), tree));
        anon.chain(self.objects.iter().map(|(id, tree)| (Owner::Object(*id), tree)))
    }

    fn get(&self, owner: Owner) -> Option<&IntervalTree> {
        match owner {
            Owner::Anon(id) => self.anon.get(&id),
            Owner::Object(id) => self.objects.get(&id),
            Owner::None | Owner::Ksm(_) => None,
        }
    }

    fn get_mut(&mut self, owner: Owner) -> Option<&mut IntervalTree> {
        match owner {
            Owner::Anon(id) => self.anon.get_mut(&id),
            Owner::Object(id) => self.objects.get_mut(&id),
            Owner::None | Owner::Ksm(_) => None,
        }
    }

    fn set(&mut self, owner: Owner, tree: Option<IntervalTree>) {
        match (owner, tree) {
            (Owner::Anon(id), Some(tree)) => drop(self.anon.insert(id, tree)),
            (Owner::Anon(id), None) => drop(self.anon.remove(&id)),
            (Owner::Object(id), Some(tree)) => drop(self.objects.insert(id, tree)),
            (Owner::Object(id), None) => drop(self.objects.remove(&id)),
            (Owner::None | Owner::Ksm(_), _) => {}
        }
    }
}

impl Rmap for ObjectTrees {
    fn mappings(&self, tables: &Tables, pfn: Pfn, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
        let frame = tables.frames.get(pfn);
        if let Owner::Ksm(id) = frame.mapping {
            return merged(tables, pfn, id, t);
        }
        let mut found = Vec::new();
        if let Some(tree) = self.get(frame.mapping) {
            let _ = tree.stab(frame.index, &mut |i| {
                visit_vma(tables, pfn, (i.id, frame.index), &mut found, t);
                // The count says when all are found.
                if found.len() < frame.mapcount as usize { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        }
        found
    }

    /// Enters a VMA in the tree of its owner, or takes it out.
    fn set_link(&mut self, owner: Owner, vma: &Vma, linked: bool) {
        match self.get_mut(owner) {
            Some(tree) if linked => tree.insert(Interval::of(vma)),
            Some(tree) => {
                tree.remove(Interval::of(vma));
                if tree.is_empty() {
                    self.set(owner, None);
                }
            }
            None => {
                let mut tree = IntervalTree::default();
                tree.insert(Interval::of(vma));
                self.set(owner, Some(tree));
            }
        }
    }

    /// The VMA's range may have changed: so have its places in the trees.
    fn move_vma(&mut self, before: Interval, vma: &Vma) {
        if before == Interval::of(vma) {
            return;
        }
        for owner in vma.chain.iter().map(|id| Owner::Anon(*id)).chain(vma.object.map(Owner::Object)) {
            let tree = self.get_mut(owner).expect("a linked VMA's owner has a tree");
            tree.remove(before);
            tree.insert(Interval::of(vma));
        }
    }
}

/// Visits one VMA and, if it covers the index, the PTE there.
pub(super) fn visit_vma(
    tables: &Tables,
    pfn: Pfn,
    (id, index): (VmaId, u64),
    found: &mut Vec<(PtePlace, VmaId)>,
    t: &mut impl Trace,
) {
    let vma = tables.vma_by_id(id);
    t.emit(|| Event::VisitVma { pfn, pid: vma.pid, id: Some(id) });
    if let Some(vpn) = vma.vpn_of(index)
        && let Some(at) = tables.find_pte(vma.pid, vpn)
        && visit_pte(tables, at, pfn, t)
    {
        found.push((at, id));
    }
}

/// A merged page's PTEs; Linux's `rmap_walk_ksm`. Two items may lead to one page.
pub(super) fn merged(tables: &Tables, pfn: Pfn, id: StableId, t: &mut impl Trace) -> Vec<(PtePlace, VmaId)> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<(VmaId, Vpn)> = BTreeSet::new();
    for (anon_vma, index) in tables.stable_nodes.get(&id).map(|node| &node.items).into_iter().flatten() {
        for (id, vpn) in tables.pages_of_item((*anon_vma, *index)) {
            if seen.insert((id, vpn)) {
                visit_vma(tables, pfn, (id, *index), &mut found, t);
            }
        }
    }
    found
}
