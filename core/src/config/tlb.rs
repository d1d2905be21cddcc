//! The field `tlb` of a configuration: how many translations are cached, where, which goes, and whose they are.

use super::Config;
use crate::hw::tlb::{TlbReplacement, TlbShape};
use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};

/// A TLB has at most this many entries.
const MAX_ENTRIES: u16 = 4096;

/// The field `tlb`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlbConfig {
    /// 1 to 4096; 0: as many as `tlb_entries` says.
    pub entries: u16,
    /// Entries of a set, as many as divide all; 0: all up to 8 entries, else 4 where that divides them.
    pub ways: u16,
    pub replacement: TlbReplacement,
    /// Entries are tagged with their process. Without tags all but the kernel's go when another process runs.
    pub asid: bool,
}

impl Default for TlbConfig {
    fn default() -> TlbConfig {
        TlbConfig { entries: 0, ways: 0, replacement: TlbReplacement::Fifo, asid: true }
    }
}

impl TlbConfig {
    /// Whether nothing is set.
    pub fn is_default(&self) -> bool {
        *self == TlbConfig::default()
    }
}

impl Config {
    /// Number of entries of the TLB.
    pub fn tlb_size(&self) -> u16 {
        if self.tlb.entries == 0 { self.tlb_entries } else { self.tlb.entries }
    }

    /// Number of entries of a set of the TLB.
    pub fn tlb_ways(&self) -> u16 {
        match (self.tlb.ways, self.tlb_size()) {
            (0, size) if size <= 8 => size,
            (0, size) => [4, 2, 1].into_iter().find(|ways| size.is_multiple_of(*ways)).expect("1 does"),
            (ways, _) => ways,
        }
    }

    /// The TLB as it is made.
    pub fn tlb_shape(&self) -> TlbShape {
        let (entries, ways, large_pages) = (self.tlb_size(), self.tlb_ways(), self.geometry.geometry().large_pages());
        TlbShape { entries, ways, replacement: self.tlb.replacement, asid: self.tlb.asid, large_pages }
    }

    /// # Errors
    /// The first broken limit of the TLB.
    pub(super) fn validate_tlb(&self) -> Result<(), Refusal> {
        if !(1..=MAX_ENTRIES).contains(&self.tlb_entries) {
            let what = format!("tlb_entries: {} is outside 1 to {MAX_ENTRIES}", self.tlb_entries);
            return refuse(what, "64 is usual");
        }
        if self.tlb.entries > MAX_ENTRIES {
            let what = format!("tlb.entries: {} is over {MAX_ENTRIES}", self.tlb.entries);
            return refuse(what, "64 is usual; 0: as tlb_entries");
        }
        let (size, ways) = (self.tlb_size(), self.tlb.ways);
        if ways > size || (ways > 0 && !size.is_multiple_of(ways)) {
            let what = format!("tlb.ways: {ways} ways do not divide {size} entries into sets");
            return refuse(what, format!("1 is direct-mapped, {size} fully associative"));
        }
        Ok(())
    }
}
