//! Page-table entries, with the real bits of their architecture.
//!
//! ```text
//! x86-64, of four levels and of five alike
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
//! x86-32, present                            31......12   11..9  8  7  6 5  4   3   2  1  0
//!                                           +------------+------+-+---+-+-+---+---+--+--+-+
//!                                           |    PFN     | soft |G|PAT|D|A|PCD|PWT|US|RW|P|    no NX: what may be
//!                                           +------------+------+-+---+-+-+---+---+--+--+-+    read may be executed
//! x86-32, PROT_NONE: P=0, G=1; the PFN is not inverted
//! x86-32, swapped    31......9  8 7 6  5..1  0
//!                   +----------+------+----+---+
//!                   | offset   |  0   |type| 0 |    offset = slot + 1: page 0 of a swap area is its header
//!                   +----------+------+----+---+    (Linux, arch/x86/include/asm/pgtable-2level.h)
//!
//! large page: an entry just above the PTEs with PS (bit 7) set maps 2 MiB (x86-64) or 4 MiB (x86-32) itself; the PFN's
//! low 9 or 10 bits are 0
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

/// An entry decoded.
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

/// The bits of a mapped entry, beside its frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PteBits {
    pub writable: bool,
    pub accessed: bool,
    pub dirty: bool,
    pub exec: bool,
    /// Present, but no access is allowed.
    pub protnone: bool,
}

impl PteBits {
    /// The entry that maps `pfn` with these bits.
    #[inline(always)]
    pub fn entry(self, pfn: Pfn) -> Pte {
        let PteBits { writable, accessed, dirty, exec, protnone } = self;
        Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone }
    }
}

const P: u64 = 1;
const RW: u64 = 1 << 1;
const US: u64 = 1 << 2;
const A: u64 = 1 << 5;
const D: u64 = 1 << 6;
const PS: u64 = 1 << 7;
const G: u64 = 1 << 8;
const NX: u64 = 1 << 63;
const PFN_MASK: u64 = 0x000f_ffff_ffff_f000;
const SWAP_MASK: u64 = ((1 << 50) - 1) << 9;
const SWAP_SHIFT_32: u32 = 9;

const C_PRESENT: u64 = 1 << 7;
const C_PFN: u64 = 0x7f;
const C_A: u64 = 1 << 8;
const C_D: u64 = 1 << 9;
const C_RW: u64 = 1 << 10;
const C_NONE: u64 = 1 << 11;
const C_SWAP: u64 = 1 << 12;

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
        GeometryKind::Classroom => &[(7, "P"), (8, "A"), (9, "D"), (10, "RW"), (11, "NONE"), (12, "SWAP")],
    }
}

/// Whether an entry above the PTEs maps a large page itself.
#[inline]
pub fn is_large(kind: GeometryKind, raw: RawPte) -> bool {
    raw & PS != 0 && kind != GeometryKind::Classroom
}

/// What a large page's entry has beside that of its first frame: PS; and where an inverted PFN is kept, its low bits
/// stay clear.
fn large_bits(kind: GeometryKind, raw: RawPte) -> u64 {
    let low = (kind.geometry().entries() - 1) << kind.geometry().page_shift;
    PS | bit(is_wide(kind) && raw & (P | G) == G, low)
}

/// x86-64's entries of eight bytes: four levels and five have the same.
#[inline(always)]
fn is_wide(kind: GeometryKind) -> bool {
    matches!(kind, GeometryKind::X86_64 | GeometryKind::X86_64La57)
}

/// An entry as it lies in memory, and the tag bits beside it: of the classroom's one byte and its tag, elsewhere all
/// bits and no tag.
pub fn stored(kind: GeometryKind, raw: RawPte) -> (RawPte, RawPte) {
    match kind {
        GeometryKind::Classroom => (raw & 0xff, raw >> 8),
        GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 => (raw, 0),
    }
}

#[inline]
fn bit(on: bool, bit: u64) -> u64 {
    if on { bit } else { 0 }
}

impl Pte {
    /// Decodes raw bits.
    #[inline]
    pub fn decode(kind: GeometryKind, raw: RawPte) -> Pte {
        if raw == 0 {
            return Pte::Empty;
        }
        if !is_wide(kind) {
            return Pte::decode_small(kind, raw);
        }
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

    /// Kept apart so that the other half, which has to be fast, is inlined.
    #[inline(never)]
    fn decode_small(kind: GeometryKind, raw: RawPte) -> Pte {
        match kind {
            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 => Pte::decode_x86_32(raw),
            GeometryKind::Classroom => Pte::decode_classroom(raw),
        }
    }

    fn decode_x86_32(raw: RawPte) -> Pte {
        if raw & (P | G) == 0 {
            return Pte::Swapped { slot: SwapSlot(((raw >> SWAP_SHIFT_32) as u32).wrapping_sub(1)) };
        }
        Pte::Mapped {
            pfn: Pfn((raw >> 12) as u32),
            writable: raw & RW != 0,
            accessed: raw & A != 0,
            dirty: raw & D != 0,
            exec: true,
            protnone: raw & P == 0,
        }
    }

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

    /// Encodes the entry as raw bits.
    #[inline]
    pub fn encode(self, kind: GeometryKind) -> RawPte {
        match (kind, self) {
            (_, Pte::Empty) => 0,
            (GeometryKind::X86_64 | GeometryKind::X86_64La57, Pte::Swapped { slot }) => {
                !(u64::from(slot.0) << 9) & SWAP_MASK
            }
            (
                GeometryKind::X86_64 | GeometryKind::X86_64La57,
                Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone },
            ) => {
                let field = u64::from(pfn.0) << 12;
                let (present, field) = if protnone { (G, !field & PFN_MASK) } else { (P, field) };
                present | field | US | bit(writable, RW) | bit(accessed, A) | bit(dirty, D) | bit(!exec, NX)
            }
            (_, pte) => pte.encode_small(kind),
        }
    }

    #[inline(never)]
    fn encode_small(self, kind: GeometryKind) -> RawPte {
        match kind {
            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 => self.encode_x86_32(),
            GeometryKind::Classroom => self.encode_classroom(),
        }
    }

    fn encode_x86_32(self) -> RawPte {
        match self {
            Pte::Empty => 0,
            Pte::Swapped { slot } => u64::from(slot.0 + 1) << SWAP_SHIFT_32,
            Pte::Mapped { pfn, writable, accessed, dirty, protnone, .. } => {
                let present = if protnone { G } else { P };
                u64::from(pfn.0) << 12 | present | US | bit(writable, RW) | bit(accessed, A) | bit(dirty, D)
            }
        }
    }

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

    /// Takes apart an entry at any level: of a large page the first frame.
    pub fn decode_at(kind: GeometryKind, level: u8, raw: RawPte) -> Pte {
        let large = if level > 0 && is_large(kind, raw) { large_bits(kind, raw) } else { 0 };
        Pte::decode(kind, raw ^ large)
    }

    /// Encodes the entry of a large page, for a geometry that has them. Only for a [`Pte::Mapped`].
    pub fn encode_large(self, kind: GeometryKind) -> RawPte {
        let raw = self.encode(kind);
        raw ^ large_bits(kind, raw)
    }

    /// The table that an entry above the PTEs points to. `None`: the walk ends here, at nothing or at a large page.
    #[inline]
    pub fn next_table(kind: GeometryKind, raw: RawPte) -> Option<Pfn> {
        if is_large(kind, raw) { None } else { Pte::decode(kind, raw).pfn() }
    }

    /// The frame and the bits of a mapped entry; `None` for other entries.
    #[inline(always)]
    pub fn mapped(self) -> Option<(Pfn, PteBits)> {
        match self {
            Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone } => {
                Some((pfn, PteBits { writable, accessed, dirty, exec, protnone }))
            }
            Pte::Empty | Pte::Swapped { .. } => None,
        }
    }

    /// The entry for the frame `n` above this one's. An entry that maps nothing is returned as it is.
    #[inline]
    pub fn further(self, n: u32) -> Pte {
        self.mapped().map_or(self, |(pfn, bits)| bits.entry(pfn.plus(n)))
    }

    /// The frame pointed to; `None` if the entry maps none.
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
        for kind in [GeometryKind::X86_64, GeometryKind::X86_64La57, GeometryKind::X86_32, GeometryKind::Classroom] {
            for n in [0u32, 1, 63, 127] {
                let swapped = Pte::Swapped { slot: SwapSlot(n) };
                assert_eq!(Pte::decode(kind, swapped.encode(kind)), swapped);
                for bits in 0..32u8 {
                    let pte = Pte::Mapped {
                        pfn: Pfn(n),
                        writable: bits & 1 != 0,
                        accessed: bits & 2 != 0,
                        dirty: bits & 4 != 0,
                        exec: match kind {
                            GeometryKind::X86_64 | GeometryKind::X86_64La57 => bits & 8 != 0,
                            GeometryKind::X86_32 => true,
                            GeometryKind::Classroom => false,
                        },
                        protnone: bits & 16 != 0,
                    };
                    assert_eq!(Pte::decode(kind, pte.encode(kind)), pte);
                    if kind != GeometryKind::Classroom && n == 0 {
                        let raw = pte.encode_large(kind);
                        assert_eq!((Pte::decode_at(kind, 1, raw), Pte::next_table(kind, raw)), (pte, None));
                        assert_eq!(raw >> 13 & 0xff, 0, "what is reserved stays clear");
                    }
                }
            }
        }
    }

    #[test]
    fn a_known_entry_has_the_bits_of_the_manual() {
        let pte =
            Pte::Mapped { pfn: Pfn(0x1234), writable: true, accessed: true, dirty: true, exec: false, protnone: false };
        assert_eq!(pte.encode(GeometryKind::X86_64), 0x8000_0000_0123_4067);
        assert_eq!(pte.encode(GeometryKind::X86_32), 0x0123_4067);
        assert_eq!(Pte::Swapped { slot: SwapSlot(5) }.encode(GeometryKind::X86_32), 6 << 9);
        let large =
            Pte::Mapped { pfn: Pfn(0x400), writable: true, accessed: true, dirty: true, exec: true, protnone: false };
        assert_eq!(large.encode_large(GeometryKind::X86_32), 0x0040_00e7);
    }
}
