//! What the bits of a present entry are called, and where its frame's number is: for drawing.

use super::GeometryKind;

/// Names of the bits of a present entry, lowest first, for drawing: `(bit, name)`. Bit 7 is PS above the PTEs.
pub fn bit_names(kind: GeometryKind, level: u8) -> &'static [(u8, &'static str)] {
    const UPPER: [(u8, &str); 10] =
        [(0, "P"), (1, "RW"), (2, "US"), (3, "PWT"), (4, "PCD"), (5, "A"), (6, "D"), (7, "PS"), (8, "G"), (63, "NX")];
    const LEAF: [(u8, &str); 10] = {
        let mut names = UPPER;
        names[7] = (7, "PAT");
        names
    };
    let all: &[_] = if level > 0 { &UPPER } else { &LEAF };
    match kind {
        GeometryKind::X86_64 | GeometryKind::X86_64La57 => all,
        GeometryKind::X86_32 => &all[..9],
        GeometryKind::Sv39 => &[(0, "V"), (1, "R"), (2, "W"), (3, "X"), (4, "U"), (5, "G"), (6, "A"), (7, "D")],
        GeometryKind::Linear => &[(31, "P"), (32, "A"), (33, "D"), (34, "RW"), (35, "NONE"), (36, "SWAP")],
        GeometryKind::Classroom => {
            &[(7, "P"), (8, "A"), (9, "D"), (10, "RW"), (11, "NONE"), (12, "SWAP"), (13, "APART")]
        }
    }
}

/// The lowest and the highest bit that name a frame in a present entry.
pub fn frame_bits(kind: GeometryKind) -> (u8, u8) {
    match kind {
        GeometryKind::X86_64 | GeometryKind::X86_64La57 => (12, 51),
        GeometryKind::X86_32 => (12, 31),
        GeometryKind::Sv39 => (10, 53),
        GeometryKind::Linear => (0, 30),
        GeometryKind::Classroom => (0, 6),
    }
}
