//! Settings of the buddy allocator, beside `max_order` and `min_free`. The defaults are the plain buddy.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};

/// Where the buddy keeps its free blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// On doubly linked lists, the block freed last first, as Linux.
    #[default]
    Lists,
    /// In bitmaps with an index per order: a quarter of a byte per frame.
    Bitmap,
}

/// Most frames of a per-CPU list.
pub const MAX_PER_CPU: u32 = 4096;
/// Linux's batch is a quarter of the list, and at most this (`PAGE_SHIFT * 8`).
const MAX_BATCH: u32 = 96;

/// The field `buddy` of a configuration.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuddyConfig {
    pub store: StoreKind,
    /// Frames that the per-CPU list of a zone holds at most; 0: there is none. It serves single frames.
    pub per_cpu: u32,
    /// Whether blocks are grouped by mobility, so that what can not be moved does not lie scattered.
    pub mobility: bool,
    /// Of `mobility`: frames are grouped in pageblocks of this order, or of `max_order` if that is less.
    pub pageblock: u8,
    /// Whether a request that no zone serves above its low watermark wakes background reclaim, which runs at the end
    /// of the command until a zone is at its high watermark.
    pub kswapd: bool,
}

impl Default for BuddyConfig {
    fn default() -> BuddyConfig {
        BuddyConfig { store: StoreKind::Lists, per_cpu: 0, mobility: false, pageblock: 9, kswapd: false }
    }
}

impl BuddyConfig {
    /// Checks every limit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if self.per_cpu > MAX_PER_CPU {
            return refuse(format!("buddy.per_cpu: {} is over {MAX_PER_CPU}", self.per_cpu), "512 is much");
        }
        if !(1..=10).contains(&self.pageblock) {
            return refuse(format!("buddy.pageblock: {} is outside 1 to 10", self.pageblock), "9 is usual");
        }
        if self.mobility && self.store == StoreKind::Bitmap {
            return refuse("buddy.mobility needs lists, the store is a bitmap", "use the store lists");
        }
        Ok(())
    }

    /// Frames that go between the per-CPU list and the blocks at a time.
    pub fn batch(&self) -> u32 {
        (self.per_cpu / 4).clamp(1, MAX_BATCH)
    }

    /// Whether nothing is set.
    pub(super) fn is_default(&self) -> bool {
        *self == BuddyConfig::default()
    }
}
