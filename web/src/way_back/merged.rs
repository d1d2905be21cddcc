//! A merged page: each item of its stable node, an anon_vma and an index, leads to VMAs of its own.

use super::node::{MOST, node};
use super::{Scene, around};
use crate::dto::{NodeDto, VmasDto};
use crate::search::Visit;
use pageturner::units::AnonVmaId;
use std::collections::BTreeSet;

/// Adds the VMAs that a merged frame's stable node leads to.
pub fn draw(scene: &Scene, dto: &mut VmasDto, items: &BTreeSet<(AnonVmaId, u64)>) {
    let mut rows = Vec::new();
    let mut seen = BTreeSet::new();
    for (item, index) in items {
        let vmas = scene.view.anon_vmas.get(item).map(|anon_vma| &anon_vma.vmas).into_iter().flatten();
        for vma in vmas.filter_map(|id| scene.view.vma_by_id(*id)) {
            // Two items may lead to one page.
            if vma.vpn_of(*index).is_some_and(|vpn| seen.insert((vma.id, vpn))) {
                rows.push((item, *index, vma));
            }
        }
    }
    // A VMA may be visited for several indices, so visits are identified by their order, which is that of the rows.
    let visits = scene.search.map_or(&[][..], |search| &search.visits);
    let numbers: Vec<u32> =
        (1..).zip(visits).filter(|(_, visit)| matches!(visit, Visit::Vma(_))).map(|(number, _)| number).collect();
    (dto.count, dto.looks) = (rows.len() as u32, rows.len() as u32);
    let shown = around(rows.len(), MOST, numbers.len().checked_sub(1));
    let draw = |n: usize| {
        let (item, index, vma) = rows[n];
        NodeDto { item: Some(item.0), ..node(scene, vma, index, numbers.get(n).copied().unwrap_or(0)) }
    };
    dto.nodes = shown.map(draw).collect();
}
