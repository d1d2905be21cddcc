//! The fields `policy` and `replacement` of a configuration: which page goes when a frame is wanted.

use crate::refusal::{Refusal, refuse};
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
    /// A page of the lowest of four classes: not used since the last tick before used, clean before dirty.
    Nru,
    /// The page with the lowest counter: at each tick counters are halved, and the accessed bit comes in at the top.
    Aging,
    /// The pages that their process did not use within the window go at once.
    WorkingSet,
    /// A clock that spares pages used within the window, and clean pages before dirty ones.
    Wsclock,
    /// Pages that were not used since the last fault go when a fault comes late.
    Pff,
    /// Two hands: the first clears accessed bits, the second takes what was not used in between.
    TwoHand,
    /// Linux 2.1.89: the tables of the processes are scanned page by page; PTEs age, and go one by one.
    VirtualScan,
    /// Linux 2.4.0: active and inactive pages; the tables are scanned, and what ages is the page.
    TwoList,
    /// Linux 5.9: active and inactive lists of anonymous and of file pages, with refault distances.
    SplitLru,
    /// Linux 6.1: the multi-generational LRU.
    Mglru,
}

/// Whose pages may go for a process that wants a frame.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Anybody's.
    #[default]
    Global,
    /// Those that the process itself maps; another's only if none of them may go.
    Local,
}

/// The largest `replacement.bits`.
pub const MOST_BITS: u8 = 16;
/// The largest number of references in `replacement.tick` and `replacement.window`.
pub const MOST_REFERENCES: u32 = 1 << 20;

/// The field `replacement` of a configuration: settings of the policies.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplacementConfig {
    /// Used by `random` only: where its generator starts.
    pub seed: u32,
    /// Used by policies that read accessed bits: whether the access that brings a page in counts as a use of it, as it
    /// does on real processors, which set the accessed bit then; `false`: its bit is cleared after it, as in textbooks
    /// where a page comes in unmarked.
    pub first_use: bool,
    /// Used by `nru` and `aging`: references between two ticks, at which accessed bits are read and cleared.
    pub tick: u32,
    /// Used by `working_set`, `wsclock` and `pff`: references of a process that make up its window. For `pff`: a fault
    /// that comes later than this after the last lets pages go.
    pub window: u32,
    /// Bits of a page's counter under `aging`, and under `clock`, of which one is the accessed bit; 0: 8 and 1.
    pub bits: u8,
    /// Used by `two_hand`: pages between the hands; 0: half of all.
    pub hand_spread: u32,
    /// Used by `split_lru`: how readily anonymous pages go compared with those of files, 0 to 200; at 100 equally.
    pub swappiness: u8,
    /// Whose pages may go.
    pub scope: Scope,
    /// Pages that a process may have in memory; a fault beyond it costs it a page of its own. 0: as many as there are.
    pub limit: u32,
}

impl Default for ReplacementConfig {
    fn default() -> ReplacementConfig {
        ReplacementConfig {
            seed: 0,
            first_use: true,
            tick: 8,
            window: 16,
            bits: 0,
            hand_spread: 0,
            swappiness: 60,
            scope: Scope::Global,
            limit: 0,
        }
    }
}

impl ReplacementConfig {
    /// Checks every limit of these settings.
    pub fn validate(&self) -> Result<(), Refusal> {
        for (field, value) in [("tick", self.tick), ("window", self.window)] {
            if !(1..=MOST_REFERENCES).contains(&value) {
                let what = format!("replacement.{field}: {value} is outside 1 to {MOST_REFERENCES}");
                return refuse(what, "it is a number of references; 8 is usual in examples");
            }
        }
        if self.bits > MOST_BITS {
            return refuse(format!("replacement.bits: {} is over {MOST_BITS}", self.bits), "8 is usual for aging");
        }
        if self.swappiness > 200 {
            return refuse(format!("replacement.swappiness: {} is over 200", self.swappiness), "60 is usual");
        }
        Ok(())
    }

    /// Whether nothing is set otherwise than by default.
    pub fn is_default(&self) -> bool {
        *self == ReplacementConfig::default()
    }
}
