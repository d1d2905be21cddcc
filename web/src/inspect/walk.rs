//! A page-table walk taken apart: the address into index fields, each entry into its bits.

use crate::dto::{BitDto, FieldDto, WalkDto};
use pageturner::hw::geometry::{Geometry, GeometryKind};
use pageturner::hw::pte::{Pte, RawPte, bit_names, is_large, stored};
use pageturner::lab::time::mapped::WalkStep;
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, Vpn};

/// The fields of a page's first address, root index first.
pub fn address(geometry: &Geometry, vpn: Vpn) -> Vec<FieldDto> {
    let index = |level: u8| {
        let value = u64::from(geometry.index(vpn, level));
        FieldDto { name: geometry.level_name(level), bits: binary(value, geometry.bits), value }
    };
    let offset = FieldDto { name: "offset", bits: binary(0, geometry.page_shift), value: 0 };
    (0..geometry.levels).rev().map(index).chain([offset]).collect()
}

/// Every entry the MMU reads on its way to a page, as far as there are tables.
pub fn walk(view: &View, pid: Pid, vpn: Vpn) -> Vec<WalkDto> {
    view.walk(pid, vpn).iter().map(|step| entry(view.geometry(), step)).collect()
}

fn entry(geometry: &Geometry, step: &WalkStep) -> WalkDto {
    let pte = Pte::decode_at(geometry.kind, step.level, step.raw);
    WalkDto {
        level: geometry.level_name(step.level),
        table: step.table.0,
        index: step.index,
        index_bits: binary(u64::from(step.index), geometry.bits),
        raw: raw(geometry.kind, step.raw),
        decoded: decoded(geometry, pte, step),
        next: pte.pfn().map(|pfn| pfn.0),
        bits: bits(geometry.kind, step.raw, pte, step.level),
    }
}

fn decoded(geometry: &Geometry, pte: Pte, step: &WalkStep) -> String {
    let level = step.level;
    if level > 0 && is_large(geometry.kind, step.raw) {
        let leaf = decoded(geometry, pte, &WalkStep { level: 0, ..*step });
        return format!("a large page of {} frames: from {leaf}", geometry.span(level));
    }
    match pte {
        Pte::Empty if level == 0 => "empty: an access faults".into(),
        Pte::Empty => "empty: no table further down, an access faults".into(),
        Pte::Swapped { slot } => format!("not present: the page is in swap slot {}", slot.0),
        Pte::Mapped { pfn, .. } if level > 0 => format!("the next table is in frame {}", pfn.0),
        Pte::Mapped { pfn, protnone: true, .. } => format!("frame {}, but no access is allowed", pfn.0),
        Pte::Mapped { pfn, writable: true, .. } => format!("frame {}, may be written", pfn.0),
        Pte::Mapped { pfn, writable: false, .. } => format!("frame {}, read only", pfn.0),
    }
}

/// An entry in hexadecimal, as wide as it is stored; tag bits, where the geometry has them, follow a plus sign.
pub fn raw(kind: GeometryKind, raw: RawPte) -> String {
    match kind {
        GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::Sv39 => format!("{raw:#018x}"),
        GeometryKind::X86_32 => format!("{raw:#010x}"),
        GeometryKind::Linear => {
            let (entry, tag) = stored(kind, raw);
            format!("{entry:#010x} + tag {tag:#04x}")
        }
        GeometryKind::Classroom => {
            let (byte, tag) = stored(kind, raw);
            format!("{byte:#04x} + tag {tag:#04x}")
        }
    }
}

/// The named bits of an entry. In an entry that maps nothing the others hold a slot's number or nothing, and in one
/// that points to a table the MMU ignores D and G; those are left out.
fn bits(kind: GeometryKind, raw: RawPte, pte: Pte, level: u8) -> Vec<BitDto> {
    let leaf = level == 0 || is_large(kind, raw);
    let tells = |name: &str| match pte {
        Pte::Mapped { .. } => leaf || !["D", "G"].contains(&name),
        Pte::Empty | Pte::Swapped { .. } => ["P", "V", "SWAP"].contains(&name),
    };
    let names = bit_names(kind, level).iter().filter(|(_, name)| tells(name));
    names.map(|(bit, name)| BitDto { name, bit: *bit, set: raw >> bit & 1 == 1, meaning: meaning(name) }).collect()
}

/// The names of those that are set.
pub fn set_bits(kind: GeometryKind, raw: RawPte, pte: Pte, level: u8) -> Vec<&'static str> {
    bits(kind, raw, pte, level).into_iter().filter(|bit| bit.set).map(|bit| bit.name).collect()
}

fn meaning(name: &str) -> &'static str {
    match name {
        "P" => "present: the MMU may use this entry; if clear, an access faults",
        "RW" => "writable: if clear, a write faults",
        "V" => "valid: the MMU may use this entry; if clear, an access faults",
        "R" => "readable; if R, W and X are all clear, the entry leads to a table",
        "W" => "writable: if clear, a write faults",
        "X" => "executable: code on this page may run",
        "U" => "user: programs may use the page, not only the kernel",
        "US" => "user: programs may use the page, not only the kernel",
        "PWT" => "write-through: writes go to memory at once",
        "PCD" => "cache disabled: never kept in the processor's caches",
        "A" => "accessed: the MMU sets it at any use; the clock policy clears it",
        "D" => "dirty: the MMU sets it at a write",
        "PAT" => "page attribute: with PWT and PCD it chooses how the page is cached",
        "PS" => "page size: set, the entry maps a large page itself; clear, it points to a table",
        "G" => "global; with P clear Linux's mark for PROT_NONE",
        "NX" => "no execute: code on this page may not run",
        "NONE" => "PROT_NONE: the page is kept, but any access faults",
        "APART" => "the frame is the kernel's own, 128 further up",
        "SWAP" => "swapped: the low bits are a swap slot, not a frame",
        _ => "",
    }
}

fn binary(value: u64, width: u32) -> String {
    format!("{value:0width$b}", width = width as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn an_address_is_cut_where_the_manual_cuts_it() {
        let geometry = GeometryKind::X86_64.geometry();
        let fields = address(geometry, Vpn(0x7_ffff_7fff));
        let cut: Vec<_> = fields.iter().map(|field| (field.name, field.value, field.bits.len())).collect();
        assert_eq!(cut, [("PGD", 255, 9), ("PUD", 511, 9), ("PMD", 447, 9), ("PTE", 511, 9), ("offset", 0, 12)]);
    }

    #[test]
    fn every_named_bit_has_a_meaning() {
        let kinds = GeometryKind::VARIANTS.iter().copied();
        for (kind, level) in kinds.flat_map(|kind| [(kind, 0), (kind, 1)]) {
            for (_, name) in bit_names(kind, level) {
                assert!(!meaning(name).is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn a_swapped_entry_shows_no_rights() {
        let kind = GeometryKind::X86_64;
        let pte = Pte::Swapped { slot: pageturner::units::SwapSlot(5) };
        let shown = bits(kind, pte.encode(kind), pte, 0);
        assert_eq!(shown.iter().map(|bit| (bit.name, bit.set)).collect::<Vec<_>>(), [("P", false)]);
    }
}
