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
//! RISC-V Sv39, present  63     60..54  53......10  9..8  7 6 5 4 3 2 1 0
//!                      +-------+------+-----------+-----+-+-+-+-+-+-+-+-+
//!                      | 0 (N, PBMT, reserved) |   PPN   | RSW |D|A|G|U|X|W|R|V|    V alone: the next table is there
//!                      +-------+------+-----------+-----+-+-+-+-+-+-+-+-+          R, W or X: a leaf, at any level
//! Sv39, PROT_NONE: V=0, G=1 (Linux's PROT_NONE); swapped: slot + 1 from bit 12 on, V, R, W, X and G clear
//!
//! linear: 31  30......0   OSTEP's entry of four bytes: valid, and the rest names the frame; tag bits beside it, as the
//!        +---+----------+ classroom's
//!        | 1 |   PFN    |
//!        +---+----------+
//! classroom: one byte   7   6......0       and tag bits kept beside the byte, in tag memory (bits 8 up here)
//!                     +---+----------+     +-------+---+----------+----------+---+---+
//! present             | 1 |   PFN    |     | APART | 0 | PROTNONE | writable | D | A |
//! swapped             | 0 |   slot   |     |       | 1 |                              (neither: empty, whatever
//!                     +---+----------+     +-------+---+------------------------      frame the byte names)
//! APART: 128 frames further up, where the kernel's own are if they are apart
//! ```
//! Sources: Intel SDM vol. 3 ch. 5; the RISC-V privileged specification, 12.4 (Sv39); Linux `arch/riscv/include/asm/
//! pgtable.h`; OSTEP ch. 18 and 20, homework. docs/pte.md draws them bit by bit, from this file.
//! One byte has no room for RW, A and D beside seven bits of PFN. Linux on ARMv5 met the same want with a second table
//! beside the hardware's; tagged memories have such bits in the RAM. The classroom machine has tag memory.

mod names;
mod tagged;

use super::geometry::GeometryKind;
use crate::units::{Pfn, SwapSlot};
pub use names::{bit_names, frame_bits};
use serde::{Deserialize, Serialize};
use tagged::{CLASSROOM, LINEAR};
pub use tagged::{given, is_empty, stored};

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

// RISC-V.
const V: u64 = 1;
const R: u64 = 1 << 1;
const W: u64 = 1 << 2;
const X: u64 = 1 << 3;
const U: u64 = 1 << 4;
const SV39_G: u64 = 1 << 5;
const SV39_A: u64 = 1 << 6;
const SV39_D: u64 = 1 << 7;
const SV39_PPN_SHIFT: u32 = 10;
const SV39_PPN: u64 = ((1 << 44) - 1) << SV39_PPN_SHIFT;
const SV39_SWAP_SHIFT: u32 = 12;

/// Whether an entry above the PTEs maps a large page itself.
#[inline]
pub fn is_large(kind: GeometryKind, raw: RawPte) -> bool {
    match kind {
        GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 => raw & PS != 0,
        // No right: it points to a table.
        GeometryKind::Sv39 => raw & (R | W | X) != 0,
        GeometryKind::Linear | GeometryKind::Classroom => false,
    }
}

/// What a large page's entry has beside that of its first frame: PS, on RISC-V nothing; and where an inverted PFN is
/// kept, its low bits stay clear.
fn large_bits(kind: GeometryKind, raw: RawPte) -> u64 {
    if kind == GeometryKind::Sv39 {
        return 0;
    }
    let low = (kind.geometry().entries() - 1) << kind.geometry().page_shift;
    PS | bit(is_wide(kind) && raw & (P | G) == G, low)
}

/// x86-64's entries of eight bytes: four levels and five have the same.
#[inline(always)]
fn is_wide(kind: GeometryKind) -> bool {
    matches!(kind, GeometryKind::X86_64 | GeometryKind::X86_64La57)
}

/// A bit that is on or not.
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
            GeometryKind::Sv39 => Pte::decode_sv39(raw),
            GeometryKind::Linear => LINEAR.decode(raw),
            GeometryKind::Classroom => CLASSROOM.decode(raw),
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

    fn decode_sv39(raw: RawPte) -> Pte {
        if raw & (V | SV39_G) == 0 {
            return Pte::Swapped { slot: SwapSlot(((raw >> SV39_SWAP_SHIFT) as u32).wrapping_sub(1)) };
        }
        Pte::Mapped {
            pfn: Pfn(((raw & SV39_PPN) >> SV39_PPN_SHIFT) as u32),
            writable: raw & W != 0,
            accessed: raw & SV39_A != 0,
            dirty: raw & SV39_D != 0,
            exec: raw & X != 0,
            protnone: raw & V == 0,
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
            GeometryKind::Sv39 => self.encode_sv39(),
            GeometryKind::Linear => LINEAR.encode(self),
            GeometryKind::Classroom => CLASSROOM.encode(self),
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

    fn encode_sv39(self) -> RawPte {
        match self {
            Pte::Empty => 0,
            Pte::Swapped { slot } => (u64::from(slot.0) + 1) << SV39_SWAP_SHIFT,
            Pte::Mapped { pfn, writable, accessed, dirty, exec, protnone } => {
                // Writable but not readable is reserved, and what may be executed may be read, as on x86.
                let rights = R | bit(writable, W) | bit(exec, X) | bit(accessed, SV39_A) | bit(dirty, SV39_D);
                u64::from(pfn.0) << SV39_PPN_SHIFT | rights | if protnone { SV39_G } else { V | U }
            }
        }
    }

    /// An entry of an upper level: points to a table, all rights (the leaf decides).
    #[inline]
    pub fn table(pfn: Pfn) -> Pte {
        Pte::Mapped { pfn, writable: true, accessed: true, dirty: false, exec: true, protnone: false }
    }

    /// The bits of an entry that points to a table.
    #[inline]
    pub fn encode_table(kind: GeometryKind, pfn: Pfn) -> RawPte {
        match kind {
            GeometryKind::Sv39 => u64::from(pfn.0) << SV39_PPN_SHIFT | V,
            GeometryKind::X86_64
            | GeometryKind::X86_64La57
            | GeometryKind::X86_32
            | GeometryKind::Linear
            | GeometryKind::Classroom => Pte::table(pfn).encode(kind),
        }
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
    use strum::VariantArray;

    #[test]
    fn every_entry_survives_its_bits() {
        for kind in GeometryKind::VARIANTS.iter().copied() {
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
                            GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::Sv39 => bits & 8 != 0,
                            GeometryKind::X86_32 => true,
                            GeometryKind::Linear | GeometryKind::Classroom => false,
                        },
                        protnone: bits & 16 != 0,
                    };
                    assert_eq!(Pte::decode(kind, pte.encode(kind)), pte);
                    if kind.geometry().large_pages().is_some() && n == 0 {
                        let raw = pte.encode_large(kind);
                        assert_eq!((Pte::decode_at(kind, 1, raw), Pte::next_table(kind, raw)), (pte, None));
                        assert_eq!(raw >> 13 & 0xff, 0, "what is reserved stays clear");
                        assert!(is_large(kind, raw), "it maps a large page itself");
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
        // V, R, W, U, A and D, as xv6's `vmprint` prints it; a table's entry as in the book.
        assert_eq!(pte.encode(GeometryKind::Sv39), 0x0048_d0d7);
        assert_eq!(Pte::encode_table(GeometryKind::Sv39, Pfn(0x87f67)), 0x21fd_9c01);
        assert_eq!(Pte::next_table(GeometryKind::Sv39, 0x21fd_9c01), Some(Pfn(0x87f67)));
        assert_eq!(stored(GeometryKind::Linear, pte.encode(GeometryKind::Linear)), (0x8000_1234, 0b111));
        assert_eq!(Pte::decode(GeometryKind::Linear, 0x1234), Pte::Empty, "not valid");
        let large =
            Pte::Mapped { pfn: Pfn(0x400), writable: true, accessed: true, dirty: true, exec: true, protnone: false };
        assert_eq!(large.encode_large(GeometryKind::X86_32), 0x0040_00e7);
    }
}
