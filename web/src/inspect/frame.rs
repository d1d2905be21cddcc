//! A frame: what it is used for, by whom, and the way back to its page-table entries.

use super::{bytes, counted, mappings, row, set_row, titled, yes_no};
use crate::dto::{InspectDto, RowDto};
use crate::index::Index;
use crate::map::Use;
use crate::spaces::address;
use crate::subject;
use crate::way_back;
use pageturner::hw::pte::Pte;
use pageturner::lab::view::{Mapping, View};
use pageturner::mm::alloc::Mobility;
use pageturner::mm::alloc::naming::list_name;
use pageturner::mm::frame::{Frame, FrameUse, Owner};
use pageturner::mm::object::ObjectKind;
use pageturner::units::{Pfn, VirtAddr};

/// Looks at a frame.
pub fn inspect(view: &View, index: &Index, pfn: Pfn) -> Option<InspectDto> {
    if pfn.0 >= view.frames.len() {
        return None;
    }
    let frame = view.frames.get(pfn);
    let mut rows = vec![set_row("Use", Use::of(&frame, view).label())];
    rows.extend(use_rows(view, index, pfn, &frame));
    rows.push(row("Physical address", VirtAddr(u64::from(pfn.0) << view.geometry().page_shift).to_string()));
    rows.extend(zone(view, pfn));
    Some(InspectDto {
        mappings: mappings(view, index.frame(pfn)),
        mapped: index.frame(pfn).len() as u32,
        way_back: way_back::has_one(view, pfn).then_some(pfn.0),
        bytes: bytes(view, view.ram.bytes(pfn)),
        ..titled(subject::frame(pfn), format!("Frame {}", pfn.0), rows)
    })
}

fn use_rows(view: &View, index: &Index, pfn: Pfn, frame: &Frame) -> Vec<RowDto> {
    match frame.state {
        FrameUse::Free => free_rows(view, pfn),
        FrameUse::Hole => vec![row("Note", "no memory answers at this address")],
        FrameUse::Reserved => vec![row("Note", "kept by the kernel since the start, never given out")],
        FrameUse::Zero => vec![
            row("Mapped by", counted(index.frame(pfn).len() as u64, "PTE")),
            row("Note", "all processes read their untouched pages here; as in Linux these mappings are not counted"),
        ],
        FrameUse::Table { .. } => table_rows(view, index, pfn, frame),
        FrameUse::Run { first } => run_rows(view, first),
        FrameUse::Page => page_rows(view, index, pfn, frame),
    }
}

fn free_rows(view: &View, pfn: Pfn) -> Vec<RowDto> {
    let starts = (0..=pfn.0).rev().take_while(|n| view.frames.get(Pfn(*n)).state == FrameUse::Free);
    let found = starts.map(Pfn).find_map(|start| view.free.run_at(start).map(|(len, list)| (start, len, list)));
    let Some((start, len, list)) = found.filter(|(start, len, _)| pfn.0 - start.0 < *len) else { return Vec::new() };
    let block = match len {
        1 => format!("frame {} alone", start.0),
        _ => format!("frames {} to {}", start.0, start.0 + len - 1),
    };
    let list = list_name(&view.config, list);
    vec![row("Free run", format!("{block}, in {list}")).to(subject::frame(start))]
}

fn table_rows(view: &View, index: &Index, pfn: Pfn, frame: &Frame) -> Vec<RowDto> {
    let FrameUse::Table { pid, level } = frame.state else { return Vec::new() };
    let geometry = view.geometry();
    let used = (0..geometry.entries() as u16)
        .filter(|n| Pte::decode(geometry.kind, view.ram.entry(pfn, *n)) != Pte::Empty)
        .count();
    let mut rows = vec![
        row("Level", geometry.level_name(level)),
        row("Of process", pid.to_string()).to(subject::process(pid)),
        row("Entries in use", format!("{used} of {}", geometry.entries())),
    ];
    if index.table(pfn).is_none() {
        rows.push(row("Note", "put aside: a large page is in its place, until the run behind it moves"));
    }
    if let Some(place) = index.table(pfn) {
        let end = place.base.plus(geometry.span(level) * geometry.entries());
        rows.push(row("Covers", format!("{} up to {}", address(view, place.base), address(view, end))));
    }
    rows
}

fn run_rows(view: &View, first: Pfn) -> Vec<RowDto> {
    let Some(run) = view.runs.get(&first) else { return Vec::new() };
    let mut rows = vec![
        row("Run", format!("{} from frame {}", counted(u64::from(run.given), "frame"), first.0))
            .to(subject::frame(first)),
        row("Asked for", counted(u64::from(run.request.pages), "frame")),
    ];
    if let Some((pid, vpn)) = run.mapped {
        rows.push(set_row("Mapped", format!("by process {pid} at {}", address(view, vpn))).to(subject::page(pid, vpn)));
    }
    let moving = match (run.pins, run.request.mobility) {
        (0, Mobility::Movable) => "yes: a segment".into(),
        (0, Mobility::Unmovable) => "no: it was asked for as unmovable".into(),
        (1, _) => "no: it is pinned".into(),
        (pins, _) => format!("no: it is pinned {pins} times"),
    };
    rows.push(row("May be moved", moving));
    if run.given > run.request.pages {
        rows.push(row(
            "Unused",
            format!("{} (internal fragmentation)", counted(u64::from(run.given - run.request.pages), "frame")),
        ));
    }
    rows
}

fn page_rows(view: &View, index: &Index, pfn: Pfn, frame: &Frame) -> Vec<RowDto> {
    let belongs = match frame.mapping {
        Owner::None => "nothing: only kept in the swap cache".into(),
        Owner::Anon(id) => format!("anon_vma {id}, index {:#x}", frame.index),
        Owner::Ksm(id) => format!("stable node {id}: a merged page"),
        Owner::Object(id) => match view.objects.get(&id).map(|object| &object.info.kind) {
            Some(ObjectKind::File(name) | ObjectKind::Shm(name)) => format!("{name}, page {}", frame.index),
            Some(ObjectKind::Shmem) | None => format!("shared memory {id}, page {}", frame.index),
        },
    };
    let mut rows = vec![
        set_row("Mapped by", counted(u64::from(frame.mapcount), "PTE")),
        set_row("Belongs to", belongs),
        set_row("Dirty", dirty(view, index, pfn, frame)),
    ];
    if let Some(slot) = frame.slot {
        rows.push(
            set_row("Swap cache", format!("slot {} holds, or will hold, the same bytes", slot.0))
                .to(subject::slot(slot)),
        );
    }
    if frame.mlocked {
        rows.push(set_row("Locked", format!("{}: may not be swapped out", yes_no(true))));
    }
    rows
}

/// The kernel takes the D bits over into the frame only when it unmaps the page.
fn dirty(view: &View, index: &Index, pfn: Pfn, frame: &Frame) -> &'static str {
    let written = |mapping: &Mapping| matches!(view.decode(mapping), Pte::Mapped { dirty: true, .. });
    match (frame.dirty, index.frame(pfn).iter().any(written)) {
        (true, _) => "yes: written since it was last saved",
        (false, true) => "yes: the D bit of a PTE says that it was written",
        (false, false) => "no",
    }
}

fn zone(view: &View, pfn: Pfn) -> Option<RowDto> {
    let zones = view.config.effective_zones();
    let zone = zones.iter().find(|zone| (zone.start..zone.end).contains(&pfn.0))?;
    Some(row("Zone", zone.name.clone()))
}
