//! The tables on the way to a page, each with some rows around the entry that the page needs.

use crate::dto::{EntryLeads, WalkRowDto, WalkTableDto};
use crate::inspect::{raw_text, set_bits};
use pageturner::hw::pte::{Pte, RawPte, is_empty, is_large};
use pageturner::lab::time::view::View;
use pageturner::units::{Pfn, Pid, Vpn};

/// Rows shown of a table, the one used in the middle unless it is near an end.
const ROWS: u16 = 5;

/// A table for each level, root first.
pub fn tables(view: &View, pid: Pid, vpn: Vpn) -> Vec<WalkTableDto> {
    let (geometry, steps) = (view.geometry(), view.walk(pid, vpn));
    let reached = |level: u8| steps.iter().find(|step| step.level == level).map(|step| step.table);
    (0..geometry.levels).rev().map(|level| table(view, level, geometry.index(vpn, level), reached(level))).collect()
}

fn table(view: &View, level: u8, index: u16, frame: Option<Pfn>) -> WalkTableDto {
    let (geometry, entries) = (view.geometry(), view.geometry().entries() as u16);
    let first = index.saturating_sub(ROWS / 2).min(entries.saturating_sub(ROWS));
    let rows = first..(first + ROWS).min(entries);
    let used = |entries: std::ops::Range<u16>| {
        frame.map_or(0, |table| entries.filter(|n| !is_empty(geometry.kind, view.ram.entry(table, *n))).count() as u16)
    };
    WalkTableDto {
        level: geometry.level_name(level),
        table: frame.map(|pfn| pfn.0),
        index,
        entries,
        used_before: used(0..rows.start),
        used_after: used(rows.end..entries),
        rows: frame.map_or(Vec::new(), |table| rows.map(|n| row(view, level, n, view.ram.entry(table, n))).collect()),
    }
}

fn row(view: &View, level: u8, index: u16, raw: RawPte) -> WalkRowDto {
    let kind = view.geometry().kind;
    let pte = Pte::decode_at(kind, level, raw);
    let (leads, at) = match pte {
        Pte::Empty => (EntryLeads::Nothing, None),
        Pte::Swapped { slot } => (EntryLeads::Slot, Some(slot.0)),
        Pte::Mapped { pfn, .. } if level == 0 => (EntryLeads::Page, Some(pfn.0)),
        Pte::Mapped { pfn, .. } if is_large(kind, raw) => (EntryLeads::Large, Some(pfn.0)),
        Pte::Mapped { pfn, .. } => (EntryLeads::Table, Some(pfn.0)),
    };
    WalkRowDto { index, leads, at, raw: raw_text(kind, raw), set: set_bits(kind, raw, pte, level) }
}
