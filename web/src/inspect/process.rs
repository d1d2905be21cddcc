//! A process: its address space in numbers.

use super::field::{Field, Said, row, rows, said};
use super::look::Look;
use super::{counted, titled};
use crate::dto::InspectDto;
use crate::subject;
use pageturner::hw::pte::Pte;
use pageturner::lab::tell::words::vma_flag_names;
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::frame::FrameUse;

/// Inspects a living process.
pub fn inspect(look: &mut Look, pid: Pid) -> Option<InspectDto> {
    let info = look.process(pid)?;
    let title = format!("Process {pid} {}", info.name);
    Some(titled(subject::process(pid), title.trim_end().into(), rows(FIELDS, look, pid)))
}

/// All that is shown of a process.
pub const FIELDS: &[Field<Pid>] = &[
    row("Name", |look, pid| {
        let name = &look.process(pid)?.name;
        Some(said(if name.is_empty() { "none" } else { name }))
    }),
    row("Address space", |look, pid| {
        look.process(pid)?;
        let (vmas, pages) = look.vmas_of(pid).fold((0, 0), |(n, pages), vma| (n + 1, pages + vma.pages()));
        Some(said(format!("{} in {}", counted(pages, "page"), counted(vmas, "VMA"))))
    }),
    row("Resident", resident),
    row("On swap", |look, pid| {
        look.process(pid)?;
        let mut swapped = 0;
        look.each_mapped(pid, Vpn(0), end(look), |pte, _| swapped += u64::from(matches!(pte, Pte::Swapped { .. })));
        Some(said(counted(swapped, "page")))
    }),
    row("Page tables", |look, pid| {
        look.process(pid)?;
        Some(said(counted(look.tables(pid) as u64, "frame")))
    }),
    row("Root table", |look, pid| {
        let root = look.process(pid)?.root;
        Some(said(format!("frame {}", root.0)).to(subject::frame(root)))
    }),
    row("Heap", |look, pid| {
        let info = look.process(pid)?;
        (info.brk > info.brk_start).then(|| said(format!("{} to {}", info.brk_start, info.brk)))
    }),
    row("Parent", |look, pid| {
        let parent = look.process(pid)?.parent?;
        Some(said(format!("process {parent}")).to(subject::process(parent)))
    }),
    row("New mappings", |look, pid| {
        let flags = vma_flag_names(look.process(pid)?.def_flags);
        (!flags.is_empty()).then(|| said(format!("get {}", flags.join(", "))))
    }),
];

/// The resident set: as in Linux, the zero page and mapped runs count for no process.
fn resident(look: &mut Look, pid: Pid) -> Option<Said> {
    look.process(pid)?;
    let (view, mut pages) = (look.view(), 0);
    look.each_mapped(pid, Vpn(0), end(look), |pte, _| {
        let counts = |pfn| !matches!(view.frames.get(pfn).state, FrameUse::Zero | FrameUse::Run { .. });
        pages += u64::from(pte.pfn().is_some_and(counts));
    });
    Some(said(format!("{} (the zero page not counted)", counted(pages, "page"))))
}

/// One past the last page that a process can have.
fn end(look: &Look) -> Vpn {
    Vpn(look.view().geometry().user_pages)
}
