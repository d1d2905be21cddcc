//! Settings of the buddy allocator, beside `max_order` and `min_free`. The defaults are the plain buddy.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// Where the buddy keeps its free blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// On doubly linked lists, the block freed last first, as Linux.
    #[default]
    Lists,
    /// In bitmaps with an index per order: a quarter of a byte per frame.
    Bitmap,
}

/// When background reclaim has done enough.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// A zone is at its high watermark.
    #[default]
    Watermark,
    /// One of the three highest orders has two free blocks, however many pages that takes: Linux 2.1.89.
    TwoBlocks,
}

/// At most this many frames are kept on a per-CPU list.
pub const MAX_PER_CPU: u32 = 4096;

/// The field `buddy` of a configuration.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuddyConfig {
    pub store: StoreKind,
    /// Used with `store: "lists"` only: whether a block that is freed goes to its list's tail, so that the one freed
    /// first is given first; `false`: to its head, as Linux.
    pub fifo: bool,
    /// Frames that a per-CPU list of a zone holds at most; 0: there are no such lists.
    pub per_cpu: u32,
    /// Blocks up to this order have a per-CPU list: 0, single frames alone, as Linux before 5.13; 3 as it does since.
    pub per_cpu_order: u8,
    /// Whether blocks are grouped by mobility, so that what cannot be moved does not lie scattered.
    pub mobility: bool,
    /// Used with `mobility` only: frames are grouped in pageblocks of this order, or of `max_order` if that is less.
    pub pageblock: u8,
    /// Number of areas of 2^`keep_order` frames in each zone that smaller requests leave whole, unless they are atomic
    /// or nothing can be reclaimed; 0: none. Used by `allocator: "buddy"` only.
    pub keep: u32,
    /// The order of such an area, from 1. 4: 64 KiB.
    pub keep_order: u8,
    /// Whether a request that no zone serves above its low watermark wakes background reclaim, which has turns between
    /// commands until a zone is at its high watermark.
    pub kswapd: bool,
    /// Pages that it frees in a turn, at most; from 1. Linux reclaims 32 at a time (`SWAP_CLUSTER_MAX`).
    pub kswapd_pages: u16,
    /// When it stops.
    pub stop: Stop,
}

impl Default for BuddyConfig {
    fn default() -> BuddyConfig {
        BuddyConfig {
            store: StoreKind::Lists,
            fifo: false,
            per_cpu: 0,
            per_cpu_order: 0,
            mobility: false,
            pageblock: 9,
            keep: 0,
            keep_order: 4,
            kswapd: false,
            kswapd_pages: 32,
            stop: Stop::Watermark,
        }
    }
}

impl BuddyConfig {
    /// Checks every limit of these settings.
    pub fn validate(&self) -> Result<(), Refusal> {
        if self.fifo && self.store == StoreKind::Bitmap {
            return refuse("buddy.fifo: a bitmap has no lists", "use store: \"lists\", or leave fifo out");
        }
        if self.per_cpu > MAX_PER_CPU {
            return refuse(format!("buddy.per_cpu: {} is over {MAX_PER_CPU}", self.per_cpu), "512 is much");
        }
        if self.per_cpu_order > 10 {
            return refuse(format!("buddy.per_cpu_order: {} is over 10", self.per_cpu_order), "3 is usual");
        }
        if !(1..=10).contains(&self.pageblock) {
            return refuse(format!("buddy.pageblock: {} is outside 1 to 10", self.pageblock), "9 is usual");
        }
        if !(1..=10).contains(&self.keep_order) {
            return refuse(format!("buddy.keep_order: {} is outside 1 to 10", self.keep_order), "4 is usual: 64 KiB");
        }
        if self.kswapd_pages == 0 {
            return refuse("buddy.kswapd_pages is 0", "a turn frees 1 page or more; 32 is usual");
        }
        if self.mobility && self.store == StoreKind::Bitmap {
            return refuse("buddy.mobility needs lists, the store is a bitmap", "use the store lists");
        }
        Ok(())
    }

    /// Frames that go between a per-CPU list and the store at a time. Linux's batch, too, is a quarter of the list, but
    /// at first 63 or so at most; it grows while releases come in a row.
    pub fn batch(&self) -> u32 {
        (self.per_cpu / 4).max(1)
    }

    /// Whether all settings have their defaults.
    pub(super) fn is_default(&self) -> bool {
        *self == BuddyConfig::default()
    }
}
