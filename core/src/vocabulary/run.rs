//! Runs: contiguous frames given by `alloc` to the kernel itself, a driver or a student; a segment, where it may be
//! moved.
//!
//! A run that may be moved changes its first frame, so it has an id that stays. It is pinned while a device reads or
//! writes it directly (DMA): then it stays where it is. Sources: Linux's `alloc_pages`, `pin_user_pages`; segments and
//! their locks: Lee, May 2013.

use super::request::{Mobility, Request};
use crate::trees::Map;
use crate::units::{Pfn, Pid, RunId, Vpn};
use serde::Serialize;

/// The run that is the page cache's hash table; requests are counted from 1.
pub const HASH_TABLE: RunId = RunId(0);

/// A run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Run {
    /// Counts the requests since the machine's start, failed ones included: the same for the same commands under every
    /// allocator.
    pub id: RunId,
    /// The request that it was given for.
    pub request: Request,
    /// Number of frames given: what is over `request.pages` is internal fragmentation.
    pub given: u32,
    /// Number of times it is pinned.
    pub pins: u32,
    /// The process that maps it, and the first page (`segment`); `None` if it is not mapped.
    pub mapped: Option<(Pid, Vpn)>,
}

impl Run {
    /// Whether the run may be moved now.
    pub fn may_move(&self) -> bool {
        self.is_movable() && self.pins == 0
    }

    /// Whether the run may be moved while it is not pinned.
    pub fn is_movable(&self) -> bool {
        self.request.mobility == Mobility::Movable
    }
}

/// All runs by first frame.
pub type Runs = Map<Pfn, Run>;
