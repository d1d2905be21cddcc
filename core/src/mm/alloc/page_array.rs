//! Page arrays: free runs of any length on queues by length, joined lazily.
//!
//! ```text
//! 1 frame   -> | 17 | 4 | 90 |       alloc(3): nothing on the queue of 3, the next that is filled is that of 5: its
//! 5 frames  -> | 40 |                tail 42..44 is given, the head 40..41 stays free, on the queue of 2
//! 513..1024 -> | 200: 824 |          free: the array goes to the head of its queue as it is, nobody looks at neighbours
//! ```
//! Only a request that finds no array long enough has neighbours joined, all of them, whatever their lengths: one frame
//! beside four makes five. Single frames, nearly all requests, never wait for that. Giving the tail leaves an array's start
//! where it is, so a long one is only told its new length.
//!
//! The mail leaves open: queues are last in, first out, because what was freed last is most likely still in the cache. And
//! arrays longer than the longest with a queue of its own are not cut to that maximum, because a stretch could not serve
//! an aligned request that lies across the cut: they have a queue for every doubling. Invariant: every array is on its
//! length's queue and within one zone; joined eagerly, no two are neighbours. Source: Jagdis, Nov 1996; boundary tags:
//! Knuth 1968.

use super::free_lists::{FreeLists, FreeRun, LISTS_PER_ZONE, ListId, stretches};
use super::request::{Gfp, Request};
use super::{FrameAllocator, at_most};
use crate::config::{self, Config, Joining};
use crate::lab::event::{Event, Fit, NullTrace, Trace};
use crate::refusal::Refusal;
use crate::units::Pfn;
use std::borrow::Cow;

/// Arrays of a queue looked at before a longer one is split, where not every array of the queue is long enough.
const LOOK: usize = 8;

/// Page arrays over all zones.
#[derive(Clone, Debug)]
pub struct PageArray {
    settings: config::PageArray,
    lists: FreeLists,
    zones: Vec<Zone>,
    min_free: u32,
    /// Joined eagerly only: of each array's last frame, its first. What is stale does not agree with the lists.
    firsts: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Zone {
    start: u32,
    end: u32,
    free: u32,
    /// The longest array that there can ever be.
    most: u32,
    /// Whether anything was freed since neighbours were last joined.
    loose: bool,
}

impl PageArray {
    /// All frames for which `usable` holds are free, in arrays as long as holes and zones allow.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> PageArray {
        let zones = config.effective_zones();
        let (settings, min_free) = (config.page_array, config.min_free);
        let lists = FreeLists::new(config.frames, zones.len() as u8);
        let firsts = if settings.coalesce == Joining::Eager { vec![0; config.frames as usize] } else { Vec::new() };
        let mut new = PageArray { settings, lists, zones: Vec::new(), min_free, firsts };
        for (n, zone) in zones.into_iter().enumerate() {
            let arrays = stretches(zone.start, zone.end, usable);
            let (free, most) = (arrays.iter().map(|a| a.len).sum(), arrays.iter().map(|a| a.len).max().unwrap_or(0));
            new.zones.push(Zone { start: zone.start, end: zone.end, free, most, loose: false });
            arrays.into_iter().rev().for_each(|array| new.link(array, n as u8, &mut NullTrace));
        }
        new
    }

    /// The zone whose neighbours `alloc` is going to join for a request, if it is.
    pub(crate) fn going_to_join(&self, request: &Request) -> Option<std::ops::Range<u32>> {
        let highest = request.zone.unwrap_or(self.zones.len() as u8 - 1);
        let zone = &self.zones[usize::from(highest)];
        let lazy = request.pages > 1 && self.settings.coalesce == Joining::Lazy;
        (lazy && self.find(highest, request, &mut NullTrace).is_none()).then_some(zone.start..zone.end)
    }

    #[inline]
    fn search(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let highest = request.zone.unwrap_or(self.zones.len() as u8 - 1);
        let reserve = if request.gfp.contains(Gfp::ATOMIC) { 0 } else { self.min_free };
        for zone in (0..=highest).rev() {
            let state = &self.zones[usize::from(zone)];
            if state.free < reserve.saturating_add(request.pages) {
                continue;
            }
            let loose = state.loose && request.pages > 1;
            let mut found = self.find(zone, request, t);
            if found.is_none() && loose {
                self.join_all(zone, t);
                found = self.find(zone, request, t);
            }
            if let Some((array, start)) = found {
                self.cut(array, FreeRun { start, len: request.pages }, zone, t);
                return Some(start);
            }
        }
        None
    }

    /// The array to take from, and where in it: its tail, or as near to it as the alignment allows.
    #[inline]
    fn find(&self, zone: u8, request: &Request, t: &mut impl Trace) -> Option<(FreeRun, Pfn)> {
        let own = self.list_of(zone, request.pages);
        if request.align == 1 && request.pages <= u32::from(self.settings.longest) {
            return self.tail(self.lists.first_filled(zone, own.list)?, request);
        }
        self.find_by_looking(own, request, t)
    }

    #[inline]
    fn tail(&self, list: ListId, request: &Request) -> Option<(FreeRun, Pfn)> {
        self.lists.list(list).next().map(|head| (head, head.start.plus(head.len - request.pages)))
    }

    /// The same where not every array of a queue will do, from a queue upwards.
    fn find_by_looking(&self, from: ListId, request: &Request, t: &mut impl Trace) -> Option<(FreeRun, Pfn)> {
        let (mut looked, mut last) = (0, None);
        let mut fits = |array: FreeRun| {
            (looked, last) = (looked + 1, Some(array.start));
            let start = request.aligned_down((array.start.0 + array.len).checked_sub(request.pages)?)?;
            (start >= array.start.0).then_some((array, Pfn(start)))
        };
        let mut found = self.lists.list(from).take(LOOK).find_map(&mut fits);
        if found.is_none() && request.align == 1 {
            found = self.lists.first_filled(from.zone, from.list + 1).and_then(|list| self.tail(list, request));
        }
        if found.is_none() {
            let lists = (from.list..LISTS_PER_ZONE as u8).map(|list| ListId { list, ..from });
            found = lists.flat_map(|list| self.lists.list(list)).find_map(fits);
        }
        if let Some(pfn) = last {
            t.emit(|| Event::Inspect { pfn, looked });
        }
        found
    }

    /// Takes frames out of an array; what is left and right of them goes to the queues of its length.
    #[inline]
    fn cut(&mut self, array: FreeRun, taken: FreeRun, zone: u8, t: &mut impl Trace) {
        self.unlink(array, zone, t);
        self.zones[usize::from(zone)].free -= taken.len;
        let left = taken.start.0 - array.start.0;
        let right = array.len - left - taken.len;
        if left + right == 0 {
            return t.emit(|| Event::Fit { pfn: taken.start, pages: taken.len, fit: Fit::Exact });
        }
        if left > 0 {
            t.emit(|| Event::Split { pfn: array.start, left, right: array.len - left });
            self.link(FreeRun { start: array.start, len: left }, zone, t);
        }
        if right > 0 {
            t.emit(|| Event::Split { pfn: taken.start, left: taken.len, right });
            self.link(FreeRun { start: taken.start.plus(taken.len), len: right }, zone, t);
        }
    }

    /// Joins all free neighbours of a zone, lowest first.
    #[cold]
    fn join_all(&mut self, zone: u8, t: &mut impl Trace) {
        let Zone { start, end, .. } = self.zones[usize::from(zone)];
        let (mut at, mut looked, mut before, mut after) = (start, 0, 0, 0);
        while at < end {
            looked += 1;
            let Some(first) = self.array_at(at) else {
                at += 1;
                continue;
            };
            let mut array = first;
            before += 1;
            after += 1;
            while let Some(next) = self.array_at(array.start.0 + array.len).filter(|next| next.start.0 < end) {
                (looked, before) = (looked + 1, before + 1);
                if array == first {
                    self.unlink(first, zone, t);
                }
                self.unlink(next, zone, t);
                t.emit(|| Event::Merge { pfn: array.start, left: array.len, right: next.len });
                array.len += next.len;
            }
            if array != first {
                self.link(array, zone, t);
            }
            at = array.start.0 + array.len;
        }
        self.zones[usize::from(zone)].loose = false;
        t.emit(|| Event::Inspect { pfn: Pfn(end - 1), looked });
        t.emit(|| Event::Coalesce { zone, before, after });
    }

    /// Takes the free neighbours of a run out of their queues and adds them to it.
    fn join_neighbours(&mut self, mut run: FreeRun, zone: u8, t: &mut impl Trace) -> FreeRun {
        let Zone { start, end, .. } = self.zones[usize::from(zone)];
        if let Some(next) = self.array_at(run.start.0 + run.len).filter(|next| next.start.0 < end) {
            self.unlink(next, zone, t);
            t.emit(|| Event::Merge { pfn: run.start, left: run.len, right: next.len });
            run.len += next.len;
        }
        if run.start.0 > start
            && let Some(before) = self.array_at(self.firsts[run.start.index() - 1])
            && before.start.0 + before.len == run.start.0
        {
            self.unlink(before, zone, t);
            t.emit(|| Event::Merge { pfn: before.start, left: before.len, right: run.len });
            run = FreeRun { start: before.start, len: before.len + run.len };
        }
        run
    }

    #[inline]
    fn array_at(&self, start: u32) -> Option<FreeRun> {
        self.lists.run_at(Pfn(start)).map(|(len, _)| FreeRun { start: Pfn(start), len })
    }

    /// The array that holds a frame: one with a queue of its length starts close below it.
    fn array_of(&self, pfn: Pfn) -> Option<FreeRun> {
        let holds = |run: &FreeRun| (run.start.0..run.start.0 + run.len).contains(&pfn.0);
        let near = (0..=u32::from(self.settings.longest).min(pfn.0)).find_map(|n| self.array_at(pfn.0 - n));
        let zone = self.zone_of(pfn);
        let mut longer = (self.settings.longest + 1..LISTS_PER_ZONE as u8).map(|list| ListId { zone, list });
        near.filter(holds).or_else(|| longer.find_map(|list| self.lists.list(list).find(holds)))
    }

    #[inline]
    fn link(&mut self, run: FreeRun, zone: u8, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        self.lists.link(run, list, None);
        if let Some(first) = self.firsts.get_mut((run.start.0 + run.len - 1) as usize) {
            *first = run.start.0;
        }
        t.emit(|| Event::Free { run, list, prev: None, linked: true });
    }

    #[inline]
    fn unlink(&mut self, run: FreeRun, zone: u8, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        let prev = self.lists.unlink(run.start, list);
        t.emit(|| Event::Free { run, list, prev, linked: false });
    }

    #[inline]
    fn list_of(&self, zone: u8, len: u32) -> ListId {
        ListId { zone, list: queue_of(self.settings.longest, len) }
    }

    #[inline]
    fn zone_of(&self, pfn: Pfn) -> u8 {
        self.zones.iter().position(|zone| pfn.0 < zone.end).expect("every frame is in a zone") as u8
    }
}

/// Queues are numbered by length up to the longest; behind it stand those of twice, four times, ... its length at most.
#[inline]
pub fn queue_of(longest: u8, len: u32) -> u8 {
    if len <= u32::from(longest) { len as u8 } else { longest + 1 + ((len - 1) / u32::from(longest)).ilog2() as u8 }
}

impl FrameAllocator for PageArray {
    fn name(&self) -> &'static str {
        "page_array"
    }

    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let highest = request.zone.map_or(self.zones.len(), |zone| usize::from(zone) + 1);
        let most = self.zones[..highest].iter().map(|zone| zone.most).max().unwrap_or(0);
        at_most(request, most)
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let got = self.search(request, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        let zone = self.zone_of(run.start);
        let state = &mut self.zones[usize::from(zone)];
        state.free += run.len;
        if self.settings.coalesce == Joining::Lazy {
            state.loose = true;
            return self.link(run, zone, t);
        }
        let run = self.join_neighbours(run, zone, t);
        self.link(run, zone, t);
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        let (mut at, end) = (run.start.0, run.start.0 + run.len);
        while at < end {
            let from = self.array_of(Pfn(at)).expect("a frame that is claimed is free");
            let taken = FreeRun { start: Pfn(at), len: end.min(from.start.0 + from.len) - at };
            self.cut(from, taken, self.zone_of(from.start), t);
            at += taken.len;
        }
    }

    fn free_frames(&self) -> u32 {
        self.zones.iter().map(|zone| zone.free).sum()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        Cow::Borrowed(&self.lists)
    }

    fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut free = vec![0; self.zones.len()];
        let mut last = None;
        for (run, list) in self.lists.all_runs() {
            let zone = self.zone_of(run.start);
            free[usize::from(zone)] += run.len;
            if list != self.list_of(zone, run.len) || run.start.0 + run.len > self.zones[usize::from(zone)].end {
                broken.push(format!("page_array: {} frames at {} stand on {list:?}", run.len, run.start));
            }
            if !self.zones[usize::from(zone)].loose && last == Some((zone, run.start)) {
                broken.push(format!("page_array: the array at {} is not joined to the one before", run.start));
            }
            last = Some((zone, run.start.plus(run.len)));
        }
        if self.zones.iter().map(|zone| zone.free).ne(free) {
            broken.push("page_array: free frames are counted wrong".into());
        }
        broken
    }
}
