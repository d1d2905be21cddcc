//! The reverse map of a frame, hop by hop, as its scheme finds the page-table entries.

use super::counted;
use crate::dto::RmapHopDto;
use crate::index::Index;
use crate::spaces::{address, vma_name};
use crate::subject;
use pageturner::config::RmapKind;
use pageturner::hw::pte::Pte;
use pageturner::lab::view::View;
use pageturner::mm::frame::{Frame, FrameUse, Owner};
use pageturner::mm::object::ObjectKind;
use pageturner::mm::vma::Vma;
use pageturner::units::{Pfn, StableId, VmaId};

/// The way back from a frame; empty for frames that no process maps by the reverse map.
pub fn hops(view: &View, index: &Index, pfn: Pfn) -> Vec<RmapHopDto> {
    let frame = view.frames.get(pfn);
    if frame.state != FrameUse::Page {
        return Vec::new();
    }
    match view.config.rmap {
        RmapKind::None | RmapKind::VmaOffset | RmapKind::PteChain => by_scanning(view, index, pfn),
        RmapKind::ObjectList | RmapKind::Object => by_object(view, pfn, &frame),
    }
}

fn hop(depth: u32, text: String) -> RmapHopDto {
    RmapHopDto { text, subject: None, depth }
}

fn by_scanning(view: &View, index: &Index, pfn: Pfn) -> Vec<RmapHopDto> {
    let mut hops = vec![hop(0, "No way back is kept: every page table of every process is scanned".into())];
    for pid in view.processes.keys() {
        let entries = counted(u64::from(index.entries_of(*pid)), "entry").replace("entrys", "entries");
        let found = index.frame(pfn).iter().filter(|mapping| mapping.pid == *pid);
        let text = format!("process {pid}: {entries} to look at, {} found", found.clone().count());
        hops.push(RmapHopDto { subject: Some(subject::process(*pid)), ..hop(1, text) });
        hops.extend(found.map(|mapping| {
            let text = format!("{} maps frame {}", address(view, mapping.vpn), pfn.0);
            RmapHopDto { subject: Some(subject::page(mapping.pid, mapping.vpn)), ..hop(2, text) }
        }));
    }
    hops
}

fn by_object(view: &View, pfn: Pfn, frame: &Frame) -> Vec<RmapHopDto> {
    let index = frame.index;
    let (start, vmas): (String, Vec<VmaId>) = match frame.mapping {
        Owner::None => {
            return vec![hop(0, format!("frame {} belongs to nothing: it is only kept in the swap cache", pfn.0))];
        }
        Owner::Anon(id) => {
            let Some(anon_vma) = view.anon_vmas.get(&id) else { return Vec::new() };
            (format!("frame {} → anon_vma {id}, index {index:#x}", pfn.0), anon_vma.vmas.iter().copied().collect())
        }
        Owner::Ksm(id) => return by_stable_node(view, pfn, id),
        Owner::Object(id) => {
            let Some(object) = view.objects.get(&id) else { return Vec::new() };
            let name = match &object.info.kind {
                ObjectKind::File(name) => format!("file {name}"),
                ObjectKind::Shm(name) => format!("shared memory {name}"),
                ObjectKind::Shmem => format!("shared memory {id}"),
            };
            (format!("frame {} → {name}, index {index:#x}", pfn.0), object.info.vmas.iter().copied().collect())
        }
    };
    let living = || vmas.iter().filter_map(|id| view.vma_by_id(*id));
    let covering: Vec<&Vma> = living().filter(|vma| vma.vpn_of(index).is_some()).collect();
    let others = (living().count() - covering.len()) as u64;
    let mut hops = vec![hop(0, start)];
    hops.extend(covering.into_iter().flat_map(|vma| vma_hops(view, pfn, index, vma)));
    if others > 0 {
        hops.push(hop(1, format!("{} of it not visited: the index lies outside", counted(others, "more VMA"))));
    }
    hops
}

/// A merged page: each item of its stable node leads to VMAs of its own.
fn by_stable_node(view: &View, pfn: Pfn, id: StableId) -> Vec<RmapHopDto> {
    let Some(node) = view.stable_nodes.get(&id) else { return Vec::new() };
    let mut hops = vec![hop(0, format!("frame {} → stable node {id}: a page merged from several", pfn.0))];
    for (anon_vma, index) in &node.items {
        hops.push(hop(1, format!("item: anon_vma {anon_vma}, index {index:#x}")));
        let vmas = view.anon_vmas.get(anon_vma).map(|a| &a.vmas).into_iter().flatten();
        let found = vmas.filter_map(|id| view.vma_by_id(*id));
        hops.extend(
            found
                .flat_map(|vma| vma_hops(view, pfn, *index, vma))
                .map(|hop| RmapHopDto { depth: hop.depth + 1, ..hop }),
        );
    }
    hops
}

/// A VMA that covers the index, and what is at the address that follows.
fn vma_hops(view: &View, pfn: Pfn, index: u64, vma: &Vma) -> Vec<RmapHopDto> {
    let Some(vpn) = vma.vpn_of(index) else { return Vec::new() };
    let name =
        Some(vma_name(view, vma)).filter(|name| !name.is_empty()).map_or(String::new(), |name| format!(" {name}"));
    let owner = format!(
        "VMA {} of process {}{name}: from {}, vm_pgoff {:#x}",
        vma.id.0,
        vma.pid,
        address(view, vma.start),
        vma.pgoff
    );
    let found = match view.pte(vma.pid, vpn) {
        Pte::Mapped { pfn: there, .. } if there == pfn => format!("its PTE maps frame {}: found", pfn.0),
        Pte::Mapped { pfn: there, .. } => format!("its PTE maps frame {} instead: not this one", there.0),
        Pte::Swapped { slot } => format!("its PTE holds swap slot {}: not this one", slot.0),
        Pte::Empty => "its PTE is empty: not mapped here".into(),
    };
    let distance = index - vma.pgoff;
    let computed =
        format!("{} + ({index:#x} − {:#x}) pages = {}", address(view, vma.start), vma.pgoff, address(view, vpn));
    let computed =
        if distance == 0 { format!("the index is its first page: {}", address(view, vpn)) } else { computed };
    vec![
        RmapHopDto { subject: Some(subject::vma(vma.id)), ..hop(1, owner) },
        RmapHopDto { subject: Some(subject::page(vma.pid, vpn)), ..hop(2, format!("{computed}; {found}")) },
    ]
}
