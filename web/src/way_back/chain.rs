//! `pte_chain`: the one pointer, or the links, newest first as they are searched.

use super::{Scene, around};
use crate::dto::{ChainDto, LinkDto, PteDto};
use crate::search::Visit;
use pageturner::vocabulary::entry::{Entry, PtePointer};

/// At most this many links are drawn.
const MOST: usize = 20;

/// The chain of PTE pointers of a frame; `None` if nothing is stored for it.
pub fn chain(scene: &Scene) -> Option<ChainDto> {
    let size = scene.view.config.chain_pointers;
    match scene.view.entries.get(scene.pfn) {
        Entry::Direct(pte) => Some(ChainDto {
            direct: pointer(scene, pte),
            vma: vma(scene),
            size,
            pointers: 1,
            count: 0,
            before: 0,
            links: Vec::new(),
        }),
        Entry::Chain(pointers) => Some(links(scene, size, pointers)),
        Entry::None | Entry::Offset { .. } | Entry::Shared => None,
    }
}

fn links(scene: &Scene, size: u8, pointers: &[PtePointer]) -> ChainDto {
    let per_link = usize::from(size);
    let count = pointers.len().div_ceil(per_link);
    let present = scene.search.and_then(|search| {
        search.visits.iter().rev().find_map(|visit| match visit {
            Visit::Link(link) => Some(*link as usize),
            Visit::Pte(pid, vpn) => {
                pointers.iter().position(|pte| pte.page(&scene.view.frames) == Some((*pid, *vpn))).map(|n| n / per_link)
            }
            Visit::Tables(_) | Visit::Vma(_) => None,
        })
    });
    let shown = around(count, MOST, present.map(|link| count - 1 - link));
    let link = |n: usize| LinkDto {
        link: n as u32,
        visit: scene.number(Visit::Link(n as u32)),
        cells: pointers[n * per_link..pointers.len().min((n + 1) * per_link)]
            .iter()
            .filter_map(|pte| pointer(scene, pte))
            .collect(),
    };
    ChainDto {
        direct: None,
        vma: vma(scene),
        size,
        pointers: pointers.len() as u32,
        count: count as u32,
        before: shown.start as u32,
        links: shown.map(|n| link(count - 1 - n)).collect(),
    }
}

/// The VMA of the PTE just found, while it is being visited.
fn vma(scene: &Scene) -> Option<(u32, u32)> {
    let Some(Visit::Vma(id)) = scene.last_visit() else { return None };
    Some((id.0, scene.view.vma_by_id(id)?.pid.0))
}

fn pointer(scene: &Scene, pte: &PtePointer) -> Option<PteDto> {
    let (pid, vpn) = pte.page(&scene.view.frames)?;
    Some(scene.pte(pid, vpn, scene.view.ram.entry(pte.table, pte.index)))
}
