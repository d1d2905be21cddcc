//! Settings of the allocator `memarea`. All off: the patch as it was posted; each is one of its "possible
//! improvements".

use serde::{Deserialize, Serialize};

/// The field `memarea` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemareaConfig {
    /// Clean pages of the page cache that stand in the way are dropped.
    pub zap_cache: bool,
    /// Pages in the way are moved, found by the reverse map.
    pub move_pages: bool,
    /// Anonymous and dirty pages in the way are swapped out or written back.
    pub swap_out: bool,
    /// Keep a bit for each frame, written by every allocation, so that the search need not read frames.
    pub bitmap: bool,
}
