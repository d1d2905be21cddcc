//! `vma_offset`: the pair, where it leads, and the PTEs that it should lead to but does not.

use super::Scene;
use crate::dto::{PairDto, PairVmaDto, RightDto};
use crate::search::Visit;
use pageturner::lab::figures::metadata::{Stale, stale_at};
use pageturner::mm::rmap::vma_offset::page_at;
use pageturner::units::VmaId;
use pageturner::vocabulary::entry::Entry;

/// At most this many wrong PTEs are sent; only the page of zeroes has more than one.
const MOST: usize = 8;

/// The pair of VMA and offset stored for a frame, and where it leads; `None` if there is none.
pub fn pair(scene: &Scene) -> Option<PairDto> {
    match *scene.view.entries.get(scene.pfn) {
        Entry::Offset { vma, offset } => Some(stored(scene, vma, offset)),
        Entry::Shared => Some(PairDto { stored: None, vma: None, page: None, pte: None, wrong: Vec::new(), visit: 0 }),
        Entry::None | Entry::Direct(_) | Entry::Chain(_) => None,
    }
}

fn stored(scene: &Scene, id: VmaId, offset: u64) -> PairDto {
    let from = scene.view.config.offset_from;
    let vma = scene.view.vma_by_id(id);
    let page = vma.and_then(|vma| page_at(from, vma, offset).map(|vpn| (vma.pid, vpn)));
    PairDto {
        stored: Some((id.0, offset as f64)),
        vma: vma.map(|vma| PairVmaDto { pid: vma.pid.0, start: vma.start.0, pgoff: vma.pgoff as f64 }),
        page: page.map(|(_, vpn)| vpn.0),
        pte: page.and_then(|(pid, vpn)| scene.pte_of(pid, vpn)),
        wrong: wrong(scene),
        visit: scene.number(Visit::Vma(id)),
    }
}

/// The PTEs for which the consistency check of 1998 finds this frame's pair wrong.
fn wrong(scene: &Scene) -> Vec<RightDto> {
    let mappings = scene.index.frame(scene.view, scene.pfn);
    let stale = mappings.iter().filter_map(|mapping| stale_at(scene.view, scene.pfn, mapping.pid, mapping.vpn));
    let right = |s: Stale| RightDto { pid: s.pid.0, vpn: s.vpn.0, vma: s.right.0.0, offset: s.right.1 as f64 };
    stale.map(right).take(MOST).collect()
}
