//! `object_list` and `object`: the VMAs of the frame's anon_vma or object, as a list or as an interval tree.

use super::node::{MOST, node};
use super::{Scene, around, merged};
use crate::dto::{NodeDto, VmasDto};
use crate::search::Visit;
use pageturner::config::RmapKind;
use pageturner::mm::rmap::interval::{Interval, IntervalTree};
use pageturner::units::VmaId;
use pageturner::vocabulary::frame::Owner;
use pageturner::vocabulary::object::ObjectKind;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// The VMAs that a frame's anon_vma or object leads to; `None` if it has neither.
pub fn vmas(scene: &Scene) -> Option<VmasDto> {
    let frame = scene.view.frames.get(scene.pfn);
    let mut dto = VmasDto {
        tree: scene.view.config.rmap == RmapKind::Object,
        stable: None,
        anon_vma: None,
        parent: None,
        name: String::new(),
        index: frame.index as f64,
        mapcount: frame.mapcount,
        count: 0,
        looks: 0,
        nodes: Vec::new(),
    };
    match frame.mapping {
        Owner::None => return None,
        Owner::Anon(id) => {
            // The anon_vma may have been freed while its frame waits in the swap cache, unmapped.
            let anon_vma = scene.view.anon_vmas.get(&id)?;
            (dto.anon_vma, dto.parent) = (Some(id.0), anon_vma.parent.map(|parent| parent.0));
            draw(scene, &mut dto, &anon_vma.vmas, frame.index);
        }
        Owner::Ksm(id) => {
            dto.stable = Some(id.0);
            dto.tree = false;
            merged::draw(scene, &mut dto, &scene.view.stable_nodes.get(&id)?.items);
        }
        Owner::Object(id) => {
            let info = &scene.view.objects.get(&id)?.info;
            dto.name = match &info.kind {
                ObjectKind::File(name) => "file ".to_owned() + name.as_str(),
                ObjectKind::Shm(name) => "shared memory ".to_owned() + name.as_str(),
                ObjectKind::Shmem => "shared memory".to_owned(),
            };
            draw(scene, &mut dto, &info.vmas, frame.index);
        }
    }
    Some(dto)
}

fn draw(scene: &Scene, dto: &mut VmasDto, ids: &BTreeSet<VmaId>, index: u64) {
    let intervals = || ids.iter().filter_map(|id| scene.view.vma_by_id(*id)).map(Interval::of);
    // Depth, interval and greatest end below; and which of them a search visits.
    let mut rows: Vec<(u32, Interval, u64)> = intervals().map(|each| (0, each, each.last)).collect();
    let mut looks = BTreeSet::new();
    let mut left = dto.mapcount;
    // A search ends with the last PTE that the frame counts.
    let mut look = |each: &Interval| {
        looks.insert(each.id);
        left = left.saturating_sub(u32::from(hits(scene, each.id, index)));
        if left > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    if dto.tree {
        let mut tree = IntervalTree::default();
        intervals().for_each(|each| tree.insert(each));
        let _ = tree.stab(index, &mut look);
        rows = tree.rows();
    } else if dto.mapcount > 0 {
        let _ = intervals().try_for_each(|each| look(&each));
    }
    (dto.count, dto.looks) = (ids.len() as u32, looks.len() as u32);
    if rows.len() > MOST {
        // Whole subtrees that no search enters are left out first.
        rows.retain(|(_, each, _)| looks.contains(&each.id));
    }
    let present = scene.search.and_then(|search| {
        search.visits.iter().rev().find_map(|visit| if let Visit::Vma(id) = visit { Some(*id) } else { None })
    });
    let shown = around(rows.len(), MOST, rows.iter().position(|(_, each, _)| Some(each.id) == present));
    let draw = |row: &(u32, Interval, u64)| {
        let (depth, interval, max) = *row;
        let vma = scene.view.vma_by_id(interval.id)?;
        let looked = looks.contains(&vma.id);
        Some(NodeDto { depth, max: max as f64, looked, ..node(scene, vma, index, scene.number(Visit::Vma(vma.id))) })
    };
    dto.nodes = rows[shown].iter().filter_map(draw).collect();
}

/// Whether the VMA has a PTE that maps the frame.
fn hits(scene: &Scene, id: VmaId, index: u64) -> bool {
    let page = scene.view.vma_by_id(id).and_then(|vma| Some((vma.pid, vma.vpn_of(index)?)));
    page.is_some_and(|(pid, vpn)| scene.view.pte(pid, vpn).pfn() == Some(scene.pfn))
}
