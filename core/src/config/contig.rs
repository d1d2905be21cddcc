//! How contiguous requests are served that no free run can serve: the settings of `mm/compact/contig`.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// The settings. What may be done for a request is decided by its GFP flags; what is switched off here is done for
/// none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContigConfig {
    pub rescue: Rescue,
    /// Clean pages may be dropped.
    pub zap: bool,
    /// They may be dropped at interrupt time, too: for atomic requests. It takes no disk, but the lock of the page
    /// cache.
    pub zap_atomic: bool,
    /// Pages and movable runs may be moved.
    #[serde(rename = "move")]
    pub moving: bool,
    /// Pages may be swapped out, and dirty ones written back.
    pub swap: bool,
    /// What is done with a page that could be moved as well as written out.
    pub prefer: Prefer,
}

/// What is done on a miss.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Rescue {
    /// The window that is cheapest to clear is cleared: what a reverse map makes possible.
    #[default]
    Window,
    /// Memory is compacted, then asked again: Linux's direct compaction.
    Compact,
    /// Page after page is reclaimed, wherever it lies, until a run happens to be free: without a reverse map nothing
    /// better can be done.
    Reclaim,
}

/// What is done with a page that could be moved or written out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Prefer {
    /// Move it: copying costs a three-hundredth of a disk write.
    #[default]
    Move,
    /// Write it out: this keeps the other free frames free.
    Swap,
}

impl Default for ContigConfig {
    fn default() -> ContigConfig {
        ContigConfig {
            rescue: Rescue::Window,
            zap: true,
            zap_atomic: true,
            moving: true,
            swap: true,
            prefer: Prefer::Move,
        }
    }
}
