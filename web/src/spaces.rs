//! Address spaces as the page draws them: processes, their VMAs and the pages that have a PTE.

use crate::dto::{PageDto, PageState, ProcessDto, VmaDto};
use crate::index::Index;
use pageturner::hw::pte::Pte;
use pageturner::lab::tell::words::vma_flag_names;
use pageturner::lab::time::view::{Mapping, View};
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::process::ProcessInfo;
use pageturner::vocabulary::vma::{Vma, VmaFlags};

/// A process with all of its VMAs.
pub fn process(view: &View, index: &Index, process: &ProcessInfo) -> ProcessDto {
    let pages = pages(view, process.pid);
    let in_state = |state: PageState| pages.iter().filter(|page| page.state == state).count() as u32;
    ProcessDto {
        pid: process.pid.0,
        name: process.name.clone(),
        parent: process.parent.map(|pid| pid.0),
        root: process.root.0,
        // As in Linux, the zero page counts for no process.
        rss: in_state(PageState::Frame),
        swapped: in_state(PageState::Swap),
        tables: index.tables_of(process.pid).count() as u32,
        vmas: view.vmas_of(process.pid).map(|each| vma(view, each, &pages)).collect(),
    }
}

/// The pages of a process that have a PTE, lowest first.
fn pages(view: &View, pid: Pid) -> Vec<PageDto> {
    let mut pages = Vec::new();
    view.each_pte(pid, &mut |mapping| pages.extend(page(view, &mapping)));
    pages
}

/// A page, or a large page.
fn page(view: &View, mapping: &Mapping) -> Option<PageDto> {
    let (vpn, pages) = (mapping.vpn.0, view.geometry().span(mapping.level));
    match view.decode(mapping) {
        Pte::Empty => None,
        Pte::Swapped { slot } => {
            let shared = view.slots.get(slot.index()).is_some_and(|slot| slot.count > 1);
            let (at, state) = (slot.0, PageState::Swap);
            Some(PageDto { vpn, pages, state, at, writable: false, accessed: false, dirty: false, shared })
        }
        Pte::Mapped { pfn, writable, accessed, dirty, .. } => {
            let frame = view.frames.get(pfn);
            let state = match frame.state {
                FrameUse::Zero => PageState::Zero,
                FrameUse::Run { .. } => PageState::Run,
                FrameUse::Free | FrameUse::Hole | FrameUse::Reserved | FrameUse::Table { .. } | FrameUse::Page => {
                    PageState::Frame
                }
            };
            Some(PageDto { vpn, pages, state, at: pfn.0, writable, accessed, dirty, shared: frame.mapcount > 1 })
        }
    }
}

fn vma(view: &View, vma: &Vma, pages: &[PageDto]) -> VmaDto {
    let first = pages.partition_point(|page| page.vpn < vma.start.0);
    let end = pages.partition_point(|page| page.vpn < vma.end.0);
    VmaDto {
        id: vma.id.0,
        start: vma.start.0,
        end: vma.end.0,
        start_addr: address(view, vma.start),
        end_addr: address(view, vma.end),
        perms: perms(vma),
        pgoff: vma.pgoff as f64,
        name: vma_name(view, vma),
        flags: vma_flag_names(vma.flags),
        anon_vma: vma.anon_vma.map(|id| id.0),
        chain: vma.chain.iter().map(|id| id.0).collect(),
        pages: pages[first..end].to_vec(),
    }
}

/// A page's address, in hexadecimal.
pub fn address(view: &View, vpn: Vpn) -> String {
    view.geometry().addr(vpn).to_string()
}

/// The rights as in `/proc/PID/maps`: `rw-p`.
pub fn perms(vma: &Vma) -> String {
    format!("{}{}", vma.prot, if vma.is_private() { 'p' } else { 's' })
}

/// A VMA's name, as in `/proc/PID/maps` where that has one.
pub fn vma_name(view: &View, vma: &Vma) -> String {
    let object = vma.object.and_then(|id| view.objects.get(&id));
    if let Some(object) = object {
        return match (object.info.kind.name(), object.info.unlinked) {
            (Some(name), false) => name.into(),
            (Some(name), true) => format!("{name} (deleted)"),
            (None, _) => "[shared]".into(),
        };
    }
    let geometry = view.geometry();
    let on_heap = |process: &ProcessInfo| {
        let heap = geometry.addr(vma.start) < process.brk && geometry.addr(vma.end) > process.brk_start;
        heap && process.brk > process.brk_start
    };
    if vma.flags.contains(VmaFlags::RUN) {
        "[run]".into()
    } else if vma.flags.contains(VmaFlags::GROWSDOWN) {
        "[stack]".into()
    } else if view.process(vma.pid).is_some_and(on_heap) {
        "[heap]".into()
    } else {
        String::new()
    }
}
