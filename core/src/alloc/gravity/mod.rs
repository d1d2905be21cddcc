//! Gravity: the large free areas sink to the bottom of memory.
//!
//! ```text
//!   bottom                                                                              top
//!   | in use: long | F R E E   A R E A . . . . . . . . . . | fragment | used | fragment | used |
//!     long requests -> take the lowest area, its bottom     short ones take the smallest run that is long
//!                                                           enough, the highest of equal ones, its top <-
//! ```
//! Free runs of `keep` frames or more are areas, found in two orders: by address, where long requests go to the
//! leftmost that is long enough, and by size (between two powers of two by address), where short ones gnaw at the
//! first until it is a fragment. Shorter runs are fragments, in bitmaps by length: single frames, nearly all requests,
//! look no further.
//!
//! The mail wished for balanced trees, and for one piece of code that all can share. With `tree` areas are found in one
//! (`tree`, `trees::balanced`), to see what it takes; the answers are the same.
//!
//! Long requests that take the bottom leave the longest area wherever they end. With `sink` they take the highest
//! area that is long enough, at its top, so that memory is used from the top down whatever is asked for, and the
//! longest area does sink.
//!
//! Why it is fast: what is free is one bitmap (`frame_bits`), and the structure follows from that alone. So a release
//! sets a bit, and runs that touch are joined by that. What an order knows of a word of 64 frames may be too much until
//! a search comes there (`areas`): then taking frames changes nothing, and no node of a tree is ever moved.
//!
//! Discrimination: the last `areas` areas are left alone by short requests, which have others reclaim first, unless
//! they are atomic or there is nothing to reclaim (`alloc_kept`). Frames of an area beyond a multiple of `keep` are
//! nobody's area and may go. Sources: Keith and van Riel, linux-mm, around 1998, where balanced trees, taking from
//! the left and the right end, and "doesn't take pages from 64k free areas unless there are enough of them or the
//! priority is high enough" are wished for or described; the rest is ours.

mod areas;
mod check;
mod describe;
mod find;
mod fragments;
mod gnawed;
mod index;
mod treap;
mod tree;
mod zone;

use super::sets::frame_bits::Part;
use super::{FrameAllocator, Kept, at_most};
use crate::alloc::usable::Usable;
use crate::config::Config;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::{Gfp, Request};
use crate::vocabulary::trace::{NullTrace, Trace};
use std::borrow::Cow;
use zone::ZoneRuns;

/// A gravity allocator over all zones.
#[derive(Clone, Debug)]
pub struct Gravity {
    zones: Vec<ZoneRuns>,
    frames: u32,
    min_free: u32,
    /// Areas that short requests leave alone.
    areas: u32,
}

impl Gravity {
    /// A gravity in which the `usable` frames are free.
    pub fn new(config: &Config, usable: &Usable) -> Gravity {
        let zones = config.effective_zones().into_iter().enumerate().map(|(n, zone)| {
            let mut new = ZoneRuns::new(n as u8, zone.start, zone.end - zone.start, &config.gravity);
            for run in usable.within(zone.start, zone.end) {
                new.most = new.most.max(run.len);
                new.give(Part { start: run.start.0 - zone.start, len: run.len }, &mut NullTrace);
            }
            new
        });
        let zones = zones.collect();
        Gravity { zones, frames: config.frames, min_free: config.min_free, areas: config.gravity.areas }
    }

    #[inline]
    fn search(&mut self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<Pfn> {
        let highest = usize::from(request.highest(self.zones.len()));
        let reserve = request.reserve(self.min_free);
        for zone in self.zones[..=highest].iter_mut().rev() {
            if zone.free < reserve.saturating_add(request.pages) {
                continue;
            }
            if let Some((from, start)) = zone.find(request, spare, t) {
                let pfn = Pfn(zone.start + start);
                if from.len == request.pages {
                    t.emit(|| Event::Fit { pfn, pages: from.len, fit: Fit::Exact });
                }
                zone.take(from, Part { start, len: request.pages }, t);
                return Some(pfn);
            }
        }
        None
    }

    /// The parts of a run that lie in each zone.
    #[inline]
    fn in_zones(&mut self, run: FreeRun, mut each: impl FnMut(&mut ZoneRuns, Part)) {
        let (mut at, end) = (run.start.0, run.start.0 + run.len);
        for zone in &mut self.zones {
            let stop = end.min(zone.start + zone.len);
            if at < stop {
                each(zone, Part { start: at - zone.start, len: stop - at });
                at = stop;
            }
        }
    }
}

impl FrameAllocator for Gravity {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let highest = usize::from(request.highest(self.zones.len()));
        let most = self.zones[..=highest].iter().map(|zone| zone.most).max().unwrap_or(0);
        at_most(request, most)
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let spare = if request.gfp.contains(Gfp::ATOMIC) { 0 } else { self.areas };
        let got = self.search(request, spare, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.in_zones(run, |zone, part| zone.give(part, t));
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.in_zones(run, |zone, part| {
            let from = zone.part_of(part.start).expect("a frame that is claimed is free");
            zone.take(from, part, t);
        });
    }

    fn free_frames(&self) -> u32 {
        self.zones.iter().map(|zone| zone.free).sum()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        let mut lists = FreeLists::unordered(self.frames, self.zones.len() as u8);
        for zone in &self.zones {
            for part in zone.parts() {
                let run = FreeRun { start: Pfn(zone.start + part.start), len: part.len };
                lists.link(run, zone.list_of(part), None);
            }
        }
        Cow::Owned(lists)
    }

    fn area_trees(&self) -> Vec<AreaTree> {
        self.zones.iter().filter_map(|zone| zone.tree.clone()).collect()
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.zones.iter().map(ZoneRuns::bytes).sum())
    }

    fn check(&self) -> Vec<String> {
        self.zones.iter().flat_map(ZoneRuns::check).collect()
    }

    /// The lowest areas of each zone, if the request is a short one.
    fn kept(&self, request: &Request) -> Kept {
        match request.gfp.contains(Gfp::ATOMIC) {
            true => Kept::default(),
            false => Kept(self.zones.iter().flat_map(|zone| zone.kept(request.pages, self.areas)).collect()),
        }
    }

    /// Allocates also from the last areas.
    fn alloc_kept(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let got = self.search(request, 0, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }
}
