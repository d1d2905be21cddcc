//! Settings of the reverse map: the scheme, and what two of them leave open.
//!
//! Recordings hold them as fields of the configuration itself (`rmap`, `offset_from`, `trust_count`, `check_pairs`,
//! `chain_pointers`, `anon`), and so does `Config`: serde cannot flatten a struct into one that denies unknown fields.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// Reverse-mapping schemes.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum RmapKind {
    /// Scan every page table of every process, as Linux 2.0 to 2.4 did.
    None,
    /// One `(vma, offset)` in each frame, useless once shared: the mail of 1998.
    VmaOffset,
    /// Pointers from each frame to all its PTEs, as Linux 2.5.
    PteChain,
    /// Object-based, the VMAs of an object in a plain list: objrmap, 2003.
    ObjectList,
    /// Object-based with interval trees, as Linux today.
    #[default]
    Object,
}

impl RmapKind {
    /// Whether the way back leads through anon_vmas and objects.
    pub fn uses_objects(self) -> bool {
        match self {
            RmapKind::ObjectList | RmapKind::Object => true,
            RmapKind::None | RmapKind::VmaOffset | RmapKind::PteChain => false,
        }
    }
}

/// What the offsets of `vma_offset` count from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum OffsetFrom {
    /// The VMA's start, as first written: stale as soon as the start moves.
    VmStart,
    /// A value that moves with the start: the cure of March 1998, today's `vm_pgoff`.
    #[default]
    VmPgoff,
}

/// Which anon_vma a fork's child gets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum AnonKind {
    /// Its parent's, as Linux 2.6.7 to 2.6.33: a page of one process is looked for in all of its relatives.
    AnonVma,
    /// One of its own, chained to its parent's, as Linux since 2.6.34.
    #[default]
    AnonVmaChain,
}

/// Checks the pointers to a link of `pte_chain`.
pub(super) fn validate(chain_pointers: u8) -> Result<(), Refusal> {
    if ![1, 7, 15, 31].contains(&chain_pointers) {
        return refuse(format!("chain_pointers: {chain_pointers} to a link"), "use 1, 7, 15 or 31");
    }
    Ok(())
}
