//! The inspector: everything about one subject, worded for someone who sees a page table for the first time.

mod frame;
mod page;
mod process;
mod slot;
mod vma;
mod walk;

use crate::dto::{InspectDto, MappingDto, RowDto, Subject};
use crate::index::Index;
use crate::spaces::address;
use pageturner::hw::pte::Pte;
use pageturner::lab::view::{Mapping, View};
use pageturner::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};

/// Bytes shown of a frame or slot.
const BYTES: usize = 64;
/// PTEs listed of a frame or slot.
const MAPPINGS: usize = 200;

/// Looks at a subject; `None` if there is no such thing now.
pub fn inspect(view: &View, index: &Index, subject: Subject) -> Option<InspectDto> {
    match subject {
        Subject::Frame { pfn } => frame::inspect(view, index, Pfn(pfn)),
        Subject::Page { pid, vpn } => page::inspect(view, index, Pid(pid), Vpn(vpn)),
        Subject::Vma { id } => vma::inspect(view, VmaId(id)),
        Subject::Slot { slot } => slot::inspect(view, index, SwapSlot(slot)),
        Subject::Process { pid } => process::inspect(view, index, Pid(pid)),
    }
}

/// An inspection without details yet.
fn titled(subject: Subject, title: String, rows: Vec<RowDto>) -> InspectDto {
    InspectDto {
        subject,
        title,
        rows,
        walk: Vec::new(),
        address: Vec::new(),
        mappings: Vec::new(),
        mapped: 0,
        way_back: None,
        bytes: Vec::new(),
    }
}

/// A fact that follows from others.
fn row(label: &'static str, value: impl Into<String>) -> RowDto {
    RowDto { label, value: value.into(), subject: None, why: false }
}

/// A value that some event has set.
fn set_row(label: &'static str, value: impl Into<String>) -> RowDto {
    RowDto { why: true, ..row(label, value) }
}

impl RowDto {
    fn to(self, subject: impl Into<Option<Subject>>) -> RowDto {
        RowDto { subject: subject.into(), ..self }
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

/// The first of them.
fn mappings(view: &View, all: &[Mapping]) -> Vec<MappingDto> {
    all.iter().take(MAPPINGS).map(|each| mapping(view, each)).collect()
}

/// The first bytes as hex pairs; none when all are zero. The tag bytes of a small geometry stand behind a page's own.
fn bytes(view: &View, contents: Option<&[u8]>) -> Vec<String> {
    let Some(contents) = contents else { return Vec::new() };
    let own = &contents[..view.geometry().page_size() as usize];
    if own.iter().all(|byte| *byte == 0) {
        return Vec::new();
    }
    own.iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect()
}
