//! Settings of the allocator `gravity`.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};

/// `keep` is at most this many frames.
pub const MAX_KEEP: u8 = 64;

/// The field `gravity` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GravityConfig {
    /// A free run of this many frames or more is an area; a shorter one is a fragment. 16: 64 KiB. 1: no fragments,
    /// areas alone.
    pub keep: u8,
    /// Number of areas of each zone that requests for less leave alone, unless they are atomic or nothing can be
    /// reclaimed.
    pub areas: u32,
    /// Where long requests are cut off. `false`: the bottom of the lowest area that is long enough, as the mail would
    /// have it; `true`: the top of the highest, so that the longest area sinks, whatever lengths are asked for.
    pub sink: bool,
}

impl Default for GravityConfig {
    fn default() -> GravityConfig {
        GravityConfig { keep: 16, areas: 1, sink: false }
    }
}

impl GravityConfig {
    /// # Errors
    /// The first broken limit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if !(1..=MAX_KEEP).contains(&self.keep) {
            return refuse(format!("gravity.keep: {} is outside 1 to {MAX_KEEP}", self.keep), "16 is usual: 64 KiB");
        }
        Ok(())
    }
}
