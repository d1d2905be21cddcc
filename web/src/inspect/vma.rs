//! A VMA: its range, its rights and what is behind it.

use super::{counted, row, set_row, titled};
use crate::dto::InspectDto;
use crate::spaces::{address, flags, perms, vma_name};
use crate::subject;
use pageturner::hw::pte::Pte;
use pageturner::lab::view::View;
use pageturner::mm::vma::{Vma, VmaFlags};
use pageturner::units::VmaId;

/// Looks at a VMA.
pub fn inspect(view: &View, id: VmaId) -> Option<InspectDto> {
    let vma = view.vma_by_id(id)?;
    let name = vma_name(view, vma);
    let mut rows = vec![
        set_row(
            "Pages",
            format!("{} to {}: {}", address(view, vma.start), address(view, vma.end), counted(vma.pages(), "page")),
        ),
        row("Of process", vma.pid.to_string()).to(subject::process(vma.pid)),
        set_row("Rights", perms(vma)),
        row("Behind it", backing(view, vma)),
        row("Pages present", present(view, vma)),
        set_row("vm_pgoff", format!("{:#x}", vma.pgoff)),
    ];
    if vma.object.is_none() || vma.anon_vma.is_some() {
        rows.push(set_row("anon_vma", vma.anon_vma.map_or("none before the first write".into(), |id| id.to_string())));
    }
    if !vma.chain.is_empty() {
        let chain: Vec<String> = vma.chain.iter().map(ToString::to_string).collect();
        rows.push(set_row("Chain", format!("{}: its pages may be entered in any of these", chain.join(", "))));
    }
    let flags = flags(vma);
    if !flags.is_empty() {
        rows.push(set_row("Flags", flags.join(", ")));
    }
    let title = format!("VMA {} of process {} {name}", id.0, vma.pid);
    Some(titled(subject::vma(id), title.trim_end().into(), rows))
}

fn backing(view: &View, vma: &Vma) -> String {
    if vma.flags.contains(VmaFlags::RUN) {
        return format!("the run at frame {}, which stays in memory; moved, it is mapped anew", vma.pgoff);
    }
    match (vma.object, vma.is_private()) {
        (None, _) if vma.flags.contains(VmaFlags::DROPPABLE) => {
            "anonymous memory: zeroes until written, dropped when memory runs out".into()
        }
        (None, _) => "anonymous memory: zeroes until written, then swap".into(),
        (Some(_), true) => format!("{}, from page {}; writes stay private", vma_name(view, vma), vma.pgoff),
        (Some(_), false) => {
            format!("{}, from page {}; writes are seen by all who map it", vma_name(view, vma), vma.pgoff)
        }
    }
}

fn present(view: &View, vma: &Vma) -> String {
    let (mut present, mut swapped) = (0u64, 0u64);
    view.each_pte(vma.pid, &mut |mapping| {
        if vma.contains(mapping.vpn) {
            match view.decode(&mapping) {
                Pte::Empty => {}
                Pte::Mapped { .. } => present += view.geometry().span(mapping.level),
                Pte::Swapped { .. } => swapped += 1,
            }
        }
    });
    format!("{present} of {}, {swapped} on swap", vma.pages())
}
