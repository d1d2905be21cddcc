//! docs/pte.md draws the bits of every geometry: the drawings are made here, from what the machine itself uses.

use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::{bit_names, frame_bits};
use strum::VariantArray;

const DOC: &str = include_str!("../../../docs/pte.md");

#[test]
fn the_drawings_are_of_the_bits_that_the_machine_uses() {
    for kind in GeometryKind::VARIANTS {
        for drawing in drawings(*kind) {
            assert!(DOC.contains(&drawing), "docs/pte.md has no such drawing:\n{drawing}");
        }
    }
}

/// An entry's fields with their bits, the highest first, as far as they lie in memory; then tag bits.
fn drawings(kind: GeometryKind) -> Vec<String> {
    let geometry = kind.geometry();
    let width = 8u8 << geometry.entry_shift;
    let levels = if bit_names(kind, 0) == bit_names(kind, 1) { vec![0] } else { vec![0, 1] };
    let mut drawn = Vec::new();
    for level in levels {
        let named = bit_names(kind, level).iter().filter(|(bit, _)| *bit < width);
        let mut fields: Vec<(u8, u8, &str)> = named.map(|(bit, name)| (*bit, *bit, *name)).collect();
        let (low, high) = frame_bits(kind);
        fields.push((low, high, "PFN"));
        drawn.push(drawing(fields, width));
    }
    if geometry.tag_bytes > 0 {
        let tags = bit_names(kind, 0).iter().filter(|(bit, _)| *bit >= width);
        drawn.push(drawing(tags.map(|(bit, name)| (bit - width, bit - width, *name)).collect(), 8));
    }
    drawn
}

/// Three lines: the bits, the names, and what is unnamed between them.
fn drawing(mut fields: Vec<(u8, u8, &str)>, width: u8) -> String {
    fields.sort_unstable();
    let (mut all, mut next) = (Vec::new(), 0);
    for (low, high, name) in fields {
        all.extend((low > next).then(|| (next, low - 1, "")));
        all.push((low, high, name));
        next = high + 1;
    }
    all.extend((width > next).then(|| (next, width - 1, "")));
    let cells = all.iter().rev().map(|(low, high, name)| {
        let bits = if low == high { low.to_string() } else { format!("{high}..{low}") };
        let room = bits.len().max(name.len());
        (format!(" {bits:^room$} "), format!(" {name:^room$} "))
    });
    let (bits, names): (Vec<_>, Vec<_>) = cells.unzip();
    let edge: String = names.iter().map(|name| format!("+{}", "-".repeat(name.len()))).collect();
    format!(" {}\n{edge}+\n|{}|\n{edge}+\n", bits.join(" ").trim_end(), names.join("|"))
}

/// What docs/pte.md is written from.
#[test]
#[ignore = "prints the drawings, for the page to be written from"]
fn print() {
    for kind in GeometryKind::VARIANTS {
        println!("{kind:?}");
        drawings(*kind).iter().for_each(|drawing| println!("{drawing}"));
    }
}
