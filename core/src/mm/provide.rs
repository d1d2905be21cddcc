//! Frames in and out of the allocator: boot, taking one for a process, giving one back.

use super::{Mm, MmError};
use crate::alloc::{Allocator, FrameAllocator, OnMiss};
use crate::config::Config;
use crate::trees::tree;
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, FrameTable, FrameUse, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::request::{Lack, Mobility, Request};
use crate::vocabulary::run::{HASH_TABLE, Run, Runs};
use crate::vocabulary::trace::Trace;

/// Memory as it is when the machine starts: holes and reserved frames set aside, one frame for the zero page, the
/// rest free.
pub fn boot(config: &Config, t: &mut impl Trace) -> (Allocator, FrameTable, Pfn) {
    let mut frames = FrameTable::new(config.frames);
    let mut mark = |range: std::ops::Range<u32>, state| {
        for n in range {
            frames.set(Pfn(n), Frame { state, ..Frame::default() });
        }
    };
    for hole in &config.holes {
        mark(hole.start..hole.start + hole.frames, FrameUse::Hole);
    }
    let mut left = config.reserved;
    for n in 0..config.frames {
        if left > 0 && frames.get(Pfn(n)).state == FrameUse::Free {
            frames.set(Pfn(n), Frame { state: FrameUse::Reserved, ..Frame::default() });
            left -= 1;
        }
    }
    let mut alloc = Allocator::new(config, &|pfn| frames.get(pfn).state == FrameUse::Free);
    let zero =
        frames.iter().find(|(_, frame)| frame.state == FrameUse::Free).expect("a validated machine has frames").0;
    alloc.claim(FreeRun { start: zero, len: 1 }, t);
    frames.set(zero, Frame { state: FrameUse::Zero, ..Frame::default() });
    (alloc, frames, zero)
}

/// The page cache's hash table: a run of `pages` frames, half as many, and so on, as Linux asked for it. It is run 0 and
/// stays.
pub fn hash_table(pages: u32, alloc: &mut Allocator, frames: &mut FrameTable, t: &mut impl Trace) -> Runs {
    let mut pages = pages;
    while pages > 0 {
        let request = Request::of(pages);
        if let Ok(given) = alloc.given(&request)
            && let Some(first) = alloc.alloc(&request, t)
        {
            for n in 0..given {
                frames.set(first.plus(n), Frame { state: FrameUse::Run { first }, ..Frame::default() });
            }
            return tree([(first, Run { id: HASH_TABLE, request, given, pins: 0, mapped: None })]);
        }
        pages /= 2;
    }
    Runs::new()
}

impl Mm {
    /// One frame for `pid`: from the allocator, else after reclaim, else (not for the kernel itself) after the OOM killer.
    /// The frame's descriptor says [`FrameUse::Page`]; its bytes are what they were.
    ///
    /// Any page may have been swapped out and any process killed by the time this returns.
    pub(crate) fn take_frame(&mut self, pid: Pid, mobility: Mobility, t: &mut impl Trace) -> Result<Pfn, MmError> {
        loop {
            if let Some(pfn) = self.try_frame(mobility, t) {
                return Ok(pfn);
            }
            if pid == KERNEL {
                return Err(MmError::NoMemory);
            }
            self.oom_kill(t);
            if !self.spaces.contains_key(&pid) {
                return Err(MmError::Killed);
            }
        }
    }

    /// The same, for a copy of `source`, which reclaim leaves where it is meanwhile.
    pub(crate) fn take_frame_for_copy(&mut self, pid: Pid, source: Pfn, t: &mut impl Trace) -> Result<Pfn, MmError> {
        self.keep = Some(source);
        let taken = self.take_frame(pid, Mobility::Movable, t);
        self.keep = None;
        taken
    }

    /// One frame from the allocator, else after reclaim. Nobody is killed for it.
    pub(crate) fn try_frame(&mut self, mobility: Mobility, t: &mut impl Trace) -> Option<Pfn> {
        let request = Request::page(mobility);
        let pfn = loop {
            if let Some(pfn) = self.alloc.alloc(&request, t) {
                break pfn;
            }
            match self.alloc.on_miss() {
                OnMiss::Slide => break self.frame_at_top(&request, t)?,
                OnMiss::Clear if self.reclaim(1, t) == 0 => break self.alloc.alloc_kept(&request, t)?,
                OnMiss::Clear => {}
            }
        };
        self.set_frame(pfn, |f| *f = Frame { state: FrameUse::Page, ..Frame::default() }, t);
        Some(pfn)
    }

    /// Gives one frame back.
    pub(crate) fn give_frame(&mut self, pfn: Pfn, t: &mut impl Trace) {
        self.clear_frame(pfn, t);
        self.alloc.free(FreeRun { start: pfn, len: 1 }, t);
    }

    /// Contiguous frames from the allocator, else by clearing a window of frames. Nobody is killed for them.
    pub(crate) fn take_run(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        self.reclaim_neighbours(request, t);
        if let Some(first) = self.alloc.alloc(request, t) {
            return Ok(first);
        }
        match self.alloc.on_miss() {
            OnMiss::Slide => self.room_at_top(request, t),
            // A window of frames that the allocator keeps costs more than writing others out (`contig::choose`).
            OnMiss::Clear => self.make_room(request, t).or_else(|lack| self.alloc.alloc_kept(request, t).ok_or(lack)),
        }
    }

    /// Clears the descriptor of a frame to be given back; a merged page's stable node ends with it.
    #[inline]
    pub(crate) fn clear_frame(&mut self, pfn: Pfn, t: &mut impl Trace) {
        if matches!(self.frames.get(pfn).state, FrameUse::Table { .. }) {
            self.near.forget_table();
        }
        if let Owner::Ksm(id) = self.frames.get(pfn).mapping {
            self.set_stable_node(id, None, t);
        }
        self.set_frame(pfn, |f| *f = Frame::default(), t);
    }
}
