//! A process's page tables as text, as the labs of xv6 print them (`vmprint`), with blanks for an exercise.
//!
//! ```text
//! page table 0x0000000000004000
//!  ..0: pte 0x0000000000001401 pa 0x0000000000005000          a line an entry, indented by level, its index in front
//!  .. ..0: pte 0x0000000000001801 pa 0x0000000000006000
//!  .. .. ..16: pte ____ pa ____                               left for the reader
//! ```
//! Source: MIT 6.S081 and 6.1810, lab *page tables*.

use crate::hw::pte::{Pte, stored};
use crate::lab::time::view::View;
use crate::units::{Pfn, Pid, Vpn};
use std::fmt::Write;
use strum::{EnumString, VariantNames};

/// What is left out for the reader to fill in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Blanks {
    /// Parts of every line.
    pub parts: Vec<Part>,
    /// Pages whose lines have neither entry nor address.
    pub pages: Vec<Vpn>,
}

/// A part of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Part {
    Index,
    Pte,
    Pa,
}

/// All entries that are not empty, root first; lowest page first. Empty if there is no such process.
pub fn tables_text(view: &View, pid: Pid, blanks: &Blanks) -> String {
    let Some(process) = view.process(pid) else { return String::new() };
    let root = number(view.geometry().page_size() * u64::from(process.root.0), pa_digits(view));
    let mut out = format!("page table {root}\n");
    table(view, (process.root, view.geometry().levels - 1, Vpn(0)), blanks, &mut out);
    out
}

fn table(view: &View, (table, level, base): (Pfn, u8, Vpn), blanks: &Blanks, out: &mut String) {
    let geometry = view.geometry();
    let blank = |part: Part, text: String| if blanks.parts.contains(&part) { "____".into() } else { text };
    view.ram.each_entry(table, |index, raw| {
        let vpn = base.plus(u64::from(index) * geometry.span(level));
        let next = Pte::next_table(geometry.kind, raw).filter(|_| level > 0);
        let hidden =
            next.is_none() && blanks.pages.iter().any(|page| (vpn.0..vpn.0 + geometry.span(level)).contains(&page.0));
        let hide = |text: String| if hidden { "____".into() } else { text };
        let bits = stored(geometry.kind, raw).0;
        let pte = hide(blank(Part::Pte, number(bits, 2 << geometry.entry_shift)));
        let leads = match Pte::decode_at(geometry.kind, level, raw) {
            Pte::Mapped { pfn, .. } => {
                let pa = number(u64::from(pfn.0) << geometry.page_shift, pa_digits(view));
                format!("pa {}", hide(blank(Part::Pa, pa)))
            }
            Pte::Swapped { slot } => format!("swap {}", hide(blank(Part::Pa, slot.0.to_string()))),
            Pte::Empty => String::new(),
        };
        let indent = " ..".repeat(usize::from(geometry.levels - level));
        let index = blank(Part::Index, index.to_string());
        writeln!(out, "{indent}{index}: pte {pte} {leads}").expect("writing to a string");
        if let Some(next) = next {
            self::table(view, (next, level - 1, vpn), blanks, out);
        }
    });
}

fn number(n: u64, digits: usize) -> String {
    format!("0x{n:0digits$x}")
}

/// Digits of a physical address: as many as an entry has where that names it whole.
fn pa_digits(view: &View) -> usize {
    (2usize << view.geometry().entry_shift).max(4)
}
