//! Entries with tag bits beside them: the classroom's of one byte and the linear table's of four, where a frame's
//! number leaves no room for rights.

use super::{GeometryKind, Pfn, Pte, RawPte, SwapSlot, bit};

/// An entry with tag bits beside it: where its valid bit is, which bits name a frame or a slot, where tags begin.
pub(super) struct Tagged {
    valid: u64,
    number: u64,
    tags: u32,
}

pub(super) const CLASSROOM: Tagged = Tagged { valid: 1 << 7, number: 0x7f, tags: 8 };
pub(super) const LINEAR: Tagged = Tagged { valid: 1 << 31, number: 0x7fff_ffff, tags: 32 };

// Tag bits.
const T_A: u64 = 1;
const T_D: u64 = 1 << 1;
const T_RW: u64 = 1 << 2;
const T_NONE: u64 = 1 << 3;
const T_SWAP: u64 = 1 << 4;
const T_APART: u64 = 1 << 5;

/// Which bits of a geometry's entries lie beside them in tag memory; `None`: none do.
#[inline]
fn tagged(kind: GeometryKind) -> Option<Tagged> {
    match kind {
        GeometryKind::Classroom => Some(CLASSROOM),
        GeometryKind::Linear => Some(LINEAR),
        GeometryKind::X86_64 | GeometryKind::X86_64La57 | GeometryKind::X86_32 | GeometryKind::Sv39 => None,
    }
}

/// An entry as it lies in memory, and the tag bits beside it; of a geometry without tag memory all bits and no tag.
pub fn stored(kind: GeometryKind, raw: RawPte) -> (RawPte, RawPte) {
    tagged(kind).map_or((raw, 0), |Tagged { tags, .. }| (raw & ((1 << tags) - 1), raw >> tags))
}

/// Whether an entry is empty: it leads nowhere. Beside tag memory its bits may still name a frame, as long as it is not
/// valid.
#[inline]
pub fn is_empty(kind: GeometryKind, raw: RawPte) -> bool {
    raw == 0 || tagged(kind).is_some_and(|of| of.leads_nowhere(raw))
}

/// The bits of an entry that was given as it lies in memory: where there is tag memory, its page may be written, as far
/// as it is valid.
pub fn given(kind: GeometryKind, raw: RawPte) -> RawPte {
    match tagged(kind) {
        Some(of) if of.leads_nowhere(raw) => 0,
        Some(of) => raw | T_RW << of.tags,
        None => raw,
    }
}

impl Tagged {
    fn leads_nowhere(&self, raw: RawPte) -> bool {
        raw & (self.valid | (T_NONE | T_SWAP) << self.tags) == 0
    }

    pub(super) fn decode(&self, raw: RawPte) -> Pte {
        let (tag, number) = (raw >> self.tags, (raw & self.number) as u32);
        if tag & T_SWAP != 0 {
            return Pte::Swapped { slot: SwapSlot(number) };
        }
        if self.leads_nowhere(raw) {
            return Pte::Empty;
        }
        Pte::Mapped {
            pfn: Pfn(number + if tag & T_APART != 0 { self.number as u32 + 1 } else { 0 }),
            writable: tag & T_RW != 0,
            accessed: tag & T_A != 0,
            dirty: tag & T_D != 0,
            exec: false,
            protnone: tag & T_NONE != 0,
        }
    }

    pub(super) fn encode(&self, pte: Pte) -> RawPte {
        match pte {
            Pte::Empty => 0,
            Pte::Swapped { slot } => T_SWAP << self.tags | (u64::from(slot.0) & self.number),
            Pte::Mapped { pfn, writable, accessed, dirty, protnone, .. } => {
                let tag = bit(protnone, T_NONE)
                    | bit(writable, T_RW)
                    | bit(accessed, T_A)
                    | bit(dirty, T_D)
                    | bit(u64::from(pfn.0) > self.number, T_APART);
                (u64::from(pfn.0) & self.number) | bit(!protnone, self.valid) | tag << self.tags
            }
        }
    }
}
