//! A frame: what it is used for, which PTEs map it, and the way back to them.

use super::field::{Field, Said, apart, fixed, row, rows, said};
use super::look::Look;
use super::{bytes, counted, mappings, places, titled, yes_no};
use crate::dto::InspectDto;
use crate::index::Index;
use crate::map::Use;
use crate::spaces::address;
use crate::{subject, way_back};
use pageturner::alloc::describe::list_name;
use pageturner::config::RmapKind;
use pageturner::lab::time::why::Part;
use pageturner::units::{Pfn, Pid, VirtAddr, Vpn};
use pageturner::vocabulary::entry::Entry;
use pageturner::vocabulary::frame::{Frame, FrameUse, Owner};
use pageturner::vocabulary::object::ObjectKind;
use pageturner::vocabulary::request::Mobility;
use pageturner::vocabulary::run::Run;

/// Inspects a frame.
pub fn inspect(look: &mut Look, index: &Index, pfn: Pfn) -> Option<InspectDto> {
    let view = look.view();
    if pfn.0 >= view.frames.len() {
        return None;
    }
    let found = index.frame(view, pfn);
    Some(InspectDto {
        mappings: mappings(view, &found),
        mapped: found.len() as u32,
        way_back: way_back::has_one(view, pfn).then_some(pfn.0),
        bytes: bytes(view, view.ram.bytes(pfn)),
        ..titled(subject::frame(pfn), format!("Frame {}", pfn.0), rows(FIELDS, look, pfn))
    })
}

/// All that is shown of a frame.
pub const FIELDS: &[Field<Pfn>] = &[
    row("Use", used_as),
    row("Free run", free_run),
    fixed("Note", note),
    // For page tables only.
    row("Level", |look, pfn| table(look, pfn).map(|(_, level)| said(look.view().geometry().level_name(level)))),
    row("Of process", |look, pfn| table(look, pfn).map(|(pid, _)| said(pid.to_string()).to(subject::process(pid)))),
    row("Entries in use", entries_in_use),
    row("Put aside", put_aside),
    row("Covers", covers),
    // For runs only.
    row("Run", |look, pfn| {
        let (first, run) = run(look, pfn)?;
        let text = format!("{} from frame {}", counted(u64::from(run.given), "frame"), first.0);
        Some(said(text).to(subject::frame(first)))
    }),
    row("Asked for", |look, pfn| run(look, pfn).map(|(_, run)| said(counted(u64::from(run.request.pages), "frame")))),
    row("Mapped", |look, pfn| {
        let (pid, vpn) = *run(look, pfn)?.1.mapped.first()?;
        let text = format!("by process {pid} at {}", address(look.view(), vpn));
        Some(said(text).to(subject::page(pid, vpn)))
    }),
    row("May be moved", |look, pfn| run(look, pfn).map(|(_, run)| said(may_be_moved(run)))),
    row("Unused", |look, pfn| {
        let (_, run) = run(look, pfn)?;
        let unused = u64::from(run.given.checked_sub(run.request.pages).filter(|unused| *unused > 0)?);
        Some(said(format!("{} (internal fragmentation)", counted(unused, "frame"))))
    }),
    // For pages only.
    row("Mapped by", mapped_by),
    row("Belongs to", belongs_to),
    row("Dirty", dirty),
    row("Swap cache", |look, pfn| {
        let slot = page(look, pfn)?.slot?;
        Some(said(format!("slot {} holds, or will hold, the same bytes", slot.0)).to(subject::slot(slot)))
    }),
    row("Locked", |look, pfn| {
        let locked = page(look, pfn)?.mlocked;
        locked.then(|| said(format!("{}: may not be swapped out", yes_no(true))))
    }),
    fixed("Physical address", |look, pfn| {
        Some(said(VirtAddr(u64::from(pfn.0) << look.view().geometry().page_shift).to_string()))
    }),
    fixed("Colour", |look, pfn| {
        let view = look.view();
        let colours = Some(view.config.cpu_cache.colours(view.geometry())).filter(|colours| *colours > 1)?;
        Some(said(format!("{} of {colours}: which part of the processor's cache holds it", pfn.0 % colours)))
    }),
    fixed("Zone", |look, pfn| {
        let zones = look.view().config.effective_zones();
        zones.iter().find(|zone| (zone.start..zone.end).contains(&pfn.0)).map(|zone| said(zone.name.clone()))
    }),
    apart("way back", way_back_of),
    apart("mappings", |look, pfn| Some(said(places(look.mapped_at(pfn))))),
    apart("bytes", |look, pfn| {
        let contents = look.bytes(pfn);
        Some(said(bytes(look.view(), contents).concat()))
    }),
];

fn used_as(look: &mut Look, pfn: Pfn) -> Option<Said> {
    let frame = look.frame(pfn);
    if let Owner::Object(id) = frame.mapping {
        look.note(Part::Object(id));
    }
    Some(said(Use::of(&frame, look.view()).label()))
}

fn free_run(look: &mut Look, pfn: Pfn) -> Option<Said> {
    if look.frame(pfn).state != FrameUse::Free {
        return None;
    }
    let (start, len, list) = look.free_run(pfn)?;
    let block = match len {
        1 => format!("frame {} alone", start.0),
        _ => format!("frames {} to {}", start.0, start.0 + len - 1),
    };
    Some(said(format!("{block}, in {}", list_name(&look.view().config, list))).to(subject::frame(start)))
}

fn note(look: &mut Look, pfn: Pfn) -> Option<Said> {
    match look.frame(pfn).state {
        FrameUse::Hole => Some(said("no memory answers at this address")),
        FrameUse::Reserved => Some(said("kept by the kernel since the start, never given out")),
        FrameUse::Zero => {
            Some(said("all processes read their untouched pages here; as in Linux these mappings are not counted"))
        }
        FrameUse::Free | FrameUse::Table { .. } | FrameUse::Run { .. } | FrameUse::Page => None,
    }
}

/// The process and the level of a page table.
fn table(look: &mut Look, pfn: Pfn) -> Option<(Pid, u8)> {
    match look.frame(pfn).state {
        FrameUse::Table { pid, level } => Some((pid, level)),
        _ => None,
    }
}

fn entries_in_use(look: &mut Look, pfn: Pfn) -> Option<Said> {
    table(look, pfn)?;
    let used = look.used_entries(pfn);
    Some(said(format!("{used} of {}", look.view().geometry().entries())))
}

fn put_aside(look: &mut Look, pfn: Pfn) -> Option<Said> {
    let (pid, _) = table(look, pfn)?;
    let linked = look.is_linked_table(pfn, pid);
    (!linked).then(|| {
        said("no entry leads to it: it is being made, or a large page is in its place until the run behind it moves")
    })
}

fn covers(look: &mut Look, pfn: Pfn) -> Option<Said> {
    let (pid, level) = table(look, pfn)?;
    if !look.is_linked_table(pfn, pid) {
        return None;
    }
    let (view, base) = (look.view(), Vpn(look.frame(pfn).index));
    let end = base.plus(view.geometry().span(level) * view.geometry().entries());
    Some(said(format!("{} up to {}", address(view, base), address(view, end))))
}

/// The run that a frame belongs to, and its first frame.
fn run<'a>(look: &mut Look<'a>, pfn: Pfn) -> Option<(Pfn, &'a Run)> {
    match look.frame(pfn).state {
        FrameUse::Run { first } => look.run(first).map(|run| (first, run)),
        _ => None,
    }
}

fn may_be_moved(run: &Run) -> String {
    match (run.pins, run.request.mobility) {
        (0, Mobility::Movable) => "yes: a segment".into(),
        (0, Mobility::Unmovable) => "no: it was asked for as unmovable".into(),
        (1, _) => "no: it is pinned".into(),
        (pins, _) => format!("no: it is pinned {pins} times"),
    }
}

/// The descriptor of a frame that is a page.
fn page(look: &mut Look, pfn: Pfn) -> Option<Frame> {
    Some(look.frame(pfn)).filter(|frame| frame.state == FrameUse::Page)
}

/// The PTEs that map a frame. The zero page's are not counted in its descriptor.
fn mapped_by(look: &mut Look, pfn: Pfn) -> Option<Said> {
    let frame = look.frame(pfn);
    match frame.state {
        FrameUse::Page => Some(said(counted(u64::from(frame.mapcount), "PTE"))),
        FrameUse::Zero => Some(said(counted(look.mapped_at(pfn).len() as u64, "PTE"))),
        _ => None,
    }
}

fn belongs_to(look: &mut Look, pfn: Pfn) -> Option<Said> {
    let frame = page(look, pfn)?;
    Some(said(match frame.mapping {
        Owner::None if frame.slot.is_some() => "nothing: only kept in the swap cache".into(),
        Owner::None => "nothing yet".into(),
        Owner::Anon(_) if !look.view().config.rmap.uses_objects() => "no file: it is anonymous".into(),
        Owner::Anon(id) => format!("anon_vma {id}, index {:#x}", frame.index),
        Owner::Ksm(id) => format!("stable node {id}: a merged page"),
        Owner::Object(id) => match look.object(id).map(|object| &object.info.kind) {
            Some(ObjectKind::File(name) | ObjectKind::Shm(name)) => format!("{name}, page {}", frame.index),
            Some(ObjectKind::Shmem) | None => format!("shared memory {id}, page {}", frame.index),
        },
    }))
}

/// Whether the page is dirty: the kernel moves the D bits to the frame only when it unmaps the page.
fn dirty(look: &mut Look, pfn: Pfn) -> Option<Said> {
    Some(said(match page(look, pfn)?.dirty {
        true => "yes: written since it was last saved",
        false if look.written_by_pte(pfn) => "yes: the D bit of a PTE says that it was written",
        false => "no",
    }))
}

/// What the machine's scheme stores to get back from a frame to its PTEs; `None` without a scheme.
pub(super) fn way_back_of(look: &mut Look, pfn: Pfn) -> Option<Said> {
    Some(said(match look.view().config.rmap {
        RmapKind::None => String::new(),
        RmapKind::VmaOffset | RmapKind::PteChain => match look.entry(pfn) {
            Entry::None => String::new(),
            entry => format!("{entry:?}"),
        },
        RmapKind::ObjectList | RmapKind::Object => {
            let frame = look.frame(pfn);
            match frame.mapping {
                Owner::Ksm(id) => {
                    look.note(Part::StableNode(id));
                    format!("{id}: {:?}", look.view().stable_nodes.get(&id).map(|node| &node.items))
                }
                owner => format!("{owner:?}, {}: {:?}", frame.index, look.links(owner)),
            }
        }
    }))
}
