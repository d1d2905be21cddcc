//! Runs: contiguous frames given by `alloc` to the kernel itself, a driver, or whoever asks; a segment, where it may be
//! moved.
//!
//! A run that may be moved changes its first frame, so it has an id that stays. It is pinned while a device reads or writes
//! it directly (DMA): then it stays where it is. Sources: Linux's `alloc_pages`, `pin_user_pages`; segments and their
//! locks: Lee, May 2013.

use super::Mm;
use super::alloc::{FrameAllocator, FreeRun, Lack, Mobility, Request};
use super::frame::FrameUse;
use crate::lab::event::{Event, Trace};
use crate::units::{Pfn, Pid, RunId, Vpn};
use serde::Serialize;
use std::collections::BTreeMap;

/// The run that is the page cache's hash table; requests are counted from 1.
pub const HASH_TABLE: RunId = RunId(0);

/// A run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Run {
    /// Counts the requests since the machine's start, failed ones included: the same for the same commands under every
    /// allocator.
    pub id: RunId,
    /// What was asked for.
    pub request: Request,
    /// Frames given: what is over `request.pages` is internal fragmentation.
    pub given: u32,
    /// How often it is pinned.
    pub pins: u32,
    /// The process that maps it, and where (`segment`).
    pub mapped: Option<(Pid, Vpn)>,
}

impl Run {
    /// Whether it may be moved now.
    pub fn may_move(&self) -> bool {
        self.is_movable() && self.pins == 0
    }

    /// Whether it may be moved while it is not pinned.
    pub fn is_movable(&self) -> bool {
        self.request.mobility == Mobility::Movable
    }
}

/// All runs by first frame.
pub type Runs = BTreeMap<Pfn, Run>;

impl Mm {
    /// `alloc`: contiguous frames as one run.
    pub(crate) fn new_run(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let id = RunId(self.next_run);
        self.next_run += 1;
        // Refused before if it never can be served, unless vmalloc will do.
        let given = self.alloc.given(request).map_err(|_| Lack::Frames { free: self.alloc.free_frames() })?;
        let first = self.take_run(request, t)?;
        for n in 0..given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Run { first }, t);
        }
        self.set_run(first, Some(Run { id, request: *request, given, pins: 0, mapped: None }), t);
        Ok(first)
    }

    /// `free`: gives a run back.
    pub(crate) fn end_run(&mut self, first: Pfn, t: &mut impl Trace) {
        let run = self.runs[&first];
        self.set_run(first, None, t);
        for n in 0..run.given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Free, t);
        }
        self.alloc.free(FreeRun { start: first, len: run.given }, t);
    }

    /// Pins a run once more, or (`by` -1) once less.
    pub(crate) fn pin_run(&mut self, first: Pfn, by: i32, t: &mut impl Trace) {
        let run = self.runs[&first];
        self.set_run(first, Some(Run { pins: run.pins.wrapping_add_signed(by), ..run }), t);
    }

    pub(crate) fn set_run(&mut self, first: Pfn, after: Option<Run>, t: &mut impl Trace) {
        let before = match after {
            Some(run) => self.runs.insert(first, run),
            None => self.runs.remove(&first),
        };
        t.emit(|| Event::Run { first, before, after });
    }
}
