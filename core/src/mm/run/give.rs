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
        for n in 0..given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Run { first }, t);
        }
        self.set_run(first, Some(Run { id, request: *request, given, pins: 0, mapped: None }), t);
        Ok(first)
    }

    /// `free`: gives a run back.
    pub(crate) fn end_run(&mut self, first: Pfn, t: &mut impl Trace) {
        let run = self.runs()[&first];
        self.set_run(first, None, t);
        for n in 0..run.given {
            self.set_frame(first.plus(n), |f| f.state = FrameUse::Free, t);
        }
        self.allocator_mut().free(FreeRun { start: first, len: run.given }, t);
    }

    /// Pins a run once more, or (`by` -1) once less.
    pub(crate) fn pin_run(&mut self, first: Pfn, by: i32, t: &mut impl Trace) {
        let run = self.runs()[&first];
        self.set_run(first, Some(Run { pins: run.pins.wrapping_add_signed(by), ..run }), t);
    }
}
