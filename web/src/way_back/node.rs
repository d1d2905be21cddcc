//! One VMA that a search visits, as a node of the drawing.

use super::Scene;
use crate::dto::NodeDto;
use crate::spaces::vma_name;
use pageturner::mm::rmap::interval::Interval;
use pageturner::vocabulary::vma::Vma;

/// At most this many VMAs are drawn.
pub const MOST: usize = 40;

/// A VMA in which the index is searched for.
pub fn node(scene: &Scene, vma: &Vma, index: u64, visit: u32) -> NodeDto {
    let interval = Interval::of(vma);
    NodeDto {
        vma: vma.id.0,
        pid: vma.pid.0,
        name: vma_name(scene.view, vma),
        item: None,
        index: index as f64,
        depth: 0,
        first: interval.first as f64,
        last: interval.last as f64,
        max: interval.last as f64,
        start: vma.start.0,
        looked: true,
        covers: interval.covers(index),
        visit,
        pte: vma.vpn_of(index).and_then(|vpn| scene.pte_of(vma.pid, vpn)),
        chain: vma.chain.iter().map(|id| id.0).collect(),
        own: vma.anon_vma.map(|id| id.0),
    }
}
