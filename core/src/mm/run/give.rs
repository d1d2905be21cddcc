//! Runs begin, are pinned, and end: the commands `alloc`, `pin`, `unpin` and `free`.

use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::{Lack, Request};
use crate::vocabulary::run::Run;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// `alloc`: contiguous frames as one run.
    pub(crate) fn new_run(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let id = self.new_run_id();
        // Refused before if it never can be served, unless vmalloc will do.
        let given =
            self.allocator().given(request).map_err(|_| Lack::Frames { free: self.allocator().free_frames() })?;
        let first = self.take_run(request, t)?;
        self.begin_run(first, Run::new(id, *request, given), t);
        Ok(first)
    }

    /// A run that the kernel needs for itself, of `pages` frames: from its pool if that is apart, else as any other.
    pub(crate) fn new_kernel_run(&mut self, pages: u32, t: &mut impl Trace) -> Result<Pfn, Lack> {
        if !self.is_apart() {
            return self.new_run(&Request::of(pages), t);
        }
        let free = self.pool().free().map(|run| run.len).sum();
        let first = self.pool_mut().take(pages).ok_or(Lack::Frames { free })?;
        let id = self.new_run_id();
        self.begin_run(first, Run::new(id, Request::of(pages), pages), t);
        Ok(first)
    }

    fn begin_run(&mut self, first: Pfn, run: Run, t: &mut impl Trace) {
        for n in 0..run.given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Run { first }, t);
        }
        self.set_run(first, Some(run), t);
    }

    /// `free`: gives a run back.
    pub(crate) fn end_run(&mut self, first: Pfn, t: &mut impl Trace) {
        let given = self.runs()[&first].given;
        self.set_run(first, None, t);
        for n in 0..given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Free, t);
        }
        self.give_back(FreeRun { start: first, len: given }, t);
    }

    /// Pins a run once more, or (`by` -1) once less; a compactor that slept for it goes on.
    pub(crate) fn pin_run(&mut self, first: Pfn, by: i32, t: &mut impl Trace) {
        let run = self.runs()[&first].clone();
        let (segment, pins) = (run.id, run.pins.wrapping_add_signed(by));
        self.set_run(first, Some(Run { pins, ..run }), t);
        self.end_if_left(first, t);
        if pins == 0 {
            self.wake_compactor(segment, t);
        }
    }

    /// One more message in a queue carries the run, or (`by` -1) one less.
    pub(crate) fn queue_run(&mut self, first: Pfn, by: i32, t: &mut impl Trace) {
        let run = self.runs()[&first].clone();
        let queued = run.queued.wrapping_add_signed(by);
        self.set_run(first, Some(Run { queued, sent: true, ..run }), t);
    }

    /// Gives a run back that was sent and that nobody has any more. A device's is kept until it is done.
    pub(crate) fn end_if_left(&mut self, first: Pfn, t: &mut impl Trace) {
        let run = &self.runs()[&first];
        if run.sent && run.mapped.is_empty() && run.queued == 0 && run.pins == 0 {
            self.end_run(first, t);
        }
    }
}
