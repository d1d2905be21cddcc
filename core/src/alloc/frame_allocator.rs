//! What every allocator can do, and what it wants of the memory manager.
//!
//! An allocator knows which frames are free, and nothing of what the others hold. What is moved or reclaimed to serve a
//! request is the memory manager's business (`mm/provide`, `mm/compact`); what *may* be, and when, follows from how free
//! memory is kept, so the allocator says it: `on_miss`, `joins_on_miss`, `keeps`, `alloc_kept`, `heaps`.

use super::Heaps;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::{NullTrace, Trace};
use std::borrow::Cow;
use std::ops::Range;

/// An allocator of physically contiguous frames.
pub trait FrameAllocator {
    /// How many frames a request is given, rounding included.
    ///
    /// # Errors
    /// The request never can be served: says why, and what could.
    fn given(&self, request: &Request) -> Result<u32, Refusal>;
    /// The alignment that a run has, at least that asked for: where no offset is, blocks are aligned to their size.
    fn alignment(&self, request: &Request) -> u32 {
        request.align
    }
    /// Contiguous frames, or `None` if there are none now. Emits what it looked at, split and joined.
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn>;
    /// Takes back frames that were given: a whole run or any part of it. The caller has checked that they were.
    fn free(&mut self, run: FreeRun, t: &mut impl Trace);
    /// Takes back frames that were given one by one, and emits nothing. The outcome is that of one `free` for each,
    /// lowest first.
    fn free_singles(&mut self, run: FreeRun) {
        for n in 0..run.len {
            self.free(FreeRun { start: run.start.plus(n), len: 1 }, &mut NullTrace);
        }
    }
    /// Takes exactly these frames, all of them free, in whichever free runs they lie; as if they had been given.
    fn claim(&mut self, run: FreeRun, t: &mut impl Trace);
    /// Frames that are free.
    fn free_frames(&self) -> u32;
    /// The free runs, for drawing and checking.
    fn lists(&self) -> Cow<'_, FreeLists>;
    /// Bytes of metadata, for the benchmarks.
    fn bytes(&self) -> Option<usize> {
        None
    }
    /// Broken invariants, in words.
    fn check(&self) -> Vec<String>;

    /// What is done for a request that `alloc` did not serve.
    fn on_miss(&self) -> OnMiss {
        OnMiss::Clear
    }
    /// The frames whose free neighbours `alloc` is going to join for a request, if it is, and if unused page cache between
    /// them is to be dropped first, so that more can be joined.
    fn joins_on_miss(&self, _request: &Request) -> Option<Range<u32>> {
        None
    }
    /// Whether a free frame is one that this request should not get as long as others can be had.
    fn keeps(&self, _pfn: Pfn, _request: &Request) -> bool {
        false
    }
    /// As `alloc`, also from what is kept: asked for a request for which nothing more can be cleared.
    fn alloc_kept(&mut self, _request: &Request, _t: &mut impl Trace) -> Option<Pfn> {
        None
    }
    /// Memory as the heaps in which segments slide down. Every allocator that asks for [`OnMiss::Slide`] has them.
    fn heaps(&self) -> Option<&Heaps> {
        None
    }
    /// Whether a request has taken a zone below its low watermark since this was last asked: the highest zone it might use.
    /// Background reclaim then wakes.
    fn wakes(&mut self) -> Option<u8> {
        None
    }
    /// How many frames the zones up to `top` lack until one is at its high watermark, and the frame where they end.
    fn lacks(&self, _top: u8) -> (u32, Pfn) {
        (0, Pfn(0))
    }
}

/// What the memory manager does for a request that found no frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnMiss {
    /// Clears frames: reclaims a page for a single frame, the cheapest window for a run. When nothing can be cleared, what
    /// is kept may be broken into.
    Clear,
    /// Slides the segments of the heaps down, so that there is room above them.
    Slide,
}

/// Whether somebody listens.
#[inline(always)]
pub(super) fn listens<T: Trace>(_: &T) -> bool {
    T::LISTENS
}

/// A request over the longest stretch of memory that there is never can be served.
pub(super) fn at_most(request: &Request, longest: u32) -> Result<u32, Refusal> {
    if request.pages > longest {
        let what = format!("alloc: {} pages are more than memory has without a hole", request.pages);
        return Err(Refusal::new(what, format!("ask for at most {longest}")));
    }
    Ok(request.pages)
}
