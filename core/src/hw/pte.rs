//! Page-table entries, with the real bits of their architecture.
//!
//! ```text
//! x86-64, present                            63   62..52   51......12   11..9  8 7 6 5 4   3   2  1  0
//!                                           +----+--------+------------+------+-+-+-+-+---+---+--+--+-+
//!                                           | NX |   0    |    PFN     | soft |G|0|D|A|PCD|PWT|US|RW|P|
//!                                           +----+--------+------------+------+-+-+-+-+---+---+--+--+-+
//! x86-64, PROT_NONE: P=0, G=1 (Linux's PROTNONE), PFN bits inverted (against L1TF), the rest as above
//! x86-64, swapped    63..59  58.........9  8..1  0
//!                   +-------+------------+-----+---+
//!                   | type 0| NOT offset |  0  | 0 |     (Linux 6.x; inverted against L1TF)
//!                   +-------+------------+-----+---+
//!
//! classroom: one byte   7   6......0       and four tag bits kept beside the byte, in tag memory (bits 8 up here)
//!                     +---+----------+     +-----------+-----------+---+---+
//! present             | 1 |   PFN    |     | PROTNONE  | writable  | D | A |
//! swapped             | 0 |   slot   |     | swapped=1 in bit 12              (an all-zero entry is empty)
//!                     +---+----------+
//! ```
//! One byte has no room for RW, A and D beside seven bits of PFN. Linux on ARMv5 met the same want with a second table
//! beside the hardware's; tagged memories have such bits in the RAM. The classroom machine has tag memory.

use super::geometry::GeometryKind;
use crate::units::{Pfn, SwapSlot};
use serde::{Deserialize, Serialize};

/// The raw bits of an entry. Zero is empty in every geometry.
pub type RawPte = u64;

/// An entry taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pte {
    Empty,
    /// Points to a frame: a table's (at upper levels) or a page's.
    Mapped {
        pfn: Pfn,
        writable: bool,
        accessed: bool,
        dirty: bool,
        exec: bool,
        protnone: bool,
    },
    Swapped {
        slot: SwapSlot,
    },
}

const P: u64 = 1;
const RW: u64 = 1 << 1;
const US: u64 = 1 << 2;
const A: u64 = 1 << 5;
const D: u64 = 1 << 6;
const G: u64 = 1 << 8;
const NX: u64 = 1 << 63;
const PFN_MASK: u64 = 0x000f_ffff_ffff_f000;
const SWAP_MASK: u64 = ((1 << 50) - 1) << 9;

const C_PRESENT: u64 = 1 << 7;
const C_PFN: u64 = 0x7f;
const C_A: u64 = 1 << 8;
const C_D: u64 = 1 << 9;
const C_RW: u64 = 1 << 10;
const C_NONE: u64 = 1 << 11;
const C_SWAP: u64 = 1 << 12;

/// Names of the bits of a present entry, lowest first, for drawing: `(bit, name)`.
pub fn bit_names(kind: GeometryKind) -> &'static [(u8, &'static str)] {
    match kind {
        GeometryKind::X86_64 => {
            &[(0, "P"), (1, "RW"), (2, "US"), (3, "PWT"), (4, "PCD"), (5, "A"), (6, "D"), (8, "G"), (63, "NX")]
        }
        GeometryKind::Classroom => &[(7, "P"), (8, "A"), (9, "D"), (10, "RW"), (11, "NONE"), (12, "SWAP")],
    }
}

#[inline]
fn bit(on: bool, bit: u64) -> u64 {
    if on { bit } else { 0 }
}

impl Pte {
    /// Takes raw bits apart.
    #[inline]
    pub fn decode(kind: GeometryKind, raw: RawPte) -> Pte {
        if raw == 0 {
            return Pte::Empty;
        }
        match kind {
            GeometryKind::X86_64 => {
                let protnone = raw & (P | G) == G;
                if raw & P == 0 && !protnone {
                    return Pte::Swapped { slot: SwapSlot(((!raw & SWAP_MASK) >> 9) as u32) };
                }
                let field = if protnone { !raw } else { raw } & PFN_MASK;
                Pte::Mapped {
                    pfn: Pfn((field >> 12) as u32),
                    writable: raw & RW != 0,
                    accessed: raw & A != 0,
                    dirty: raw & D != 0,
                    exec: raw & NX == 0,
                    protnone,
                }
            }
            GeometryKind::Classroom => Pte::decode_classroom(raw),
        }
    }

    /// Kept apart so that the other half, which has to be fast, is inlined.
    #[inline(never)]
    fn decode_classroom(raw: RawPte) -> Pte {
        if raw & C_SWAP != 0 {
            return Pte::Swapped { slot: SwapSlot((raw & C_PFN) as u32) };
        }
        Pte::Mapped {
            pfn: Pfn((raw & C_PFN) as u32),
            writable: raw & C_RW != 0,
            accessed: raw & C_A != 0,
            dirty: raw & C_D != 0,
            exec: false,
            protnone: raw & C_NONE != 0,
        }
    }

    /// Puts the bits together.
    #[inline]
    pub fn encode(self, kind: GeometryKind) -> RawPte {
        match (kind, self) {
            (_, Pte::Empty) => 0,
            (GeometryKind::X86_64, Pte::Swapped { slot }) => !(u64::from(slot.0) << 9) & SWAP_MASK,
            (GeometryKind::X86_64, Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone }) => {
                let field = u64::from(pfn.0) << 12;
                let (present, field) = if protnone { (G, !field & PFN_MASK) } else { (P, field) };
                present | field | US | bit(writable, RW) | bit(accessed, A) | bit(dirty, D) | bit(!exec, NX)
            }
            (GeometryKind::Classroom, pte) => pte.encode_classroom(),
        }
    }

    #[inline(never)]
    fn encode_classroom(self) -> RawPte {
        match self {
            Pte::Empty => 0,
            Pte::Swapped { slot } => C_SWAP | (u64::from(slot.0) & C_PFN),
            Pte::Mapped { pfn, writable, accessed, dirty, protnone, .. } => {
                (u64::from(pfn.0) & C_PFN)
                    | bit(!protnone, C_PRESENT)
                    | bit(protnone, C_NONE)
                    | bit(writable, C_RW)
                    | bit(accessed, C_A)
                    | bit(dirty, C_D)
            }
        }
    }

    /// An entry of an upper level: points to a table, all rights (the leaf decides).
    #[inline]
    pub fn table(pfn: Pfn) -> Pte {
        Pte::Mapped { pfn, writable: true, accessed: true, dirty: false, exec: true, protnone: false }
    }

    /// The frame pointed to, if any.
    #[inline]
    pub fn pfn(self) -> Option<Pfn> {
        match self {
            Pte::Mapped { pfn, .. } => Some(pfn),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_survives_its_bits() {
        for kind in [GeometryKind::X86_64, GeometryKind::Classroom] {
            for n in [0u32, 1, 63, 127] {
                let swapped = Pte::Swapped { slot: SwapSlot(n) };
                assert_eq!(Pte::decode(kind, swapped.encode(kind)), swapped);
                for bits in 0..32u8 {
                    let pte = Pte::Mapped {
                        pfn: Pfn(n),
                        writable: bits & 1 != 0,
                        accessed: bits & 2 != 0,
                        dirty: bits & 4 != 0,
                        exec: bits & 8 != 0 && kind == GeometryKind::X86_64,
                        protnone: bits & 16 != 0,
                    };
                    assert_eq!(Pte::decode(kind, pte.encode(kind)), pte);
                }
            }
        }
    }

    #[test]
    fn a_known_entry_has_the_bits_of_the_manual() {
        let pte =
            Pte::Mapped { pfn: Pfn(0x1234), writable: true, accessed: true, dirty: true, exec: false, protnone: false };
        assert_eq!(pte.encode(GeometryKind::X86_64), 0x8000_0000_0123_4067);
    }
}
