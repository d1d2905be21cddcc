//! Runs: contiguous frames given by `alloc` to the kernel itself, a driver or a student; a segment, where it may be
//! moved.
//!
//! A run that may be moved changes its first frame, so it has an id that stays. It is pinned while a device reads or
//! writes it directly (DMA): then it stays where it is. A run that was sent in a message belongs to whoever has it: a
//! process that maps it, or a message in a queue. Sources: Linux's `alloc_pages`, `pin_user_pages`; segments, their
//! locks and messages: Lee, May 2013.

use super::request::{Mobility, Request};
use crate::trees::Map;
use crate::units::{Pfn, Pid, RunId, Vpn};
use serde::Serialize;

/// The run that is the page cache's hash table; requests are counted from 1.
pub const HASH_TABLE: RunId = RunId(0);

/// A run.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
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
    /// Who maps it, and at which first page (`segment`): nobody, one process, or several that share it copy-on-write.
    pub mapped: Vec<(Pid, Vpn)>,
    /// Number of messages in queues that carry it.
    pub queued: u32,
    /// It was sent, so it is nobody's but its holders': freed when the last of them lets go.
    pub sent: bool,
}

impl Run {
    /// A run that has just been given: nobody maps it.
    pub fn new(id: RunId, request: Request, given: u32) -> Run {
        Run { id, request, given, pins: 0, mapped: Vec::new(), queued: 0, sent: false }
    }

    /// Whether the run may be moved now.
    pub fn may_move(&self) -> bool {
        self.is_movable() && self.pins == 0
    }

    /// Whether more than one has it, so that whoever writes gets a copy first.
    pub fn is_shared(&self) -> bool {
        self.mapped.len() + self.queued as usize > 1
    }

    /// The run as mapped by one more.
    pub fn with_mapping(&self, pid: Pid, start: Vpn) -> Run {
        let mut run = self.clone();
        run.mapped.push((pid, start));
        run
    }

    /// The run as not mapped there any more.
    pub fn without_mapping(&self, pid: Pid, start: Vpn) -> Run {
        let mut run = self.clone();
        run.mapped.retain(|at| *at != (pid, start));
        run
    }

    /// Whether the run may be moved while it is not pinned.
    pub fn is_movable(&self) -> bool {
        self.request.mobility == Mobility::Movable
    }
}

/// All runs by first frame.
pub type Runs = Map<Pfn, Run>;
