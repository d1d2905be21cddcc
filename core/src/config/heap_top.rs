//! Settings of the allocator `heap_top`: each is a choice that its mail (May 2013) leaves open.

use crate::refusal::{Refusal, refuse};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// When segments are compacted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Compact {
    /// When the top has no room.
    #[default]
    OnMiss,
    /// Also in small steps after each command, while much of what is free lies in gaps.
    Background,
}

/// How far a miss compacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// The whole heap: the next miss is far.
    #[default]
    All,
    /// Only what lies above enough gaps: the old segments at the bottom stay.
    Needed,
}

/// What a hole in physical memory means for compaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Holes {
    /// Each stretch between holes is a heap of its own.
    #[default]
    Separate,
    /// Segments move down below a hole, into the stretch beneath.
    Cross,
}

/// What compaction does about a segment that is locked in its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Locked {
    /// Others are moved below it: whichever come first and fit. They are not in the order of age any more.
    #[default]
    Below,
    /// Only what lies above it is compacted.
    Above,
    /// The request fails with EAGAIN and the segment's name, and may be asked again when it is unpinned. An atomic one
    /// does not wait, nor does a page fault: for these as `above`.
    Wait,
    /// The request fails with EAGAIN and may be asked again, but only `patience` times in a row: then it fails for
    /// good, where the mail's kernel panics.
    Panic,
    /// What lies below the segment is compacted, and the compactor sleeps there; it goes on when the segment is
    /// unpinned. The request fails with EAGAIN meanwhile, for no command can sleep. What the mail's author built in
    /// 2014.
    Sleep,
}

/// Where runs that may not be moved, and page tables, are put.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum UnmovableRuns {
    /// At the heap's other end, growing down, where they are in no segment's way.
    #[default]
    Apart,
    /// At the top, among the segments.
    Among,
}

/// The field `heap_top` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeapTopConfig {
    pub compact: Compact,
    pub amount: Amount,
    pub holes: Holes,
    pub locked: Locked,
    pub unmovable: UnmovableRuns,
    /// Whether a request that finds no room at the top takes from a gap before anything is moved.
    pub fill_gaps: bool,
    /// Segments of this many frames or more start at a multiple of it, so that big pages can map them. 1024: 4 MiB. 1:
    /// off.
    pub large: u32,
    /// Below this share of free memory, in percent, large segments lose their alignment at the next compaction; above
    /// it they get it back, a step after each command. 0: they never lose it.
    pub degrade: u8,
    /// Used with `locked: "panic"` only: the number of requests in a row that may wait.
    pub patience: u32,
    /// Compaction in the background begins above this share of free memory in gaps, in percent.
    pub gaps: u8,
    /// One step in the background, or one that restores alignment, moves at least this many frames, if so many are to
    /// be moved.
    pub step: u32,
}

impl Default for HeapTopConfig {
    fn default() -> HeapTopConfig {
        HeapTopConfig {
            compact: Compact::OnMiss,
            amount: Amount::All,
            holes: Holes::Separate,
            locked: Locked::Below,
            unmovable: UnmovableRuns::Apart,
            fill_gaps: false,
            large: 1024,
            degrade: 10,
            patience: 3,
            gaps: 25,
            step: 16,
        }
    }
}

impl HeapTopConfig {
    /// # Errors
    /// The first broken limit.
    pub fn validate(&self) -> Result<(), Refusal> {
        if !self.large.is_power_of_two() {
            return refuse(format!("heap_top.large: {} is not a power of two", self.large), "1024 is usual, 1 is off");
        }
        if self.degrade > 100 || self.gaps > 100 {
            let what = format!("heap_top: degrade {} or gaps {} is over 100", self.degrade, self.gaps);
            return refuse(what, "these are percent");
        }
        if self.step == 0 {
            return refuse("heap_top.step: 0", "16 is usual; compact: \"on_miss\" does without a background");
        }
        Ok(())
    }
}
