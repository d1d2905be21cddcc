//! Settings of the allocator `page_array`.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// `longest` is at most this: the number of queues for one length each.
pub const MAX_LONGEST: u8 = 100;

/// When free neighbours become one array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// Only once a request finds no array that is long enough: the mail of 1996.
    #[default]
    Lazy,
    /// Whenever something is freed, to compare.
    Eager,
}

/// The field `page_array` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageArrayConfig {
    /// Arrays of 1, 2, ... this many frames have a queue each; longer ones have one for every doubling.
    pub longest: u8,
    /// No array has more frames than this: joining stops there, and requests for more are refused. 0: as long as memory
    /// allows.
    pub maximum: u32,
    pub coalesce: Joining,
    /// Where joining is not enough, clean pages of files that are not mapped and lie beside free arrays are dropped.
    pub reclaim_neighbours: bool,
}

impl Default for PageArrayConfig {
    fn default() -> PageArrayConfig {
        PageArrayConfig { longest: 64, maximum: 0, coalesce: Joining::Lazy, reclaim_neighbours: true }
    }
}

impl PageArrayConfig {
    /// The most frames that an array has.
    pub fn most(&self) -> u32 {
        if self.maximum == 0 { u32::MAX } else { self.maximum }
    }

    /// # Errors
    /// The first broken limit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_LONGEST).contains(&self.longest) {
            let what = format!("page_array.longest: {} is outside 1 to {MAX_LONGEST}", self.longest);
            return refuse(what, "64 is usual");
        }
        Ok(())
    }
}
