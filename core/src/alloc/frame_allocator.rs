//! What every allocator can do, and what it wants of the memory manager.
//!
//! An allocator knows which frames are free, and nothing of what the others hold. What is moved or reclaimed to serve a
//! request is the memory manager's business (`mm/provide`, `mm/compact`); what *may* be, and when, follows from how
//! free memory is kept, so the allocator says it: `on_miss`, `joins_on_miss`, `kept`, `alloc_kept`, `heaps`.

use super::Heaps;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::borrow::Cow;

/// An allocator of physically contiguous frames.
pub trait FrameAllocator {
    /// The number of frames that a request is given, rounding included.
    ///
    /// # Errors
    /// A request that never can be served: the refusal says why, and what could be.
    fn given(&self, request: &Request) -> Result<u32, Refusal>;
    /// The alignment of the run that a request gets, in frames; at least that asked for. A block without an offset is
    /// aligned to its size.
    fn alignment(&self, request: &Request) -> u32 {
        request.align
    }
    /// Allocates contiguous frames; `None` if there are none now. Emits what it examined, split and joined.
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn>;
    /// Takes back frames that were given: a whole run or any part of it. The caller has checked that they were.
    fn free(&mut self, run: FreeRun, t: &mut impl Trace);
    /// Takes exactly these frames, all of them free, in whatever free runs they lie; as if `alloc` had given them.
    fn claim(&mut self, run: FreeRun, t: &mut impl Trace);
    /// The number of free frames.
    fn free_frames(&self) -> u32;
    /// The free runs, for drawing and checking.
    fn lists(&self) -> Cow<'_, FreeLists>;
    /// The tree of each zone's free areas, in the order of zones; empty if the allocator keeps none.
    fn area_trees(&self) -> Vec<AreaTree> {
        Vec::new()
    }
    /// Bytes of metadata, for the benchmarks; `None` if they are not counted.
    fn bytes(&self) -> Option<usize> {
        None
    }
    /// Broken invariants, in words.
    fn check(&self) -> Vec<String>;

    /// What is done for a request that `alloc` did not serve.
    fn on_miss(&self) -> OnMiss {
        OnMiss::Clear
    }
    /// Whether unused page cache beside free frames is dropped for a request that found no run, so that more can be
    /// joined.
    fn joins_on_miss(&self, _request: &Request) -> bool {
        false
    }
    /// The free frames that are kept from a request: it does not get them as long as others can be had, and nothing is
    /// moved there to make room for it.
    fn kept(&self, _request: &Request) -> Kept {
        Kept::default()
    }
    /// Allocates contiguous frames, also of those that are kept (`kept`). Called once nothing more can be cleared for
    /// a request.
    fn alloc_kept(&mut self, _request: &Request, _t: &mut impl Trace) -> Option<Pfn> {
        None
    }
    /// Memory as the heaps in which segments slide down. Every allocator that returns [`OnMiss::Slide`] has them.
    fn heaps(&self) -> Option<&Heaps> {
        None
    }
    /// The highest zone of a request that was not served above the low watermark since the last `kswapd_sleeps`, so
    /// that background reclaim is awake. `None`: there was none.
    fn kswapd_wakes(&self) -> Option<u8> {
        None
    }
    /// Background reclaim has done what it can.
    fn kswapd_sleeps(&mut self) {}
    /// How many frames the zones up to `top` lack until one is at its high watermark, and the frame where they end.
    fn lacks(&mut self, _top: u8) -> (u32, Pfn) {
        (0, Pfn(0))
    }
}

/// Free frames that an allocator keeps from a request, lowest first.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Kept(pub Vec<FreeRun>);

impl Kept {
    /// Whether a frame is among them.
    #[inline]
    pub fn has(&self, pfn: Pfn) -> bool {
        let before = self.0.partition_point(|run| run.start <= pfn);
        before > 0 && pfn.0 - self.0[before - 1].start.0 < self.0[before - 1].len
    }
}

/// What the memory manager does for a request that found no frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnMiss {
    /// Clears frames: reclaims a page for a single frame, the cheapest window for a run. When nothing can be cleared,
    /// what is kept may be broken into.
    Clear,
    /// Slides the segments of the heaps down, which makes room above them.
    Slide,
}

/// Refuses a request for more frames than the longest stretch of memory has: it never can be served.
pub(super) fn at_most(request: &Request, longest: u32) -> Result<u32, Refusal> {
    if request.pages > longest {
        let what = format!("alloc: {} pages are more than memory has without a hole", request.pages);
        return Err(Refusal::new(what, format!("ask for at most {longest}")));
    }
    Ok(request.pages)
}
