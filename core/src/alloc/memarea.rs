//! memarea: runs of any length at any place, found by a scan over the buddy's own structures.
//!
//! ```text
//! zone   | b b | b | X | b b b b | X X | b b |        b: free blocks, X: used        alloc(5):
//! scan     2     1  back  4: only 4      again 2      a used frame ends the stretch, a free block is one look
//! ```
//! Requests of one block are the buddy's first, which is inside and does not know that it is not alone, unless they are
//! for an area by name (`Gfp::AREA`). All others, and blocks that it does not have, are looked for from the bottom of
//! each zone, frame by frame but for what is known: a zone with too little free memory is not scanned, a free block is
//! passed in one step. In the worst case every frame is examined; with `memarea.bitmap` a map of free runs is searched
//! instead (`run_map`): every allocation and freeing writes its word, and a search sums up first what has changed since
//! the last. What is freed goes back as blocks. Source: Ingo Molnar, `memarea-2.4.15-D6`, Nov 2001.

use super::FrameAllocator;
use super::buddy::Buddy;
use super::describe::{Describe, ListKind};
use super::sets::run_map::RunMap;
use crate::alloc::usable::Usable;
use crate::config::Config;
use crate::config::contig::ContigConfig;
use crate::config::memarea::MemareaConfig;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::request::{Gfp, Request};
use crate::vocabulary::trace::Trace;
use std::borrow::Cow;

/// The buddy and, if wanted, the map of its free runs.
#[derive(Clone, Debug)]
pub struct Memarea {
    buddy: Buddy,
    map: Option<RunMap>,
    zones: Vec<(u32, u32)>,
    largest_block: u32,
    min_free: u32,
}

impl Memarea {
    /// A memarea in which the `usable` frames are free.
    pub fn new(config: &Config, usable: &Usable) -> Memarea {
        // What it kept the scan would take.
        let buddy = Buddy::new(config, usable).keeps_nothing();
        let map = config.memarea.bitmap.then(|| {
            let mut map = RunMap::new(config.frames);
            for (run, _) in buddy.lists().all_runs() {
                map.set(run, true);
            }
            map.settle();
            map
        });
        let zones = config.effective_zones().iter().map(|zone| (zone.start, zone.end)).collect();
        Memarea { buddy, map, zones, largest_block: 1 << config.max_order, min_free: config.min_free }
    }

    /// Whether the buddy can serve a request without giving more than was asked for.
    #[inline]
    fn is_block(&self, request: &Request) -> bool {
        let Request { pages, align, offset, .. } = *request;
        pages.is_power_of_two() && pages <= self.largest_block && align <= pages && offset == 0
    }

    /// `alloc_memarea`: the lowest run of the highest zone that has one.
    fn alloc_area(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let highest = usize::from(request.highest(self.zones.len()));
        let reserve = request.reserve(self.min_free);
        self.buddy.give_back_singles(t);
        let start = (0..=highest).rev().find_map(|zone| {
            let left = self.buddy.free_in(zone as u8).checked_sub(reserve)?;
            if left >= request.pages { self.find(zone, request, t) } else { None }
        })?;
        self.claim(FreeRun { start, len: request.pages }, t);
        Some(start)
    }

    fn find(&mut self, zone: usize, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let (low, high) = self.zones[zone];
        let (found, looked) = match &mut self.map {
            Some(map) => {
                let words = map.settle();
                if words > 0 {
                    t.emit(|| Event::Mark { pfn: Pfn(low), words });
                }
                map.find((low, high), request.pages, request)
            }
            None => self.scan(zone, request),
        };
        t.emit(|| Event::Inspect { pfn: found.unwrap_or(Pfn(high - 1)), looked });
        found
    }

    /// Scans a zone; also returns how many frames were examined.
    fn scan(&self, zone: usize, request: &Request) -> (Option<Pfn>, u32) {
        let (low, high) = self.zones[zone];
        let (mut at, mut start, mut looked) = (low, low, 0);
        while at < high {
            looked += 1;
            let Some(len) = self.buddy.free_block(zone as u8, Pfn(at)) else {
                at += 1;
                start = at;
                continue;
            };
            at += len;
            if let Some(place) = request.aligned_up(start)
                && place.checked_add(request.pages).is_some_and(|end| end <= at)
            {
                return (Some(Pfn(place)), looked);
            }
        }
        (None, looked)
    }

    #[inline]
    fn mark(&mut self, run: FreeRun, free: bool, t: &mut impl Trace) {
        if let Some(map) = &mut self.map {
            let words = map.set(run, free);
            t.emit(|| Event::Mark { pfn: run.start, words });
        }
    }
}

impl FrameAllocator for Memarea {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        Ok(request.pages)
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let mut got = None;
        let area = request.gfp.contains(Gfp::AREA);
        if !area && self.is_block(request) {
            got = self.buddy.serve(request, t);
            if let Some(start) = got {
                self.mark(FreeRun { start, len: request.pages }, false, t);
            }
        }
        // For a single page anywhere the scan finds no more than the buddy.
        if got.is_none() && (area || !request.is_single()) {
            got = self.alloc_area(request, t);
        }
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.mark(run, true, t);
        self.buddy.free(run, t);
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.mark(run, false, t);
        self.buddy.claim(run, t);
    }

    fn free_frames(&self) -> u32 {
        self.buddy.free_frames()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        self.buddy.lists()
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.buddy.bytes()? + self.map.as_ref().map_or(0, RunMap::bytes))
    }

    fn check(&self) -> Vec<String> {
        let mut broken = self.buddy.check();
        if self.map.as_ref().is_some_and(|map| !map.is_sound()) {
            broken.push("memarea: a sum of the map is not what lies below it, though it is not stale".into());
        }
        let stray = |(run, _): &(FreeRun, _)| self.map.as_ref().is_some_and(|map| !map.holds(*run));
        broken.extend(self.lists().all_runs().filter(stray).map(|(run, _)| {
            format!("memarea: the map does not know that the {} frames from {} are free", run.len, run.start)
        }));
        if let Some(map) = self.map.as_ref().filter(|map| map.free() != self.free_frames()) {
            broken.push(format!("memarea: the map has {} free frames, the buddy {}", map.free(), self.free_frames()));
        }
        broken
    }

    fn kswapd_wakes(&self) -> Option<u8> {
        self.buddy.kswapd_wakes()
    }

    fn kswapd_sleeps(&mut self) {
        self.buddy.kswapd_sleeps();
    }

    fn lacks(&mut self, top: u8) -> (u32, Pfn) {
        self.buddy.lacks(top)
    }
}

/// Its lists are the buddy's.
impl Describe for Memarea {
    const FIELDS: &'static [&'static str] = Buddy::FIELDS;

    fn list_numbers(config: &Config) -> Vec<u8> {
        Buddy::list_numbers(config)
    }

    fn list_kind(config: &Config, list: u8) -> ListKind {
        Buddy::list_kind(config, list)
    }

    fn may_clear(config: &Config) -> ContigConfig {
        let MemareaConfig { zap_cache, move_pages, swap_out, .. } = config.memarea;
        let ContigConfig { zap, moving, swap, .. } = config.contig;
        ContigConfig { zap: zap && zap_cache, moving: moving && move_pages, swap: swap && swap_out, ..config.contig }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AllocatorKind;

    #[derive(Default)]
    struct Told(Vec<Event>);

    impl Trace for Told {
        fn emit(&mut self, event: impl FnOnce() -> Event) {
            self.0.push(event());
        }
    }

    /// For requests of blocks nothing is done that the buddy alone would not do.
    #[test]
    fn the_buddy_inside_does_what_it_does_alone() {
        let config = Config { frames: 512, allocator: AllocatorKind::Memarea, ..Config::default() };
        let (mut buddy, mut memarea) =
            (Buddy::new(&config, &Usable::all(512)), Memarea::new(&config, &Usable::all(512)));
        let (mut alone, mut inside, mut held) = (Told::default(), Told::default(), Vec::new());
        let mut seed = 1u32;
        for _ in 0..2000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let request = Request::of(1 << ((seed >> 20) % 4));
            if seed >> 30 > 1 && !held.is_empty() {
                let run = held.swap_remove((seed >> 8) as usize % held.len());
                buddy.free(run, &mut alone);
                memarea.free(run, &mut inside);
            } else if let Some(start) = buddy.alloc(&request, &mut alone) {
                assert_eq!(memarea.alloc(&request, &mut inside), Some(start));
                held.push(FreeRun { start, len: request.pages });
            } else {
                alone.0.pop();
                let run: FreeRun = held.swap_remove(0);
                buddy.free(run, &mut alone);
                memarea.free(run, &mut inside);
            }
        }
        assert_eq!(alone.0, inside.0);
    }
}
