//! The fields `policy` and `replacement` of a configuration: which page goes when a frame is wanted.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// Replacement policies: how the next victim is chosen. Each is a file in `policy`, with its source; the clock is in
/// `mm::reclaim::clock`.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PolicyKind {
    /// A hand goes round the frames and clears accessed bits; the first frame without one goes.
    #[default]
    Clock,
    /// The page that has been in memory longest.
    Fifo,
    /// The page that was not used for longest.
    Lru,
    /// The page that was used last.
    Mru,
    /// The page whose next use is furthest away: it has to be told the future.
    Opt,
    /// Any page, by a generator with a seed.
    Random,
    /// A queue by arrival, in which a page whose accessed bit is set goes to the end instead.
    SecondChance,
    /// The page that was used fewest times.
    Lfu,
    /// Four lists by last use; a page used again goes up one.
    Slru,
    /// A queue for new pages, a list for those that come back.
    TwoQ,
    /// Two lists, for pages used once and again, whose share follows what comes back.
    Arc,
    /// Pages by the time between their last two uses.
    Lirs,
    /// Three queues: new pages, those used again, and what is gone.
    S3Fifo,
    /// A queue in which no page moves, and a hand.
    Sieve,
}

/// The field `replacement` of a configuration: settings of the policies.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplacementConfig {
    /// Used by `random` only: where its generator starts.
    pub seed: u32,
    /// Used by `clock` and `second_chance` only: whether the access that brings a page in counts as a use of it, as it
    /// does on real processors, which set the accessed bit then; `false`: its bit is cleared after it, as in textbooks
    /// where a page comes in unmarked.
    pub first_use: bool,
}

impl Default for ReplacementConfig {
    fn default() -> ReplacementConfig {
        ReplacementConfig { seed: 0, first_use: true }
    }
}

impl ReplacementConfig {
    /// Whether nothing is set otherwise than by default.
    pub fn is_default(&self) -> bool {
        *self == ReplacementConfig::default()
    }
}
