//! Page arrays: free runs of any length on queues by length, joined lazily.
//!
//! ```text
//! 1 frame   -> | 17 | 4 | 90 |       alloc(3): nothing on the queue of 3, the next that is filled is that of 5: its
//! 5 frames  -> | 40 |                tail 42..44 is given, the head 40..41 stays free, on the queue of 2
//! 513..1024 -> | 200: 824 |          free: the array goes to the head of its queue as it is, no neighbour is read
//! ```
//! Only a request that finds no array long enough has neighbours joined, all of them, whatever their lengths: one frame
//! beside four makes five. Single frames, nearly all requests, never wait for that: theirs is a stack and a bit. Giving
//! the tail leaves an array's start where it is, so a long one only gets its new length.
//!
//! The mail leaves open: queues are last in, first out, because what was freed last is most likely still in the cache.
//! And "up to a suitably arbitrary maximum": an array has `maximum` frames at most, if that is set. It is not by
//! default, because of a stretch that is cut no array serves an aligned request that lies across the cut (a window of
//! free frames does, `mm/compact/contig`). Arrays longer than the longest with a queue of its own have one for every
//! doubling. Invariant: every array is on its length's queue and within one zone; joined eagerly and without a maximum,
//! no two are neighbours. Source: Jagdis, Nov 1996; boundary tags: Knuth 1968.

mod describe;
mod find;
mod length;

use super::FrameAllocator;
use super::sets::run_queues::{End, RunQueues};
use crate::alloc::usable::Usable;
use crate::config::{Config, Joining, PageArrayConfig};
use crate::refusal::{Refusal, refuse};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use length::ByLength;
pub use length::queue_of;
use std::borrow::Cow;

/// Page arrays over all zones.
#[derive(Clone, Debug)]
pub struct PageArray {
    settings: PageArrayConfig,
    queues: RunQueues<ByLength>,
    min_free: u32,
}

impl PageArray {
    /// Page arrays in which the `usable` frames are free, in arrays as long as holes and zones allow.
    pub fn new(config: &Config, usable: &Usable) -> PageArray {
        let (settings, min_free) = (config.page_array, config.min_free);
        PageArray { settings, queues: RunQueues::new(config, ByLength::new(config), usable), min_free }
    }

    #[inline]
    fn highest(&self, request: &Request) -> u8 {
        request.highest(self.queues.zones.len())
    }

    /// Allocates what nearly every request needs: from the highest zone, the head of its length's own queue or else of
    /// the next that is filled.
    #[inline]
    fn at_once(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let (zone, pages) = (self.highest(request), request.pages);
        let free = self.queues.zones[usize::from(zone)].free;
        if request.align > 1
            || pages > u32::from(self.settings.longest)
            || free < request.reserve(self.min_free).saturating_add(pages)
        {
            return None;
        }
        let own = ListId { zone, list: pages as u8 };
        if let Some(pfn) = self.queues.pop(own, pages, t) {
            t.emit(|| Event::Fit { pfn, pages, fit: Fit::Exact });
            return Some(pfn);
        }
        self.queues.bite(self.queues.first_filled(zone, own.list)?, pages, End::High, t)
    }

    /// Allocates in general: from any zone, at any alignment; joins neighbours on a miss.
    #[inline(never)]
    fn search(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        for zone in (0..=self.highest(request)).rev() {
            let state = &self.queues.zones[usize::from(zone)];
            let loose = state.loose;
            if state.free < request.reserve(self.min_free).saturating_add(request.pages) {
                continue;
            }
            let mut found = self.find(zone, request, t);
            // Where joining stops at a maximum, what is cut off an array leaves neighbours that fit together again.
            if found.is_none() && (loose || self.settings.maximum > 0) && request.pages > 1 {
                self.join_all(zone, t);
                found = self.find(zone, request, t);
            }
            if let Some((array, list, start)) = found {
                self.queues.cut(array, list, FreeRun { start, len: request.pages }, t);
                if array.len == request.pages {
                    t.emit(|| Event::Fit { pfn: start, pages: array.len, fit: Fit::Exact });
                }
                return Some(start);
            }
        }
        None
    }

    /// Joins all free neighbours of a zone, lowest first. Every frame in use is visited, and every array.
    fn join_all(&mut self, zone: u8, t: &mut impl Trace) {
        let joined = self.queues.join_all(zone, t);
        let state = &self.queues.zones[usize::from(zone)];
        let (last, looked) = (Pfn(state.end - 1), state.end - state.start - state.free + joined.before);
        t.emit(|| Event::Inspect { pfn: last, looked });
        t.emit(|| Event::Coalesce { zone, before: joined.before, after: joined.after });
    }

    /// Takes the free neighbours of a run out of their queues and adds them to it, up to the maximum.
    fn join_neighbours(&mut self, mut run: FreeRun, zone: u8, t: &mut impl Trace) -> FreeRun {
        let (start, end) = (self.queues.zones[usize::from(zone)].start, self.queues.zones[usize::from(zone)].end);
        let most = self.settings.most();
        if let Some(next) = self.queues.at(run.start.0 + run.len).filter(|next| next.start.0 < end)
            && run.len.saturating_add(next.len) <= most
        {
            self.queues.unlink(next, self.queues.list_of(zone, next.len), t);
            t.emit(|| Event::Join { pfn: run.start, left: run.len, right: next.len });
            run.len += next.len;
        }
        if run.start.0 > start
            && let Some(before) = self.queues.at(self.queues.lengths.first_of(run.start.0 - 1))
            && before.start.0 + before.len == run.start.0
            && before.len.saturating_add(run.len) <= most
        {
            self.queues.unlink(before, self.queues.list_of(zone, before.len), t);
            t.emit(|| Event::Join { pfn: before.start, left: before.len, right: run.len });
            run = FreeRun { start: before.start, len: before.len + run.len };
        }
        run
    }
}

impl FrameAllocator for PageArray {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let PageArrayConfig { maximum, .. } = self.settings;
        if maximum > 0 && request.pages > maximum {
            let what = format!("alloc: {} pages are more than an array has, {maximum}", request.pages);
            return refuse(what, format!("ask for at most {maximum}, or set a larger page_array.maximum"));
        }
        self.queues.at_most(request).1
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let got = match self.at_once(request, t) {
            None => self.search(request, t),
            got => got,
        };
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        let zone = self.queues.zone_of(run.start);
        let state = &mut self.queues.zones[usize::from(zone)];
        state.free += run.len;
        if self.settings.coalesce == Joining::Lazy {
            state.loose = true;
            return self.queues.link(run, zone, t);
        }
        let run = self.join_neighbours(run, zone, t);
        self.queues.link(run, zone, t);
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.queues.claim(run, t);
    }

    fn free_frames(&self) -> u32 {
        self.queues.free_frames()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        Cow::Owned(self.queues.lists())
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.queues.bytes() + self.queues.lengths.bytes())
    }

    fn check(&self) -> Vec<String> {
        let mut broken = self.queues.check("page_array");
        let mut last = None;
        for run in self.queues.all() {
            let zone = self.queues.zone_of(run.start);
            if run.len > self.settings.most() {
                broken.push(format!("page_array: the array at {} is longer than the maximum", run.start));
            }
            let all_joined = !self.queues.zones[usize::from(zone)].loose && self.settings.maximum == 0;
            if all_joined && last == Some((zone, run.start)) {
                broken.push(format!("page_array: the array at {} is not joined to the one before", run.start));
            }
            last = Some((zone, run.start.plus(run.len)));
        }
        broken
    }

    fn joins_on_miss(&self, request: &Request) -> bool {
        let PageArrayConfig { coalesce, reclaim_neighbours, .. } = self.settings;
        reclaim_neighbours && coalesce == Joining::Lazy && request.pages > 1
    }
}
