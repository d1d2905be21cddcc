//! A page of a process: where it is, its rights, and the walk that finds it.

use super::field::{Field, Said, apart, row, rows, said};
use super::look::Look;
use super::{bytes, mappings, places, titled, walk, yes_no};
use crate::dto::InspectDto;
use crate::index::Index;
use crate::spaces::{address, perms};
use crate::{subject, way_back};
use pageturner::hw::pte::Pte;
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::prot::Prot;

type Page = (Pid, Vpn);

/// Inspects a page of a living process, mapped or not.
pub fn inspect(look: &mut Look, index: &Index, (pid, vpn): Page) -> Option<InspectDto> {
    let view = look.view();
    let geometry = view.geometry();
    if !view.spaces.contains_key(&pid) || vpn.0 >= geometry.user_pages {
        return None;
    }
    let mut all = InspectDto {
        walk: walk::walk(view, pid, vpn),
        ..titled(
            subject::page(pid, vpn),
            format!("Page {} of process {pid}", address(view, vpn)),
            rows(FIELDS, look, (pid, vpn)),
        )
    };
    match view.pte(pid, vpn) {
        Pte::Empty => {}
        Pte::Mapped { pfn, .. } => {
            let found = index.frame(view, pfn);
            all.mappings = mappings(view, &found);
            all.mapped = found.len() as u32;
            all.way_back = way_back::has_one(view, pfn).then_some(pfn.0);
            all.bytes = bytes(view, view.ram.bytes(pfn));
        }
        Pte::Swapped { slot } => {
            let found = index.slot(view, slot);
            all.mappings = mappings(view, &found);
            all.mapped = found.len() as u32;
            all.bytes =
                view.slot_contents.get(slot.index()).map_or(Vec::new(), |contents| bytes(view, contents.as_deref()));
        }
    }
    Some(all)
}

/// All that is shown of a page.
pub const FIELDS: &[Field<Page>] = &[
    row("State", state),
    row("VMA", vma),
    row("Writable", writable),
    row("Accessed", |look, page| bit(look, page, |pte| matches!(pte, Pte::Mapped { accessed: true, .. }))),
    row("Dirty", |look, page| bit(look, page, |pte| matches!(pte, Pte::Mapped { dirty: true, .. }))),
    row("TLB", |look, (pid, vpn)| {
        let (n, entry) = look.tlb(pid, vpn)?;
        let large = if entry.pages > 1 { format!(", with {} more pages", entry.pages - 1) } else { String::new() };
        let access = if entry.writable && entry.dirty { "access" } else { "read" };
        Some(said(format!("cached in entry {n}{large}: the next {access} needs no walk")))
    }),
    apart("PGD", |look, page| entry(look, page, "PGD")),
    apart("P4D", |look, page| entry(look, page, "P4D")),
    apart("PUD", |look, page| entry(look, page, "PUD")),
    apart("PMD", |look, page| entry(look, page, "PMD")),
    apart("PDE", |look, page| entry(look, page, "PDE")),
    apart("PTE", |look, page| entry(look, page, "PTE")),
    apart("way back", |look, (pid, vpn)| {
        let pfn = look.pte(pid, vpn).pfn()?;
        super::frame::way_back_of(look, pfn)
    }),
    apart("mappings", |look, (pid, vpn)| match look.pte(pid, vpn) {
        Pte::Empty => None,
        Pte::Mapped { pfn, .. } => Some(said(places(look.mapped_at(pfn)))),
        Pte::Swapped { slot } => Some(said(places(look.held_at(slot)))),
    }),
    apart("bytes", |look, (pid, vpn)| {
        let contents = match look.pte(pid, vpn) {
            Pte::Empty => return None,
            Pte::Mapped { pfn, .. } => look.bytes(pfn),
            Pte::Swapped { slot } => look.slot_bytes(slot),
        };
        Some(said(bytes(look.view(), contents).concat()))
    }),
];

fn state(look: &mut Look, (pid, vpn): Page) -> Option<Said> {
    Some(match look.pte(pid, vpn) {
        Pte::Empty if look.vma_at(pid, vpn).is_none() => said("not mapped: an access ends the process (SIGSEGV)"),
        Pte::Empty => said("no frame yet: the first touch will fault"),
        Pte::Swapped { slot } => said(format!("swapped out to slot {}", slot.0)).to(subject::slot(slot)),
        Pte::Mapped { pfn, .. } if look.frame(pfn).state == FrameUse::Zero => {
            said(format!("reads the shared zero page, frame {}", pfn.0)).to(subject::frame(pfn))
        }
        Pte::Mapped { pfn, .. } => said(format!("in frame {}", pfn.0)).to(subject::frame(pfn)),
    })
}

fn vma(look: &mut Look, (pid, vpn): Page) -> Option<Said> {
    let vma = look.vma_at(pid, vpn)?;
    let (view, name) = (look.view(), look.vma_name(vma));
    let text = format!("{} {} to {} {}", vma.id.0, address(view, vma.start), address(view, vma.end), perms(vma));
    Some(said(format!("{text} {name}").trim_end()).to(subject::vma(vma.id)))
}

fn writable(look: &mut Look, (pid, vpn): Page) -> Option<Said> {
    let Pte::Mapped { writable, protnone, .. } = look.pte(pid, vpn) else { return None };
    let vma_allows = |look: &mut Look| look.vma_at(pid, vpn).is_some_and(|vma| vma.prot.contains(Prot::WRITE));
    Some(said(match (protnone, writable) {
        (true, _) => "no: PROT_NONE forbids any access",
        (false, true) => "yes",
        // The difference that copy-on-write depends on.
        (false, false) if vma_allows(look) => {
            "not yet: the VMA allows it but the PTE does not, so a write will fault first"
        }
        (false, false) => "no: the VMA is read only",
    }))
}

/// A bit of the PTE, if it maps a frame.
fn bit(look: &mut Look, (pid, vpn): Page, is_set: fn(Pte) -> bool) -> Option<Said> {
    let pte = look.pte(pid, vpn);
    matches!(pte, Pte::Mapped { .. }).then(|| said(yes_no(is_set(pte))))
}

/// An entry on the walk, by the name of its level.
fn entry(look: &mut Look, (pid, vpn): Page, level: &str) -> Option<Said> {
    look.entry_at(pid, vpn, level).map(|raw| said(format!("{raw:#x}")))
}
