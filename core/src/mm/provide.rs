//! Frames in and out of the allocator: taking one for a process, a run of them, giving one back. What cannot be had at
//! once is made room for (`reclaim`, `compact`), so taking a frame may change almost anything.

use super::{Mm, MmError};
use crate::alloc::{FrameAllocator, OnMiss};
use crate::units::{Pfn, Pid};
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::request::{Lack, Mobility, Request};
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Takes one frame for `pid`: from the allocator, else after reclaim, else (not for the kernel itself) after the
    /// OOM killer. The frame's descriptor says [`FrameUse::Page`]; its bytes are what they were.
    ///
    /// Any page may have been swapped out and any process killed by the time this returns.
    pub(in crate::mm) fn take_frame(
        &mut self,
        pid: Pid,
        mobility: Mobility,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        if !self.settings().local {
            return self.take_or_kill(pid, t, |mm, t| mm.try_frame(mobility, t));
        }
        self.set_asker(Some(pid));
        let taken = self.take_or_kill(pid, t, |mm, t| mm.try_frame(mobility, t));
        self.set_asker(None);
        taken
    }

    /// Takes one frame that the kernel needs for `pid`, for a page table; `used` is its descriptor. It comes from the
    /// kernel's pool if that is apart, and then reclaim is no help: what is swapped out frees no frame there.
    pub(in crate::mm) fn take_kernel_frame(
        &mut self,
        pid: Pid,
        used: Frame,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        self.take_or_kill(pid, t, |mm, t| mm.try_kernel_frame(used, t))
    }

    /// What `take` finds; as long as that is nothing, the OOM killer makes room. None is made for the kernel itself.
    #[inline]
    fn take_or_kill<T: Trace>(
        &mut self,
        pid: Pid,
        t: &mut T,
        take: impl Fn(&mut Mm, &mut T) -> Option<Pfn>,
    ) -> Result<Pfn, MmError> {
        loop {
            if let Some(pfn) = take(self, t) {
                return Ok(pfn);
            }
            if pid == KERNEL {
                return Err(MmError::NoMemory);
            }
            self.oom_kill(t);
            if !self.is_alive(pid) {
                return Err(MmError::Killed);
            }
        }
    }

    /// Takes one frame for the kernel itself, from its pool or else as any other. No process is killed for it.
    pub(in crate::mm) fn try_kernel_frame(&mut self, used: Frame, t: &mut impl Trace) -> Option<Pfn> {
        let pfn = match self.is_apart() {
            true => self.pool_mut().take(1)?,
            false => self.try_frame(Mobility::Unmovable, t)?,
        };
        self.set_frame(pfn, |f| *f = used, t);
        Some(pfn)
    }

    /// Whether the kernel's own frames are apart from those that are studied.
    #[inline]
    pub(in crate::mm) fn is_apart(&self) -> bool {
        self.frames().len() > self.frames().studied()
    }

    /// Takes one frame for `pid` to copy `source` into; reclaim leaves `source` where it is meanwhile.
    pub(in crate::mm) fn take_frame_for_copy(
        &mut self,
        pid: Pid,
        source: Pfn,
        t: &mut impl Trace,
    ) -> Result<Pfn, MmError> {
        self.keep(Some(source));
        let taken = self.take_frame(pid, Mobility::Movable, t);
        self.keep(None);
        taken
    }

    /// Takes one frame from the allocator, else after reclaim. No process is killed for it.
    pub(in crate::mm) fn try_frame(&mut self, mobility: Mobility, t: &mut impl Trace) -> Option<Pfn> {
        let request = Request::page(mobility);
        let pfn = loop {
            if let Some(pfn) = self.allocator_mut().alloc(&request, t) {
                break pfn;
            }
            match self.allocator().on_miss() {
                OnMiss::Slide => break self.frame_at_top(&request, t)?,
                OnMiss::Clear if self.reclaim(1, t) == 0 => break self.allocator_mut().alloc_kept(&request, t)?,
                OnMiss::Clear => {}
            }
        };
        self.set_frame(pfn, |f| *f = Frame { state: FrameUse::Page, ..Frame::default() }, t);
        Some(pfn)
    }

    /// Gives one frame back.
    pub(in crate::mm) fn give_frame(&mut self, pfn: Pfn, t: &mut impl Trace) {
        self.clear_frame(pfn, t);
        self.give_back(FreeRun { start: pfn, len: 1 }, t);
    }

    /// Gives frames whose descriptors are cleared back to where they are from.
    #[inline(always)]
    pub(in crate::mm) fn give_back(&mut self, run: FreeRun, t: &mut impl Trace) {
        if self.pool().has(run.start) {
            self.pool_mut().give(run);
        } else {
            self.allocator_mut().free(run, t);
        }
    }

    /// Takes contiguous frames from the allocator, else by clearing a window of frames. No process is killed for them.
    pub(in crate::mm) fn take_run(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let got = self.allocator_mut().alloc(request, t);
        if let Some(first) = got.or_else(|| self.alloc_among_neighbours(request, t)) {
            return Ok(first);
        }
        match self.allocator().on_miss() {
            OnMiss::Slide => self.room_at_top(request, t),
            // A window of frames that the allocator keeps costs more than writing others out (`contig::choose`).
            OnMiss::Clear => {
                self.make_room(request, t).or_else(|lack| self.allocator_mut().alloc_kept(request, t).ok_or(lack))
            }
        }
    }

    /// Clears the descriptor of a frame to be given back; a merged page's stable node ends with it.
    #[inline]
    pub(in crate::mm) fn clear_frame(&mut self, pfn: Pfn, t: &mut impl Trace) {
        if matches!(self.frame(pfn).state, FrameUse::Table { .. }) {
            self.forget_table();
        }
        if let Owner::Ksm(id) = self.frame(pfn).mapping {
            self.set_stable_node(id, None, t);
        }
        self.set_frame(pfn, |f| *f = Frame::default(), t);
    }
}
