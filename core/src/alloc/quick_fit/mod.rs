//! Quick fit: a look-aside list for every short length, one list of the longer runs, where the best fit is split.
//!
//! ```text
//!  1 frame    -> | 17 | 4 | 90 |     alloc(2): the list of 2 is empty, the next that is not is that of 3: 2 given,
//!  2 frames   ->                     1 to the list of 1
//!  3 frames   -> | 40 |
//!  longer     -> | 200: 66 | 300: 724 |     a run freed goes to the head of its length's list, as it is
//! ```
//! Nothing is joined when it is freed; on a miss all free neighbours are, or (`coalesce: "never"`) not even then. Large
//! runs are aligned so that big pages can map them. Of the longer runs the shortest that fits is found in a tree
//! (`longer`), not by reading the whole list; of equal ones the lowest. Invariant: every free run is on its length's
//! list, and none crosses a zone's edge. Sources: Weinstock & Wulf 1988; the segments' allocator of Lee, May 2013.

mod describe;
mod find;
mod longer;
#[cfg(test)]
mod tests;

use super::FrameAllocator;
use super::sets::run_queues::{End, RunQueues};
use crate::alloc::usable::Usable;
use crate::config::{Coalesce, Config, QuickFitConfig};
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use longer::{Longer, LookAside};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A quick-fit allocator over all zones.
#[derive(Clone, Debug)]
pub struct QuickFit {
    settings: QuickFitConfig,
    queues: RunQueues<LookAside>,
    min_free: u32,
}

impl QuickFit {
    /// A quick fit in which the `usable` frames are free, in runs as long as holes and zones allow.
    pub fn new(config: &Config, usable: &Usable) -> QuickFit {
        let (settings, min_free) = (config.quick_fit, config.min_free);
        let longer = vec![Longer::default(); config.effective_zones().len()];
        let lengths = LookAside { lists: settings.lists, longer };
        QuickFit { settings, queues: RunQueues::new(config, lengths, usable), min_free }
    }

    /// Allocates what most requests need: from the highest zone, the head of its length's own list or else of the next
    /// that is not empty.
    #[inline]
    fn at_once(&mut self, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let zone = self.highest(request);
        let free = self.queues.zones[usize::from(zone)].free;
        let wants_alignment = request.align > 1 || pages >= self.settings.large;
        if wants_alignment || free < request.reserve(self.min_free).saturating_add(pages) {
            return None;
        }
        let own = self.queues.list_of(zone, pages);
        if own.list < self.settings.lists && self.queues.has(own) {
            t.emit(|| Event::Fit { pfn: self.queues.head(own).expect("it has one").start, pages, fit: Fit::Exact });
            return self.queues.pop(own, pages, t);
        }
        let list = self.queues.first_filled(zone, own.list)?;
        if list.list == self.settings.lists {
            let head = self.queues.lengths.longer[usize::from(zone)].best_is_head(pages)?;
            t.emit(|| Event::Inspect { pfn: head.start, looked: 1 });
        }
        self.queues.bite(list, pages, End::Low, t)
    }

    #[inline]
    fn highest(&self, request: &Request) -> u8 {
        request.highest(self.queues.zones.len())
    }

    /// Allocates in general: aligned as wished; else after joining neighbours; else as it was asked for.
    #[inline(never)]
    fn search(&mut self, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let wished = request.wished(pages, self.settings.large);
        if let Some(pfn) = self.in_zones(pages, &wished, t) {
            return Some(pfn);
        }
        if pages > 1 && self.settings.coalesce == Coalesce::OnMiss && self.is_loose() && self.free_frames() >= pages {
            self.coalesce(t);
            if let Some(pfn) = self.in_zones(pages, &wished, t) {
                return Some(pfn);
            }
        }
        if wished == *request {
            return None;
        }
        let pfn = self.in_zones(pages, request, t)?;
        t.emit(|| Event::Fit { pfn, pages, fit: Fit::Degraded });
        Some(pfn)
    }

    fn in_zones(&mut self, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        for zone in (0..=self.highest(request)).rev() {
            if self.queues.zones[usize::from(zone)].free < request.reserve(self.min_free).saturating_add(pages) {
                continue;
            }
            if let Some((run, list, start)) = self.find(zone, pages, request, t) {
                let gap = start.0 - run.start.0;
                if run.len == pages && list.list < self.settings.lists {
                    t.emit(|| Event::Fit { pfn: start, pages, fit: Fit::Exact });
                } else if gap > 0 {
                    t.emit(|| Event::Fit { pfn: run.start, pages: gap, fit: Fit::Gap });
                }
                self.queues.cut(run, list, FreeRun { start, len: pages }, t);
                return Some(start);
            }
        }
        None
    }

    fn is_loose(&self) -> bool {
        self.queues.zones.iter().any(|zone| zone.loose)
    }

    /// Joins all free neighbours, lowest first. Every run is visited.
    fn coalesce(&mut self, t: &mut impl Trace) {
        let looked = (0..self.queues.zones.len() as u8).map(|zone| self.queues.join_all(zone, t).before).sum();
        t.emit(|| Event::Inspect { pfn: Pfn(0), looked });
    }
}

impl FrameAllocator for QuickFit {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let (most, given) = self.queues.at_most(request);
        let rounded = self.settings.round.up(request.pages);
        given.map(|pages| if rounded <= most { rounded } else { pages })
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let pages = if request.pages == 1 { 1 } else { self.given(request).ok()? };
        let got = match self.at_once(pages, request, t) {
            None => self.search(pages, request, t),
            got => got,
        };
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        let zone = self.queues.zone_of(run.start);
        let state = &mut self.queues.zones[usize::from(zone)];
        (state.free, state.loose) = (state.free + run.len, true);
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
        Some(self.queues.bytes() + self.queues.lengths.longer.iter().map(Longer::bytes).sum::<usize>())
    }

    fn check(&self) -> Vec<String> {
        let mut broken = self.queues.check("quick_fit");
        let lists = u32::from(self.settings.lists);
        let mut longer = vec![BTreeSet::new(); self.queues.zones.len()];
        for run in self.queues.all().filter(|run| run.len > lists) {
            longer[usize::from(self.queues.zone_of(run.start))].insert(run);
        }
        if self
            .queues
            .lengths
            .longer
            .iter()
            .zip(longer)
            .any(|(kept, found)| kept.all().collect::<BTreeSet<_>>() != found)
        {
            broken.push("quick_fit: the tree of the longer runs is wrong".into());
        }
        broken
    }
}
