//! A page of a process: where it is, what may be done with it, and the walk that finds it.

use super::{bytes, mappings, row, set_row, titled, walk, yes_no};
use crate::dto::{InspectDto, RowDto};
use crate::index::Index;
use crate::spaces::{address, perms, vma_name};
use crate::subject;
use crate::way_back;
use pageturner::hw::pte::Pte;
use pageturner::hw::tlb::TlbEntry;
use pageturner::lab::view::View;
use pageturner::mm::frame::FrameUse;
use pageturner::mm::vma::Vma;
use pageturner::units::{Pid, Vpn};

/// Looks at a page of a living process, mapped or not.
pub fn inspect(view: &View, index: &Index, pid: Pid, vpn: Vpn) -> Option<InspectDto> {
    let geometry = view.geometry();
    if !view.processes.contains_key(&pid) || vpn.0 >= geometry.user_pages {
        return None;
    }
    let (pte, vma) = (view.pte(pid, vpn), view.vma(pid, vpn));
    let mut rows = vec![state_row(view, pte, vma)];
    rows.extend(vma_row(view, vma));
    rows.extend(bit_rows(pte, vma));
    rows.extend(tlb_row(view, pid, vpn));
    let mut all = InspectDto {
        walk: walk::walk(view, pid, vpn),
        address: walk::address(geometry, vpn),
        ..titled(subject::page(pid, vpn), format!("Page {} of process {pid}", address(view, vpn)), rows)
    };
    match pte {
        Pte::Empty => {}
        Pte::Mapped { pfn, .. } => {
            all.mappings = mappings(view, index.frame(pfn));
            all.mapped = index.frame(pfn).len() as u32;
            all.way_back = way_back::has_one(view, pfn).then_some(pfn.0);
            all.bytes = bytes(view, view.ram.bytes(pfn));
        }
        Pte::Swapped { slot } => {
            all.mappings = mappings(view, index.slot(slot));
            all.mapped = index.slot(slot).len() as u32;
            all.bytes =
                view.slot_contents.get(slot.index()).map_or(Vec::new(), |contents| bytes(view, contents.as_deref()));
        }
    }
    Some(all)
}

fn state_row(view: &View, pte: Pte, vma: Option<&Vma>) -> RowDto {
    match pte {
        Pte::Empty if vma.is_none() => row("State", "not mapped: an access ends the process (SIGSEGV)"),
        Pte::Empty => set_row("State", "no frame yet: the first touch will fault"),
        Pte::Swapped { slot } => set_row("State", format!("swapped out to slot {}", slot.0)).to(subject::slot(slot)),
        Pte::Mapped { pfn, .. } if view.frames.get(pfn).state == FrameUse::Zero => {
            set_row("State", format!("reads the shared zero page, frame {}", pfn.0)).to(subject::frame(pfn))
        }
        Pte::Mapped { pfn, .. } => set_row("State", format!("in frame {}", pfn.0)).to(subject::frame(pfn)),
    }
}

fn vma_row(view: &View, vma: Option<&Vma>) -> Option<RowDto> {
    let vma = vma?;
    let text = format!("{} {} to {} {}", vma.id.0, address(view, vma.start), address(view, vma.end), perms(vma));
    Some(row("VMA", format!("{text} {}", vma_name(view, vma)).trim_end()).to(subject::vma(vma.id)))
}

fn bit_rows(pte: Pte, vma: Option<&Vma>) -> Vec<RowDto> {
    let Pte::Mapped { writable, accessed, dirty, protnone, .. } = pte else { return Vec::new() };
    let vma_allows = vma.is_some_and(|vma| vma.prot.contains(pageturner::lab::command::Prot::WRITE));
    let may_write = match (protnone, writable, vma_allows) {
        (true, ..) => "no: PROT_NONE forbids any access",
        (false, true, _) => "yes",
        // The difference that copy-on-write lives on.
        (false, false, true) => "not yet: the VMA allows it but the PTE does not, so a write will fault first",
        (false, false, false) => "no: the VMA is read only",
    };
    vec![set_row("Writable", may_write), set_row("Accessed", yes_no(accessed)), set_row("Dirty", yes_no(dirty))]
}

fn tlb_row(view: &View, pid: Pid, vpn: Vpn) -> Option<RowDto> {
    let covers =
        |entry: &TlbEntry| entry.pid == pid && entry.vpn <= vpn && vpn < entry.vpn.plus(u64::from(entry.pages));
    let (n, entry) = (0..).zip(&view.tlb).find_map(|(n, entry)| entry.filter(covers).map(|entry| (n, entry)))?;
    let large = if entry.pages > 1 { format!(", with {} more pages", entry.pages - 1) } else { String::new() };
    Some(row("TLB", format!("cached in entry {n}{large}: the next access needs no walk")))
}
