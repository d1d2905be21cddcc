//! Address spaces as the page draws them: processes, their VMAs and the pages that have a PTE.

use crate::dto::{AreaDto, PageDto, PageState, ProcessDto, VmaDto};
use pageturner::hw::pte::{Pte, is_empty};
use pageturner::lab::tell::variables::Names;
use pageturner::lab::tell::words::vma_flag_names;
use pageturner::lab::time::mapped::Mapping;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, VirtAddr, VmaId, Vpn};
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::process::ProcessInfo;
use pageturner::vocabulary::vma::{Vma, VmaFlags};

/// At most this many pages of a VMA are sent with the state: as many as are drawn at first.
const MOST_OF_VMA: usize = 192;
/// At most this many pages of all VMAs are sent with the state.
const MOST: usize = 16_384;

/// All processes with their VMAs, and what the script calls them.
pub fn processes(view: &View, names: &Names<'_>) -> Vec<ProcessDto> {
    let mut room = MOST;
    view.processes().map(|info| process(view, info, names, &mut room)).collect()
}

/// A process with all of its VMAs. `room`: how many more pages are sent.
fn process(view: &View, process: &ProcessInfo, names: &Names<'_>, room: &mut usize) -> ProcessDto {
    let areas = areas(view, process.pid, names);
    let mut vmas: Vec<VmaDto> = view.vmas_of(process.pid).map(|each| vma(view, each, &areas)).collect();
    let (mut rss, mut swapped, mut at) = (0, 0, 0);
    view.each_pte(process.pid, &mut |mapping| {
        match view.decode(&mapping) {
            Pte::Empty => return,
            Pte::Swapped { .. } => swapped += 1,
            // As in Linux, the zero page counts for no process.
            Pte::Mapped { pfn, .. } => rss += u32::from(page_state(view.frames.get(pfn).state) == PageState::Frame),
        }
        at += vmas[at..].iter().take_while(|vma| vma.end <= mapping.vpn.0).count();
        let Some(vma) = vmas.get_mut(at).filter(|vma| vma.start <= mapping.vpn.0) else { return };
        vma.ptes += 1;
        if vma.pages.len() < MOST_OF_VMA && *room > 0 {
            *room -= 1;
            vma.pages.extend(page(view, &mapping));
        }
    });
    ProcessDto {
        pid: process.pid.0,
        variable: names.process(process.pid).map(str::to_string),
        name: process.name.clone(),
        parent: process.parent.map(|pid| pid.0),
        root: process.root.0,
        rss,
        swapped,
        tables: tables(view, process.root, view.geometry().levels - 1),
        vmas,
    }
}

/// The number of tables from this one down.
fn tables(view: &View, table: Pfn, level: u8) -> u32 {
    if level == 0 {
        return 1;
    }
    let (geometry, mut below) = (view.geometry(), 0);
    view.ram.each_entry(table, |_, raw| {
        below += Pte::next_table(geometry.kind, raw).map_or(0, |next| tables(view, next, level - 1));
    });
    1 + below
}

/// The first pages of a VMA that have a PTE, lowest first.
pub fn first_pages(view: &View, id: VmaId, count: usize) -> Vec<PageDto> {
    let mut pages = Vec::new();
    let Some(vma) = view.vma_by_id(id) else { return pages };
    view.each_pte(vma.pid, &mut |mapping| {
        if pages.len() < count && vma.start <= mapping.vpn && mapping.vpn < vma.end {
            pages.extend(page(view, &mapping));
        }
    });
    pages
}

/// A page, or the large page that it is in; `None` if it has no PTE.
pub fn page_at(view: &View, pid: Pid, vpn: Vpn) -> Option<PageDto> {
    let step = view.walk(pid, vpn).pop().filter(|step| !is_empty(view.geometry().kind, step.raw))?;
    let first = Vpn(vpn.0 & !(view.geometry().span(step.level) - 1));
    page(view, &Mapping { pid, vpn: first, table: step.table, index: step.index, level: step.level, raw: step.raw })
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
            let state = page_state(frame.state);
            Some(PageDto { vpn, pages, state, at: pfn.0, writable, accessed, dirty, shared: frame.mapcount > 1 })
        }
    }
}

/// What a page in a frame of this use is mapped to.
fn page_state(state: FrameUse) -> PageState {
    match state {
        FrameUse::Zero => PageState::Zero,
        FrameUse::Run { .. } => PageState::Run,
        FrameUse::Free | FrameUse::Hole | FrameUse::Reserved | FrameUse::Table { .. } | FrameUse::Page => {
            PageState::Frame
        }
    }
}

/// What variables hold of a process's memory.
fn areas(view: &View, pid: Pid, names: &Names<'_>) -> Vec<AreaDto> {
    let area = |(name, addr, pages): (&str, VirtAddr, u64)| {
        let start = view.geometry().vpn(addr).0;
        AreaDto { name: name.to_string(), start, end: start + pages }
    };
    names.areas(pid).into_iter().map(area).collect()
}

/// A VMA without its pages; `areas`: what variables hold of the process.
fn vma(view: &View, vma: &Vma, areas: &[AreaDto]) -> VmaDto {
    VmaDto {
        id: vma.id.0,
        start: vma.start.0,
        end: vma.end.0,
        start_addr: address(view, vma.start),
        end_addr: address(view, vma.end),
        perms: perms(vma),
        pgoff: vma.pgoff as f64,
        name: vma_name(view, vma),
        areas: areas.iter().filter(|area| area.start < vma.end.0 && vma.start.0 < area.end).cloned().collect(),
        flags: vma_flag_names(vma.flags),
        anon_vma: vma.anon_vma.map(|id| id.0),
        chain: vma.chain.iter().map(|id| id.0).collect(),
        ptes: 0,
        pages: Vec::new(),
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
