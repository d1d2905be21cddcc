//! The top of the heap: everything is allocated at the top, what is freed below leaves a gap, and only compaction
//! (`mm/slide`) gets gaps back, by moving the segments above them down.
//!
//! ```text
//! start      gap          gap     top                   ceiling              end
//!   | oldest |    | older |  | new |        free          | tables |gap| runs |
//!                                  -> segments grow up     <- what can not be moved grows down
//! ```
//! Thus segments lie in the order of their age. What may not be moved, page tables above all, would stop every
//! compaction, so it is put at the other end (`unmovable: "apart"`), where gaps are used again at once. Each stretch of a
//! zone between holes has its heap; the lowest with room is used first, the highest by what grows down. Invariant: all
//! between top and ceiling is free, the frame below the top and that at the ceiling are not, and gaps never touch.
//! Source: Lee, May 2013 ("throw away the quick-fit lists and always allocate memory from the top of the heap").

use super::free_lists::{FreeLists, FreeRun, ListId, stretches};
use super::gaps::Gaps;
use super::request::{Gfp, Mobility, Request};
use super::{FrameAllocator, at_most};
use crate::config::{self, Config, Unmovable};
use crate::lab::event::{Event, Fit, NullTrace, Trace};
use crate::refusal::Refusal;
use crate::units::Pfn;
use std::borrow::Cow;

/// The list of what lies between tops and ceilings.
pub const TOP: u8 = 0;
/// The list of gaps.
pub const GAP: u8 = 1;

/// The heaps of all zones.
#[derive(Clone, Debug)]
pub struct HeapTop {
    pub settings: config::HeapTop,
    heaps: Vec<Heap>,
    gaps: Gaps,
    /// Of each zone: its heaps, and frames that are free.
    zones: Vec<(std::ops::Range<usize>, u32)>,
    frames: u32,
    min_free: u32,
}

/// One stretch of memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heap {
    pub zone: u8,
    pub start: u32,
    pub end: u32,
    /// One past the highest segment.
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

impl HeapTop {
    /// All frames for which `usable` holds are free, every heap is empty.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> HeapTop {
        let (mut heaps, mut zones) = (Vec::new(), Vec::new());
        for (zone, z) in config.effective_zones().iter().enumerate() {
            let (first, mut free) = (heaps.len(), 0);
            for FreeRun { start: Pfn(start), len } in stretches(z.start, z.end, usable) {
                heaps.push(Heap { zone: zone as u8, start, end: start + len, top: start, ceiling: start + len });
                free += len;
            }
            zones.push((first..heaps.len(), free));
        }
        let (settings, frames, min_free) = (config.heap_top, config.frames, config.min_free);
        HeapTop { settings, heaps, gaps: Gaps::new(frames), zones, frames, min_free }
    }

    /// All heaps, lowest first.
    pub fn heaps(&self) -> &[Heap] {
        &self.heaps
    }

    /// The free runs between what is used.
    pub fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    /// Frames in a zone that a request may have.
    pub fn available(&self, zone: u8, request: &Request) -> u32 {
        let reserve = if request.gfp.contains(Gfp::ATOMIC) { 0 } else { self.min_free };
        self.zones[usize::from(zone)].1.saturating_sub(reserve)
    }

    /// The zones that a request may be served from, best first.
    pub fn zones_for(&self, request: &Request) -> impl Iterator<Item = u8> + use<> {
        let highest = request.zone.unwrap_or(self.zones.len() as u8 - 1);
        (0..=highest).rev()
    }

    /// The heaps of a zone.
    pub fn heaps_of(&self, zone: u8) -> std::ops::Range<usize> {
        self.zones[usize::from(zone)].0.clone()
    }

    /// Whether so little of a zone is free that large segments lose their alignment.
    pub fn is_low(&self, zone: u8) -> bool {
        let (heaps, free) = &self.zones[usize::from(zone)];
        let all: u64 = self.heaps[heaps.clone()].iter().map(|heap| u64::from(heap.end - heap.start)).sum();
        u64::from(*free) * 100 < all * u64::from(self.settings.degrade)
    }

    /// Large segments are aligned to what makes them large.
    pub fn wished(&self, request: &Request) -> Request {
        let large = self.settings.large;
        match request.pages >= large && request.offset == 0 {
            true => Request { align: request.align.max(large), ..*request },
            false => *request,
        }
    }

    /// Whether a request grows down from the ceiling.
    #[inline]
    pub fn grows_down(&self, request: &Request) -> bool {
        request.mobility == Mobility::Unmovable && self.settings.unmovable == Unmovable::Apart
    }

    /// Where a heap with this top and ceiling has room for a request.
    #[inline]
    pub fn place(&self, top: u32, ceiling: u32, request: &Request) -> Option<u32> {
        match self.grows_down(request) {
            true => request.aligned_down(ceiling.checked_sub(request.pages)?).filter(|start| *start >= top),
            false => request.aligned_up(top).filter(|start| start.saturating_add(request.pages) <= ceiling),
        }
    }

    /// At a top or a ceiling, or in the gaps above one; then, if settings allow, in any gap.
    #[inline]
    fn search(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        for zone in self.zones_for(request) {
            if self.available(zone, request) < request.pages {
                continue;
            }
            for n in 0..self.heaps_of(zone).len() {
                let at = match self.grows_down(request) {
                    true => self.at_ceiling(self.heaps_of(zone).end - 1 - n, request, t),
                    false => self.at_top(self.heaps_of(zone).start + n, request, t),
                };
                if at.is_some() {
                    return at;
                }
            }
        }
        if self.settings.fill_gaps { self.alloc_gap(request, t) } else { None }
    }

    #[inline]
    fn at_top(&mut self, heap: usize, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let Heap { top, ceiling, .. } = self.heaps[heap];
        let start = self.place(top, ceiling, request)?;
        if start > top {
            t.emit(|| Event::Fit { pfn: Pfn(top), pages: start - top, fit: Fit::Gap });
        }
        self.take(heap, run(start, start + request.pages), t);
        Some(Pfn(start))
    }

    fn at_ceiling(&mut self, heap: usize, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let Heap { top, ceiling, end, .. } = self.heaps[heap];
        if let Some((gap, start)) = self.last_gap(ceiling, end, request, t) {
            self.cut(gap, run(start, start + request.pages), t);
            return Some(Pfn(start));
        }
        let start = self.place(top, ceiling, request)?;
        let end = start + request.pages;
        self.free_of(heap, -i64::from(request.pages));
        self.resize(heap, top, start, t);
        if end < ceiling {
            t.emit(|| Event::Fit { pfn: Pfn(end), pages: ceiling - end, fit: Fit::Gap });
            self.link(run(end, ceiling), t);
        }
        Some(Pfn(start))
    }

    /// The highest gap that lies in a range and fits, and the place in it.
    fn last_gap(&self, low: u32, end: u32, request: &Request, t: &mut impl Trace) -> Option<(FreeRun, u32)> {
        let (mut below, mut looked, mut found) = (end, 0, None);
        while let Some(gap) = self.gaps.before(below).filter(|gap| gap.start.0 >= low) {
            (below, looked) = (gap.start.0, looked + 1);
            let start =
                (gap.start.0 + gap.len).checked_sub(request.pages).and_then(|start| request.aligned_down(start));
            found = start.filter(|start| *start >= gap.start.0).map(|start| (gap, start));
            if found.is_some() {
                break;
            }
        }
        if looked > 0 {
            t.emit(|| Event::Inspect { pfn: Pfn(below), looked });
        }
        found
    }

    /// From the lowest gap that fits, or where there is room at all: for who can not wait for compaction.
    pub fn alloc_gap(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        for zone in self.zones_for(request) {
            if self.available(zone, request) < request.pages {
                continue;
            }
            for heap in self.heaps_of(zone) {
                let Heap { start, end, top, ceiling, .. } = self.heaps[heap];
                let mut looked = 0;
                let fits = |gap: FreeRun| {
                    looked += 1;
                    let start = request.aligned_up(gap.start.0)?;
                    (start - gap.start.0 + request.pages <= gap.len).then_some((gap, start))
                };
                let found = self.gaps.range(start, end).find_map(fits);
                if let Some((gap, start)) = found {
                    t.emit(|| Event::Inspect { pfn: gap.start, looked });
                    self.cut(gap, run(start, start + request.pages), t);
                    return Some(Pfn(start));
                }
                if let Some(start) = request.aligned_up(top).filter(|start| start + request.pages <= ceiling) {
                    self.take(heap, run(start, start + request.pages), t);
                    return Some(Pfn(start));
                }
            }
        }
        None
    }

    /// Takes frames between top and ceiling: the top is above them from now on.
    #[inline]
    fn take(&mut self, heap: usize, taken: FreeRun, t: &mut impl Trace) {
        let Heap { top, ceiling, .. } = self.heaps[heap];
        self.free_of(heap, -i64::from(taken.len));
        self.resize(heap, taken.start.0 + taken.len, ceiling, t);
        if taken.start.0 > top {
            self.link(run(top, taken.start.0), t);
        }
    }

    /// Takes frames out of a gap.
    fn cut(&mut self, gap: FreeRun, taken: FreeRun, t: &mut impl Trace) {
        self.unlink(gap, t);
        self.free_of(self.heap_of(gap.start), -i64::from(taken.len));
        let (left, right) = (taken.start.0 - gap.start.0, gap.start.0 + gap.len - taken.start.0 - taken.len);
        if left > 0 {
            t.emit(|| Event::Split { pfn: gap.start, left, right: gap.len - left });
            self.link(FreeRun { start: gap.start, len: left }, t);
        }
        if right > 0 {
            t.emit(|| Event::Split { pfn: taken.start, left: taken.len, right });
            self.link(FreeRun { start: taken.start.plus(taken.len), len: right }, t);
        }
    }

    /// Frees frames of one heap that lie all below its top or all at its ceiling or above.
    #[inline]
    fn give_back(&mut self, heap: usize, mut freed: FreeRun, t: &mut impl Trace) {
        let Heap { start, end, top, ceiling, .. } = self.heaps[heap];
        self.free_of(heap, i64::from(freed.len));
        if let Some(gap) = self.gaps.before(freed.start.0).filter(|gap| gap.start.0 >= start && touch(*gap, freed)) {
            freed = self.join(gap, gap, freed, t);
        }
        if let Some(gap) = self.gaps.at(freed.start.0 + freed.len).filter(|gap| gap.start.0 < end) {
            freed = self.join(gap, freed, gap, t);
        }
        if freed.start.0 + freed.len == top {
            self.resize(heap, freed.start.0, ceiling, t);
        } else if freed.start.0 == ceiling {
            self.resize(heap, top, ceiling + freed.len, t);
        } else {
            self.link(freed, t);
        }
    }

    /// A gap and what is freed beside it, in the order of memory, are one.
    fn join(&mut self, gap: FreeRun, left: FreeRun, right: FreeRun, t: &mut impl Trace) -> FreeRun {
        self.unlink(gap, t);
        t.emit(|| Event::Merge { pfn: left.start, left: left.len, right: right.len });
        FreeRun { start: left.start, len: left.len + right.len }
    }

    /// Moves a heap's top or ceiling.
    #[inline]
    fn resize(&mut self, heap: usize, top: u32, ceiling: u32, t: &mut impl Trace) {
        let before = self.heaps[heap];
        let after = Heap { top, ceiling, ..before };
        self.heaps[heap] = after;
        for (room, linked) in [(before.room(), false), (after.room(), true)] {
            if room.len > 0 {
                t.emit(|| Event::Free { run: room, list: ListId { zone: before.zone, list: TOP }, prev: None, linked });
            }
        }
    }

    #[inline]
    fn link(&mut self, gap: FreeRun, t: &mut impl Trace) {
        self.gaps.insert(gap);
        t.emit(|| self.told(gap, true));
    }

    #[inline]
    fn unlink(&mut self, gap: FreeRun, t: &mut impl Trace) {
        self.gaps.remove(gap.start);
        t.emit(|| self.told(gap, false));
    }

    fn told(&self, gap: FreeRun, linked: bool) -> Event {
        let zone = self.heaps[self.heap_of(gap.start)].zone;
        Event::Free { run: gap, list: ListId { zone, list: GAP }, prev: None, linked }
    }

    #[inline]
    fn free_of(&mut self, heap: usize, change: i64) {
        let free = &mut self.zones[usize::from(self.heaps[heap].zone)].1;
        *free = (i64::from(*free) + change) as u32;
    }

    #[inline]
    fn heap_of(&self, pfn: Pfn) -> usize {
        self.heaps.iter().position(|heap| pfn.0 < heap.end).expect("every usable frame is in a heap")
    }
}

fn touch(left: FreeRun, right: FreeRun) -> bool {
    left.start.0 + left.len == right.start.0
}

impl FrameAllocator for HeapTop {
    fn name(&self) -> &'static str {
        "heap_top"
    }

    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let zones = self.zones_for(request).map(|zone| self.heaps_of(zone));
        let most = zones.flat_map(|heaps| &self.heaps[heaps]).map(|heap| heap.end - heap.start).max().unwrap_or(0);
        at_most(request, most)
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let wished = self.wished(request);
        let mut got = self.search(&wished, t);
        if got.is_none() && wished != *request && self.settings.degrade > 0 {
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

    fn free_singles(&mut self, run: FreeRun) {
        self.free(run, &mut NullTrace);
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
                let gap = self.gaps.before(at + 1).expect("a frame that is claimed is free");
                stop = end.min(gap.start.0 + gap.len);
                self.cut(gap, run(at, stop), t);
            }
            at = stop;
        }
    }

    fn free_frames(&self) -> u32 {
        self.zones.iter().map(|(_, free)| free).sum()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        let mut lists = FreeLists::unordered(self.frames, self.zones.len() as u8);
        for heap in &self.heaps {
            for gap in self.gaps.range(heap.start, heap.end) {
                lists.link(gap, ListId { zone: heap.zone, list: GAP }, None);
            }
            if heap.top < heap.ceiling {
                lists.link(heap.room(), ListId { zone: heap.zone, list: TOP }, None);
            }
        }
        Cow::Owned(lists)
    }

    fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut free = vec![0; self.zones.len()];
        for heap in &self.heaps {
            let Heap { zone, start, end, top, ceiling } = *heap;
            let mut runs: Vec<FreeRun> = self.gaps.range(start, end).collect();
            free[usize::from(zone)] += runs.iter().map(|gap| gap.len).sum::<u32>() + (ceiling - top);
            runs.extend((top < ceiling).then(|| heap.room()));
            runs.sort();
            let apart = runs.windows(2).all(|pair| pair[0].start.0 + pair[0].len < pair[1].start.0);
            let at_edge = |gap: &FreeRun| gap.start.0 + gap.len == top || gap.start.0 == ceiling;
            if start > top || top > ceiling || ceiling > end || !apart || runs.iter().any(at_edge) {
                broken.push(format!("heap_top: top {top}, ceiling {ceiling} or a gap of {start}..{end} is wrong"));
            }
        }
        if self.zones.iter().map(|(_, counted)| *counted).ne(free.iter().copied()) {
            broken.push(format!("heap_top: {free:?} frames are free in the zones, counted {:?}", self.zones));
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Hole;

    fn new(frames: u32, settings: config::HeapTop, holes: Vec<Hole>) -> HeapTop {
        let config = Config { frames, heap_top: settings, holes: holes.clone(), ..Config::default() };
        HeapTop::new(&config, &|pfn| !holes.iter().any(|hole| (hole.start..hole.start + hole.frames).contains(&pfn.0)))
    }

    fn movable(pages: u32) -> Request {
        Request { mobility: Mobility::Movable, ..Request::of(pages) }
    }

    #[test]
    fn segments_grow_up_and_tables_down() {
        let mut h = new(32, config::HeapTop::default(), Vec::new());
        let mut asked = |request| h.alloc(&request, &mut NullTrace).map(|pfn| pfn.0);
        assert_eq!([asked(movable(4)), asked(movable(2)), asked(movable(3))], [Some(0), Some(4), Some(6)]);
        assert_eq!([asked(Request::of(1)), asked(Request::of(2))], [Some(31), Some(29)]);
        h.free(run(4, 6), &mut NullTrace);
        h.free(run(31, 32), &mut NullTrace);
        assert_eq!(h.heaps()[0].top, 9, "a gap stays a gap");
        assert_eq!(h.alloc(&Request::of(1), &mut NullTrace), Some(Pfn(31)), "but those above the ceiling are used");
        h.free(run(6, 9), &mut NullTrace);
        assert_eq!(h.heaps()[0].top, 4, "the last segment and the gap below it are the top's");
        assert_eq!(h.check(), Vec::<String>::new());
    }

    #[test]
    fn a_gap_is_taken_only_if_it_may_be() {
        for (fill_gaps, got) in [(false, None), (true, Some(Pfn(4)))] {
            let mut h = new(16, config::HeapTop { fill_gaps, ..Default::default() }, Vec::new());
            h.claim(run(0, 16), &mut NullTrace);
            h.free(run(4, 9), &mut NullTrace);
            assert_eq!(h.alloc(&movable(3), &mut NullTrace), got);
        }
    }

    #[test]
    fn large_segments_leave_a_gap_below() {
        let settings = config::HeapTop { large: 8, ..Default::default() };
        let mut h = new(32, settings, vec![Hole { start: 20, frames: 2 }]);
        h.claim(run(0, 3), &mut NullTrace);
        assert_eq!(h.alloc(&movable(8), &mut NullTrace), Some(Pfn(8)));
        assert_eq!(h.alloc(&movable(8), &mut NullTrace), Some(Pfn(24)), "the other heap has an aligned place");
        assert_eq!(h.alloc(&movable(8), &mut NullTrace), None);
        assert_eq!(h.gaps().range(0, 32).collect::<Vec<_>>(), [run(3, 8), run(22, 24)]);
        assert_eq!(h.check(), Vec::<String>::new());
    }

    /// Random requests, frees of parts and claims against a set of frames.
    #[test]
    fn every_frame_is_free_once_or_given_once() {
        let mut seed = 3u32;
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % n
        };
        for round in 0..60 {
            let settings = config::HeapTop { fill_gaps: round % 2 == 0, large: 16, ..Default::default() };
            let mut h = new(200, settings, vec![Hole { start: 90, frames: 10 }]);
            let mut free: Vec<bool> = (0..200).map(|n| !(90..100).contains(&n)).collect();
            for _ in 0..200 {
                let mobility = [Mobility::Movable, Mobility::Unmovable][next(2) as usize];
                let request = Request { align: 1 << next(3), mobility, ..Request::of(1 + next(20)) };
                if let Some(Pfn(first)) = h.alloc(&request, &mut NullTrace) {
                    assert!(request.fits_at(first));
                    let given = &mut free[first as usize..(first + request.pages) as usize];
                    assert!(given.iter().all(|free| *free));
                    given.fill(false);
                }
                let (at, claims) = (next(200) as usize, next(4) == 0);
                let holds = |n: &usize| free[*n] == claims && !(90..100).contains(n);
                let len = (at..200.min(at + 1 + next(12) as usize)).take_while(holds).count();
                if len > 0 {
                    let part = run(at as u32, (at + len) as u32);
                    if claims {
                        h.claim(part, &mut NullTrace)
                    } else {
                        h.free(part, &mut NullTrace)
                    };
                    free[at..at + len].fill(!claims);
                }
                assert_eq!(h.check(), Vec::<String>::new());
                let listed: Vec<bool> = free.iter().map(|_| false).collect();
                let listed = h.lists().all_runs().fold(listed, |mut all, (run, _)| {
                    all[run.start.index()..run.start.index() + run.len as usize].fill(true);
                    all
                });
                assert_eq!(listed, free);
            }
        }
    }
}
