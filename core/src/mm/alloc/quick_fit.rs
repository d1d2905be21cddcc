//! Quick fit: a look-aside list for every short length, one list of the longer runs, where the best fit is split.
//!
//! ```text
//!  1 frame    -> | 17 | 4 | 90 |     alloc(2): the list of 2 is empty, the next that is not is that of 3: 2 given,
//!  2 frames   ->                     1 to the list of 1
//!  3 frames   -> | 40 |
//!  longer     -> | 200: 66 | 300: 724 |     a run freed goes to the head of its length's list, as it is
//! ```
//! Nothing is joined when it is freed; on a miss all free neighbours are, or (`coalesce: "never"`) not even then. Large
//! runs are aligned so that big pages can map them. Of the longer runs the shortest that fits is found in a tree, not by
//! reading the whole list; of equal ones the lowest. Invariant: every free run is on its length's list, and none crosses
//! a zone's edge. Sources: Weinstock & Wulf 1988; the segments' allocator of Lee, May 2013.

use super::free_lists::{FreeLists, FreeRun, ListId, stretches};
use super::request::{Gfp, Request};
use super::{FrameAllocator, at_most};
use crate::config::{self, Coalesce, Config};
use crate::lab::event::{Event, Fit, NullTrace, Trace};
use crate::refusal::Refusal;
use crate::units::Pfn;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A quick-fit allocator over all zones.
#[derive(Clone, Debug)]
pub struct QuickFit {
    settings: config::QuickFit,
    lists: FreeLists,
    zones: Vec<Zone>,
    min_free: u32,
    /// Whether anything was freed since neighbours were last joined.
    loose: bool,
}

#[derive(Clone, Debug)]
struct Zone {
    start: u32,
    end: u32,
    free: u32,
    /// The longest run that can ever be free.
    longest: u32,
    longer: Longer,
}

/// The runs too long for a look-aside list: length and start. The one entered last is kept out of the tree: what is cut
/// from again and again is not entered each time.
#[derive(Clone, Debug, Default)]
struct Longer {
    tree: BTreeSet<(u32, u32)>,
    last: Option<(u32, u32)>,
}

impl Longer {
    fn insert(&mut self, run: FreeRun) {
        self.tree.extend(self.last.replace((run.len, run.start.0)));
    }

    fn remove(&mut self, run: FreeRun) {
        let key = (run.len, run.start.0);
        match self.last == Some(key) {
            true => self.last = None,
            false => drop(self.tree.remove(&key)),
        }
    }

    /// Those of `pages` frames or more, the shortest first.
    fn from(&mut self, pages: u32) -> impl Iterator<Item = FreeRun> + '_ {
        let fits = |last: &(u32, u32)| last.0 >= pages;
        if self.last.filter(fits).is_some_and(|last| self.tree.range((pages, 0)..last).next().is_some()) {
            self.tree.extend(self.last.take());
        }
        let last = self.last.filter(fits);
        last.into_iter().chain(self.tree.range((pages, 0)..).copied()).map(as_run)
    }

    fn all(&self) -> impl Iterator<Item = FreeRun> + '_ {
        self.tree.iter().copied().chain(self.last).map(as_run)
    }
}

fn as_run((len, start): (u32, u32)) -> FreeRun {
    FreeRun { start: Pfn(start), len }
}

impl QuickFit {
    /// All frames for which `usable` holds are free, in runs as long as holes and zones allow.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> QuickFit {
        let zone =
            |z: config::Zone| Zone { start: z.start, end: z.end, free: 0, longest: 0, longer: Longer::default() };
        let zones: Vec<Zone> = config.effective_zones().into_iter().map(zone).collect();
        let lists = FreeLists::new(config.frames, zones.len() as u8);
        let (settings, min_free) = (config.quick_fit, config.min_free);
        let mut new = QuickFit { settings, lists, zones, min_free, loose: false };
        for zone in 0..new.zones.len() {
            let (start, end) = (new.zones[zone].start, new.zones[zone].end);
            for run in stretches(start, end, usable) {
                new.zones[zone].longest = new.zones[zone].longest.max(run.len);
                new.zones[zone].free += run.len;
                let tail = new.lists.tail(new.list_of(zone as u8, run.len));
                new.link(run, zone as u8, tail, &mut NullTrace);
            }
        }
        new
    }

    /// Runs of this many frames or more are aligned to it.
    fn wished(&self, pages: u32, request: &Request) -> Request {
        let large = self.settings.large;
        match pages >= large && request.offset == 0 {
            true => Request { align: request.align.max(large), ..*request },
            false => *request,
        }
    }

    /// Aligned as wished; else after joining neighbours; else as it was asked for.
    fn search(&mut self, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let wished = self.wished(pages, request);
        if let Some(pfn) = self.in_zones(pages, &wished, t) {
            return Some(pfn);
        }
        if pages > 1 && self.loose && self.settings.coalesce == Coalesce::OnMiss && self.free_frames() >= pages {
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

    #[inline]
    fn in_zones(&mut self, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let highest = request.zone.unwrap_or(self.zones.len() as u8 - 1);
        let reserve = if request.gfp.contains(Gfp::ATOMIC) { 0 } else { self.min_free };
        for zone in (0..=highest).rev() {
            if self.zones[usize::from(zone)].free < reserve.saturating_add(pages) {
                continue;
            }
            if let Some((run, start)) = self.find(zone, pages, request, t) {
                self.give(run, FreeRun { start, len: pages }, zone, t);
                return Some(start);
            }
        }
        None
    }

    /// The free run to take from, and where in it.
    #[inline]
    fn find(&mut self, zone: u8, pages: u32, request: &Request, t: &mut impl Trace) -> Option<(FreeRun, Pfn)> {
        if request.align > 1 {
            return self.find_aligned(zone, pages, request, t);
        }
        let short = u32::from(self.settings.lists);
        let list = if pages <= short { self.lists.first_filled(zone, pages as u8 - 1)? } else { self.longer(zone) };
        let run = match list == self.longer(zone) {
            false => self.lists.list(list).next().expect("a filled list has a head"),
            true => {
                let run = self.zones[usize::from(zone)].longer.from(pages).next()?;
                t.emit(|| Event::Inspect { pfn: run.start, looked: 1 });
                run
            }
        };
        Some((run, run.start))
    }

    /// The same where not every run that is long enough will do: shorter ones first.
    fn find_aligned(&mut self, zone: u8, pages: u32, request: &Request, t: &mut impl Trace) -> Option<(FreeRun, Pfn)> {
        let short = u32::from(self.settings.lists);
        let look_aside =
            (pages.min(short + 1) - 1..short).flat_map(|n| self.lists.list(ListId { zone, list: n as u8 }));
        let longer = self.zones[usize::from(zone)].longer.from(pages);
        let mut looked = 0;
        let mut last = None;
        let found = look_aside.chain(longer).find_map(|run| {
            (looked, last) = (looked + 1, Some(run.start));
            let start = request.aligned_up(run.start.0)?;
            (start - run.start.0 + pages <= run.len).then_some((run, Pfn(start)))
        });
        if let Some(pfn) = last {
            t.emit(|| Event::Inspect { pfn, looked });
        }
        found
    }

    #[inline]
    fn give(&mut self, run: FreeRun, taken: FreeRun, zone: u8, t: &mut impl Trace) {
        let gap = taken.start.0 - run.start.0;
        if run == taken && taken.len <= u32::from(self.settings.lists) {
            t.emit(|| Event::Fit { pfn: taken.start, pages: taken.len, fit: Fit::Exact });
        } else if gap > 0 {
            t.emit(|| Event::Fit { pfn: run.start, pages: gap, fit: Fit::Gap });
        }
        self.cut(run, taken, zone, t);
    }

    /// Takes frames out of a free run; what is left and right of them goes to the lists of its length.
    #[inline]
    fn cut(&mut self, run: FreeRun, taken: FreeRun, zone: u8, t: &mut impl Trace) {
        self.unlink(run, zone, t);
        self.zones[usize::from(zone)].free -= taken.len;
        let left = taken.start.0 - run.start.0;
        let right = run.len - left - taken.len;
        if left > 0 {
            t.emit(|| Event::Split { pfn: run.start, left, right: run.len - left });
            self.link(FreeRun { start: run.start, len: left }, zone, None, t);
        }
        if right > 0 {
            t.emit(|| Event::Split { pfn: taken.start, left: taken.len, right });
            self.link(FreeRun { start: taken.start.plus(taken.len), len: right }, zone, None, t);
        }
    }

    /// Joins all free neighbours, lowest first.
    fn coalesce(&mut self, t: &mut impl Trace) {
        let mut looked = 0;
        for zone in 0..self.zones.len() as u8 {
            let (mut at, end) = (self.zones[usize::from(zone)].start, self.zones[usize::from(zone)].end);
            while at < end {
                let Some(mut run) = self.run_at(Pfn(at)) else {
                    at += 1;
                    continue;
                };
                looked += 1;
                while let Some(next) = self.run_at(run.start.plus(run.len)).filter(|next| next.start.0 < end) {
                    looked += 1;
                    self.unlink(run, zone, t);
                    self.unlink(next, zone, t);
                    t.emit(|| Event::Merge { pfn: run.start, left: run.len, right: next.len });
                    run.len += next.len;
                    self.link(run, zone, None, t);
                }
                at = run.start.0 + run.len;
            }
        }
        self.loose = false;
        t.emit(|| Event::Inspect { pfn: Pfn(0), looked });
    }

    fn run_at(&self, start: Pfn) -> Option<FreeRun> {
        self.lists.run_at(start).map(|(len, _)| FreeRun { start, len })
    }

    /// The free run that holds a frame: a short one starts close below it.
    fn run_of(&self, pfn: Pfn) -> Option<FreeRun> {
        let holds = |run: &FreeRun| (run.start.0..run.start.0 + run.len).contains(&pfn.0);
        let near = (0..=u32::from(self.settings.lists).min(pfn.0)).find_map(|n| self.run_at(Pfn(pfn.0 - n)));
        let mut longer = self.zones.iter().flat_map(|zone| zone.longer.all());
        near.filter(holds).or_else(|| longer.find(holds))
    }

    #[inline]
    fn link(&mut self, run: FreeRun, zone: u8, prev: Option<Pfn>, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        self.lists.link(run, list, prev);
        if list == self.longer(zone) {
            self.zones[usize::from(zone)].longer.insert(run);
        }
        t.emit(|| Event::Free { run, list, prev, linked: true });
    }

    #[inline]
    fn unlink(&mut self, run: FreeRun, zone: u8, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        let prev = self.lists.unlink(run.start, list);
        if list == self.longer(zone) {
            self.zones[usize::from(zone)].longer.remove(run);
        }
        t.emit(|| Event::Free { run, list, prev, linked: false });
    }

    #[inline]
    fn list_of(&self, zone: u8, len: u32) -> ListId {
        ListId { zone, list: (len - 1).min(u32::from(self.settings.lists)) as u8 }
    }

    #[inline]
    fn longer(&self, zone: u8) -> ListId {
        ListId { zone, list: self.settings.lists }
    }

    #[inline]
    fn zone_of(&self, pfn: Pfn) -> u8 {
        self.zones.iter().position(|zone| pfn.0 < zone.end).expect("every frame is in a zone") as u8
    }
}

impl FrameAllocator for QuickFit {
    fn name(&self) -> &'static str {
        "quick_fit"
    }

    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let highest = request.zone.map_or(self.zones.len(), |zone| usize::from(zone) + 1);
        let most = self.zones[..highest].iter().map(|zone| zone.longest).max().unwrap_or(0);
        let rounded = self.settings.round.up(request.pages);
        at_most(request, most).map(|pages| if rounded <= most { rounded } else { pages })
    }

    #[inline]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let pages = if request.pages == 1 { 1 } else { self.given(request).ok()? };
        let got = self.search(pages, request, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        let zone = self.zone_of(run.start);
        self.zones[usize::from(zone)].free += run.len;
        self.loose = true;
        self.link(run, zone, None, t);
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        let (mut at, end) = (run.start.0, run.start.0 + run.len);
        while at < end {
            let from = self.run_of(Pfn(at)).expect("a frame that is claimed is free");
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
        let mut found = vec![(0, BTreeSet::new()); self.zones.len()];
        for (run, list) in self.lists.all_runs() {
            let zone = self.zone_of(run.start);
            if list != self.list_of(zone, run.len) || run.start.0 + run.len > self.zones[usize::from(zone)].end {
                broken.push(format!("quick_fit: {} frames at {} stand on {list:?}", run.len, run.start));
            }
            let (free, longer) = &mut found[usize::from(zone)];
            *free += run.len;
            if list == self.longer(zone) {
                longer.insert((run.len, run.start.0));
            }
        }
        for (zone, (free, longer)) in self.zones.iter().zip(found) {
            if zone.free != free
                || zone.longer.all().map(|run| (run.len, run.start.0)).collect::<BTreeSet<_>>() != longer
            {
                broken.push(format!("quick_fit: {free} frames are free, {} counted, or the tree is wrong", zone.free));
            }
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Round;
    use crate::lab::event::NullTrace as Quiet;

    fn new(frames: u32, settings: config::QuickFit) -> QuickFit {
        QuickFit::new(&Config { frames, quick_fit: settings, ..Config::default() }, &|_| true)
    }

    fn run(start: u32, len: u32) -> FreeRun {
        FreeRun { start: Pfn(start), len }
    }

    #[test]
    fn the_exact_length_then_the_next_list_then_the_best_fit() {
        let mut q = new(1024, config::QuickFit { lists: 4, ..Default::default() });
        q.claim(run(0, 1024), &mut Quiet);
        for (start, len) in [(10, 2), (20, 3), (30, 9), (50, 7), (70, 2)] {
            q.free(run(start, len), &mut Quiet);
        }
        let mut asked = |pages| q.alloc(&Request::of(pages), &mut Quiet).map(|pfn| pfn.0);
        assert_eq!([asked(2), asked(2)], [Some(70), Some(10)], "last in, first out");
        assert_eq!(asked(2), Some(20), "split: one frame of three is left");
        assert_eq!(asked(2), Some(50), "the shortest of the longer runs");
        assert_eq!([asked(1), asked(5), asked(9), asked(10)], [Some(22), Some(52), Some(30), None]);
        assert_eq!(q.check(), Vec::<String>::new());
    }

    #[test]
    fn neighbours_are_joined_on_a_miss_or_never() {
        for (coalesce, got) in [(Coalesce::OnMiss, Some(Pfn(0))), (Coalesce::Never, None)] {
            let mut q = new(16, config::QuickFit { coalesce, ..Default::default() });
            q.claim(run(0, 16), &mut Quiet);
            q.free_singles(run(0, 16));
            assert_eq!(q.alloc(&Request::of(16), &mut Quiet), got);
        }
    }

    #[test]
    fn large_runs_are_aligned_where_that_fits() {
        let mut q = new(64, config::QuickFit { large: 16, ..Default::default() });
        q.claim(run(0, 3), &mut Quiet);
        assert_eq!(q.alloc(&Request::of(20), &mut Quiet), Some(Pfn(16)));
        assert_eq!(q.alloc(&Request::of(28), &mut Quiet), Some(Pfn(36)), "not aligned, but served");
        assert_eq!(q.alloc(&Request { align: 4, ..Request::of(9) }, &mut Quiet), Some(Pfn(4)));
        assert_eq!(q.check(), Vec::<String>::new());
    }

    #[test]
    fn lengths_are_rounded() {
        let eighth: Vec<u32> = [1, 7, 9, 15, 17, 33, 100].map(|n| Round::Eighth.up(n)).into();
        assert_eq!(eighth, [1, 7, 9, 15, 18, 36, 104]);
        let q = new(100, config::QuickFit { round: Round::PowerOfTwo, ..Default::default() });
        let given = |pages| q.given(&Request::of(pages)).ok();
        assert_eq!([given(33), given(65), given(101)], [Some(64), Some(65), None], "no more than there is");
    }
}
