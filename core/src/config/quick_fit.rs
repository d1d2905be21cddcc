//! Settings of the allocator `quick_fit`.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// `lists` is at most this: one of a zone's 128 lists is that of the longer runs.
pub const MAX_LISTS: u8 = 127;

/// When free neighbours are joined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Coalesce {
    /// Never: what was split stays split. The mail read literally: freeing merely marks as free. A window of free
    /// frames is then found by `mm/compact/contig` only, at its price.
    Never,
    /// When no run is long enough: all of them at once. So does the mail's allocator of virtual areas.
    #[default]
    OnMiss,
}

/// Over-allocation: fewer different lengths, so that a freed run more often has the length wanted next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// Not rounded: as many frames as asked for.
    #[default]
    None,
    /// To the next power of two.
    PowerOfTwo,
    /// To a multiple of an eighth of the power of two below: at most an eighth is wasted.
    Eighth,
}

impl Round {
    /// The number of frames that a request for `pages` is given, rounded up.
    pub fn up(self, pages: u32) -> u32 {
        match self {
            Round::None => pages,
            Round::PowerOfTwo => pages.next_power_of_two(),
            Round::Eighth => pages.next_multiple_of((1 << pages.ilog2() >> 3).max(1)),
        }
    }
}

/// The field `quick_fit` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuickFitConfig {
    /// Number of look-aside lists of each zone: for runs of 1, 2, ... frames. 64: up to 256 KiB.
    pub lists: u8,
    pub coalesce: Coalesce,
    pub round: Round,
    /// Runs of this many frames or more start, where a free run allows, at a multiple of it: so that big pages can map
    /// them. 1024: 4 MiB. 1: off.
    pub large: u32,
}

impl Default for QuickFitConfig {
    fn default() -> QuickFitConfig {
        QuickFitConfig { lists: 64, coalesce: Coalesce::OnMiss, round: Round::None, large: 1024 }
    }
}

impl QuickFitConfig {
    /// # Errors
    /// The first broken limit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_LISTS).contains(&self.lists) {
            return refuse(format!("quick_fit.lists: {} is outside 1 to {MAX_LISTS}", self.lists), "64 is usual");
        }
        if !self.large.is_power_of_two() {
            return refuse(format!("quick_fit.large: {} is not a power of two", self.large), "1024 is usual, 1 is off");
        }
        Ok(())
    }
}
