//! The top of the heap: everything is allocated at the top, what is freed below leaves a gap, and only compaction
//! (`mm/compact/slide`) gets gaps back, by moving the segments above them down.
//!
//! ```text
//! start      gap          gap     top                   ceiling              end
//!   | oldest |    | older |  | new |        free          | tables |gap| runs |
//!                                  -> segments grow up     <- what cannot be moved grows down
//! ```
//! Thus segments lie in the order of their age. What may not be moved, page tables above all, would stop every
//! compaction, so it is put at the other end (`unmovable: "apart"`), where gaps are used again at once. Each stretch of
//! a zone between holes has its heap; the lowest with room is used first, the highest by what grows down. Invariant:
//! all between top and ceiling is free, the frame below the top and that at the ceiling are not, and gaps never touch.
//! Gaps are bits (`gaps`): to free a frame sets one. Source: Lee, May 2013 ("throw away the quick-fit lists and always
//! allocate memory from the top of the heap").

mod change;
mod check;
mod describe;
pub mod gaps;
mod search;
#[cfg(test)]
mod tests;

use super::{FrameAllocator, OnMiss, at_most};
use crate::alloc::usable::Usable;
use crate::config::{Config, HeapTopConfig, UnmovableRuns};
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::{Mobility, Request};
use crate::vocabulary::trace::Trace;
use gaps::Gaps;
use std::borrow::Cow;

/// Number of the list of what lies between tops and ceilings.
pub const TOP: u8 = 0;
/// Number of the list of gaps.
pub const GAP: u8 = 1;

/// The heaps of all zones.
#[derive(Clone, Debug)]
pub struct Heaps {
    pub settings: HeapTopConfig,
    heaps: Vec<Heap>,
    /// The gaps of each heap.
    gaps: Vec<Gaps>,
    zones: Vec<ZoneHeaps>,
    frames: u32,
    min_free: u32,
}

#[derive(Clone, Debug)]
struct ZoneHeaps {
    heaps: std::ops::Range<usize>,
    /// Number of free frames.
    free: u32,
}

/// The heap of one stretch of memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heap {
    pub zone: u8,
    pub start: u32,
    pub end: u32,
    /// One past the last frame of the highest segment.
    pub top: u32,
    /// The lowest frame of what grows down.
    pub ceiling: u32,
}

impl Heap {
    fn room(&self) -> FreeRun {
        FreeRun { start: Pfn(self.top), len: self.ceiling - self.top }
    }
}

fn run(start: u32, end: u32) -> FreeRun {
    FreeRun { start: Pfn(start), len: end - start }
}

impl Heaps {
    /// Heaps in which the `usable` frames are free; every heap is empty.
    pub fn new(config: &Config, usable: &Usable) -> Heaps {
        let (mut heaps, mut zones) = (Vec::new(), Vec::new());
        for (zone, z) in config.effective_zones().iter().enumerate() {
            let (first, mut free) = (heaps.len(), 0);
            for FreeRun { start: Pfn(start), len } in usable.within(z.start, z.end) {
                heaps.push(Heap { zone: zone as u8, start, end: start + len, top: start, ceiling: start + len });
                free += len;
            }
            zones.push(ZoneHeaps { heaps: first..heaps.len(), free });
        }
        let (settings, frames, min_free) = (config.heap_top, config.frames, config.min_free);
        let gaps = heaps.iter().map(|heap: &Heap| Gaps::new(heap.start, heap.end - heap.start)).collect();
        Heaps { settings, heaps, gaps, zones, frames, min_free }
    }

    /// All heaps, lowest first.
    pub fn all(&self) -> &[Heap] {
        &self.heaps
    }

    /// The gaps of a heap, lowest first.
    pub fn gaps_of(&self, heap: &Heap) -> impl Iterator<Item = FreeRun> + '_ {
        self.gaps[self.heap_of(Pfn(heap.start))].range(heap.start, heap.end)
    }

    /// The gap that holds a frame; `None` if none does.
    pub fn gap_at(&self, pfn: Pfn) -> Option<FreeRun> {
        self.gaps[self.heap_of(pfn)].of(pfn.0)
    }

    /// The last gap of a heap that starts below `end`; `None` if there is none.
    pub fn gap_before(&self, heap: &Heap, end: u32) -> Option<FreeRun> {
        self.gaps[self.heap_of(Pfn(heap.start))].before(end)
    }

    #[inline]
    fn heap_of(&self, pfn: Pfn) -> usize {
        // One heap is the usual case.
        let last = self.heaps.len() - 1;
        self.heaps[..last].iter().position(|heap| pfn.0 < heap.end).unwrap_or(last)
    }

    /// Number of free frames in a zone that a request may have.
    pub fn available(&self, zone: u8, request: &Request) -> u32 {
        self.zones[usize::from(zone)].free.saturating_sub(request.reserve(self.min_free))
    }

    /// The zones that a request may be served from, best first.
    pub fn zones_for(&self, request: &Request) -> impl Iterator<Item = u8> + use<> {
        (0..=request.highest(self.zones.len())).rev()
    }

    /// The heaps of a zone.
    pub fn heaps_of(&self, zone: u8) -> std::ops::Range<usize> {
        self.zones[usize::from(zone)].heaps.clone()
    }

    /// Whether so little of a zone is free that large segments lose their alignment.
    pub fn is_low(&self, zone: u8) -> bool {
        let ZoneHeaps { heaps, free } = &self.zones[usize::from(zone)];
        let all: u64 = self.heaps[heaps.clone()].iter().map(|heap| u64::from(heap.end - heap.start)).sum();
        u64::from(*free) * 100 < all * u64::from(self.settings.degrade)
    }

    /// The request as the settings wish it: large segments are aligned to what makes them large.
    pub fn wished(&self, request: &Request) -> Request {
        request.wished(request.pages, self.settings.large)
    }

    /// Whether a request grows down from the ceiling.
    #[inline]
    pub fn grows_down(&self, request: &Request) -> bool {
        request.mobility == Mobility::Unmovable && self.settings.unmovable == UnmovableRuns::Apart
    }
}

impl FrameAllocator for Heaps {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let zones = self.zones_for(request).map(|zone| self.heaps_of(zone));
        let most = zones.flat_map(|heaps| &self.heaps[heaps]).map(|heap| heap.end - heap.start).max().unwrap_or(0);
        at_most(request, most)
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        // A copy of the request, just written field by field, would wait for the fields.
        let wished = (request.pages >= self.settings.large).then(|| self.wished(request));
        let mut got = self.search(wished.as_ref().unwrap_or(request), t);
        if got.is_none() && wished.is_some_and(|wished| wished != *request) && self.settings.degrade > 0 {
            got = self.search(request, t);
            if let Some(pfn) = got {
                t.emit(|| Event::Fit { pfn, pages: request.pages, fit: Fit::Degraded });
            }
        }
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, freed: FreeRun, t: &mut impl Trace) {
        let (mut at, end) = (freed.start.0, freed.start.0 + freed.len);
        while at < end {
            let heap = self.heap_of(Pfn(at));
            let Heap { top, end: heap_end, .. } = self.heaps[heap];
            let stop = if at < top { end.min(top) } else { end.min(heap_end) };
            self.give_back(heap, run(at, stop), t);
            at = stop;
        }
    }

    fn claim(&mut self, claimed: FreeRun, t: &mut impl Trace) {
        let (mut at, end) = (claimed.start.0, claimed.start.0 + claimed.len);
        while at < end {
            let heap = self.heap_of(Pfn(at));
            let Heap { top, ceiling, .. } = self.heaps[heap];
            let stop;
            if (top..ceiling).contains(&at) {
                stop = end.min(ceiling);
                self.take(heap, run(at, stop), t);
            } else {
                let gap = self.gap_at(Pfn(at)).expect("a frame that is claimed is free");
                stop = end.min(gap.start.0 + gap.len);
                self.cut(heap, run(at, stop), t);
            }
            at = stop;
        }
    }

    fn free_frames(&self) -> u32 {
        self.zones.iter().map(|zone| zone.free).sum()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        let mut lists = FreeLists::unordered(self.frames, self.zones.len() as u8);
        for heap in &self.heaps {
            for gap in self.gaps_of(heap) {
                lists.link(gap, ListId { zone: heap.zone, list: GAP }, None);
            }
            if heap.top < heap.ceiling {
                lists.link(heap.room(), ListId { zone: heap.zone, list: TOP }, None);
            }
        }
        Cow::Owned(lists)
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.gaps.iter().map(Gaps::bytes).sum::<usize>() + size_of_val(&self.heaps[..]))
    }

    fn check(&self) -> Vec<String> {
        self.broken()
    }

    fn on_miss(&self) -> OnMiss {
        OnMiss::Slide
    }

    /// Allocates from a gap.
    fn alloc_kept(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        self.alloc_gap(request, t)
    }

    fn heaps(&self) -> Option<&Heaps> {
        Some(self)
    }
}
