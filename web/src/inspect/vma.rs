//! A VMA: its range, its rights and what backs it.

use super::field::{Field, Said, fixed, row, rows, said};
use super::look::Look;
use super::{counted, titled};
use crate::dto::InspectDto;
use crate::spaces::{address, perms};
use crate::subject;
use pageturner::hw::pte::Pte;
use pageturner::lab::tell::words::vma_flag_names;
use pageturner::units::VmaId;
use pageturner::vocabulary::vma::VmaFlags;

/// Inspects a VMA.
pub fn inspect(look: &mut Look, id: VmaId) -> Option<InspectDto> {
    let vma = look.vma(id)?;
    let title = format!("VMA {} of process {} {}", id.0, vma.pid, look.vma_name(vma));
    Some(titled(subject::vma(id), title.trim_end().into(), rows(FIELDS, look, id)))
}

/// All that is shown of a VMA.
pub const FIELDS: &[Field<VmaId>] = &[
    row("Pages", |look, id| {
        let (vma, view) = (look.vma(id)?, look.view());
        let (start, end) = (address(view, vma.start), address(view, vma.end));
        Some(said(format!("{start} to {end}: {}", counted(vma.pages(), "page"))))
    }),
    fixed("Of process", |look, id| {
        let pid = look.vma(id)?.pid;
        Some(said(pid.to_string()).to(subject::process(pid)))
    }),
    row("Rights", |look, id| look.vma(id).map(|vma| said(perms(vma)))),
    row("Behind it", backing),
    row("Pages present", present),
    row("vm_pgoff", |look, id| look.vma(id).map(|vma| said(format!("{:#x}", vma.pgoff)))),
    row("anon_vma", |look, id| {
        let vma = look.vma(id).filter(|vma| vma.object.is_none() || vma.anon_vma.is_some())?;
        Some(said(vma.anon_vma.map_or("none before the first write".into(), |id| id.to_string())))
    }),
    row("Chain", |look, id| {
        let vma = look.vma(id).filter(|vma| !vma.chain.is_empty())?;
        let chain: Vec<String> = vma.chain.iter().map(ToString::to_string).collect();
        Some(said(format!("{}: its pages may be entered in any of these", chain.join(", "))))
    }),
    row("Flags", |look, id| {
        let flags = vma_flag_names(look.vma(id)?.flags);
        (!flags.is_empty()).then(|| said(flags.join(", ")))
    }),
];

fn backing(look: &mut Look, id: VmaId) -> Option<Said> {
    let vma = look.vma(id)?;
    if vma.flags.contains(VmaFlags::RUN) {
        return Some(said(format!("the run at frame {}, which stays in memory; moved, it is mapped anew", vma.pgoff)));
    }
    let name = look.vma_name(vma);
    Some(said(match (vma.object, vma.is_private()) {
        (None, _) if vma.flags.contains(VmaFlags::DROPPABLE) => {
            "anonymous memory: zeroes until written, dropped when memory runs out".into()
        }
        (None, _) => "anonymous memory: zeroes until written, then swap".into(),
        (Some(_), true) => format!("{name}, from page {}; writes stay private", vma.pgoff),
        (Some(_), false) => format!("{name}, from page {}; writes are seen by all who map it", vma.pgoff),
    }))
}

fn present(look: &mut Look, id: VmaId) -> Option<Said> {
    let vma = look.vma(id)?;
    let (mut present, mut swapped) = (0, 0);
    look.each_mapped(vma.pid, vma.start, vma.end, |pte, pages| match pte {
        Pte::Empty => {}
        Pte::Mapped { .. } => present += pages,
        Pte::Swapped { .. } => swapped += pages,
    });
    Some(said(format!("{present} of {}, {swapped} on swap", vma.pages())))
}
