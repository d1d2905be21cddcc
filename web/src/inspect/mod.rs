//! The inspector: everything about one subject, worded for a reader who sees a page table for the first time.
//!
//! A value is a subject and the name of a field. The fields of each kind of subject are a table; rows are made from it,
//! and so is the answer to "why?": the value is read again at earlier places in time, until it is another.

mod field;
mod frame;
mod look;
mod page;
mod process;
mod slot;
mod vma;
mod walk;

pub use look::Look;
pub use walk::{address as address_fields, raw as raw_text, set_bits};

use crate::dto::{InspectDto, MappingDto, RowDto, Subject};
use crate::index::Index;
use crate::spaces::address;
use pageturner::hw::pte::Pte;
use pageturner::lab::time::mapped::Mapping;
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};
use std::cell::OnceCell;

/// At most this many bytes of a frame or slot are shown.
const BYTES: usize = 64;
/// At most this many PTEs of a frame or slot are listed.
const MAPPINGS: usize = 200;

/// Inspects a subject; `None` if it does not exist now.
pub fn inspect(view: &View, index: &OnceCell<Index>, subject: Subject) -> Option<InspectDto> {
    let look = &mut Look::new(view, index);
    let index = index.get_or_init(|| Index::new(view));
    match subject {
        Subject::Frame { pfn } => frame::inspect(look, index, Pfn(pfn)),
        Subject::Page { pid, vpn } => page::inspect(look, index, (Pid(pid), Vpn(vpn))),
        Subject::Vma { id } => vma::inspect(look, VmaId(id)),
        Subject::Slot { slot } => slot::inspect(look, index, SwapSlot(slot)),
        Subject::Process { pid } => process::inspect(look, Pid(pid)),
    }
}

/// One value of a subject, by the name of its row or of what is shown apart from the rows: `way back`, `mappings`,
/// `bytes`, and the entries of a walk by their level, for example `PTE`. `None`: the value does not exist now.
pub fn value(look: &mut Look, subject: Subject, name: &str) -> Option<String> {
    match subject {
        Subject::Frame { pfn } if pfn >= look.view().frames.len() => None,
        Subject::Frame { pfn } => field::read(frame::FIELDS, name, look, Pfn(pfn)),
        Subject::Page { pid, vpn } => field::read(page::FIELDS, name, look, (Pid(pid), Vpn(vpn))),
        Subject::Vma { id } => field::read(vma::FIELDS, name, look, VmaId(id)),
        Subject::Slot { slot } => field::read(slot::FIELDS, name, look, SwapSlot(slot)),
        Subject::Process { pid } => field::read(process::FIELDS, name, look, Pid(pid)),
    }
}

/// The names of a subject's values that an event can set.
#[cfg(test)]
pub fn names(subject: Subject) -> Vec<&'static str> {
    match subject {
        Subject::Frame { .. } => field::names(frame::FIELDS),
        Subject::Page { .. } => field::names(page::FIELDS),
        Subject::Vma { .. } => field::names(vma::FIELDS),
        Subject::Slot { .. } => field::names(slot::FIELDS),
        Subject::Process { .. } => field::names(process::FIELDS),
    }
}

/// An inspection without details yet.
fn titled(subject: Subject, title: String, rows: Vec<RowDto>) -> InspectDto {
    InspectDto {
        subject,
        title,
        rows,
        walk: Vec::new(),
        mappings: Vec::new(),
        mapped: 0,
        way_back: None,
        owners: Vec::new(),
        owned: 0,
        bytes: Vec::new(),
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// `1 page`, `2 pages`.
fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

fn mapping(view: &View, mapping: &Mapping) -> MappingDto {
    let (writable, dirty, accessed) = match view.decode(mapping) {
        Pte::Mapped { writable, dirty, accessed, .. } => (writable, dirty, accessed),
        Pte::Empty | Pte::Swapped { .. } => (false, false, false),
    };
    let vma = view.vma(mapping.pid, mapping.vpn).map(|vma| vma.id.0);
    MappingDto {
        pid: mapping.pid.0,
        vpn: mapping.vpn.0,
        addr: address(view, mapping.vpn),
        vma,
        writable,
        dirty,
        accessed,
    }
}

/// The first of the mappings, as many as are listed.
fn mappings(view: &View, all: &[Mapping]) -> Vec<MappingDto> {
    all.iter().take(MAPPINGS).map(|each| mapping(view, each)).collect()
}

/// The places of PTEs, as a text that differs if they do.
fn places(all: impl Iterator<Item = (Pid, Vpn)>) -> String {
    all.map(|(pid, vpn)| format!("{pid}:{:#x} ", vpn.0)).collect()
}

/// The first bytes as hex pairs; none when all are zero. The tag bytes of a small geometry follow a page's own.
fn bytes(view: &View, contents: Option<&[u8]>) -> Vec<String> {
    let Some(contents) = contents else { return Vec::new() };
    let own = &contents[..view.geometry().page_size() as usize];
    if own.iter().all(|byte| *byte == 0) {
        return Vec::new();
    }
    own.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect()
}
