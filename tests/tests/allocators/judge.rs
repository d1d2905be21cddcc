//! An allocator together with what it must agree with: a bit per frame, the fold of its events, the oracle.

use super::Finds;
use super::oracle::{Bits, find, zones_for};
use pageturner::alloc::usable::Usable;
use pageturner::alloc::{Allocator, FrameAllocator};
use pageturner::config::Config;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::{FreeLists, FreeRun};
use pageturner::vocabulary::request::Request;
use pageturner::vocabulary::trace::{NullTrace, Trace};

/// An allocator under judgement. Every method panics with the state if something is wrong.
#[derive(Clone)]
pub struct Judge {
    config: Config,
    finds: Finds,
    pub alloc: Allocator,
    pub free: Bits,
    /// The frames that are there at all.
    all: Bits,
    /// Folded from the events, as the view does; `None`: nobody listens.
    fold: Option<FreeLists>,
}

/// Folds free lists, counts the requests that are told.
struct Fold<'a> {
    lists: &'a mut FreeLists,
    told: u32,
}

impl Trace for Fold<'_> {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Free { run, list, prev, linked: true } => self.lists.link(run, list, prev),
            Event::Free { run, list, prev, linked: false } => {
                assert_eq!(self.lists.run_at(run.start), Some((run.len, list)), "{run:?} leaves a list it is not on");
                assert_eq!(self.lists.unlink(run.start, list), prev, "{run:?} stands behind another");
            }
            Event::Alloc { .. } => self.told += 1,
            _ => {}
        }
    }
}

impl Judge {
    pub fn new(config: &Config, finds: Finds, listen: bool, usable: impl Fn(u32) -> bool) -> Judge {
        let alloc = Allocator::new(config, &Usable::those(config.frames, |pfn| usable(pfn.0)));
        let fold = listen.then(|| alloc.lists().into_owned());
        let all = Bits::new(config.frames, usable);
        Judge { config: config.clone(), finds, alloc, free: all.clone(), all, fold }
    }

    /// Asks for a run; if it is given, it was free and is what was asked for, and if not, there is none.
    pub fn alloc(&mut self, request: &Request, complete: bool) -> Option<FreeRun> {
        let Ok(len) = self.alloc.given(request) else {
            let could = find(&self.config, self.finds, &self.all, request);
            assert!(self.finds == Finds::Less || could.is_none(), "{request:?} is refused, {could:?} could serve it");
            return None;
        };
        let got = match &mut self.fold {
            None => self.alloc.alloc(request, &mut NullTrace),
            Some(lists) => {
                let mut fold = Fold { lists, told: 0 };
                let got = self.alloc.alloc(request, &mut fold);
                assert_eq!(fold.told, 1, "a request is told once");
                got
            }
        };
        match got {
            Some(start) => self.take(request, FreeRun { start, len }),
            None if complete && self.finds != Finds::Less => {
                let found = find(&self.config, self.finds, &self.free, request);
                assert_eq!(found, None, "{request:?} was not served: {:?}", self.alloc.lists());
            }
            None => {}
        }
        got.map(|start| FreeRun { start, len })
    }

    fn take(&mut self, request: &Request, run: FreeRun) {
        let end = run.start.0 + run.len;
        let inside = zones_for(&self.config, request).iter().any(|(low, high)| *low <= run.start.0 && end <= *high);
        assert!(run.len >= request.pages && inside, "{request:?} is given {run:?}: too short, or not in its zones");
        assert!(request.fits_at(run.start.0), "{request:?} is given {run:?}: not aligned");
        assert!(self.free.has_all(run), "{request:?} is given {run:?}, which is not free");
        self.free.set(run, false);
    }

    pub fn free(&mut self, run: FreeRun) {
        assert!(self.free.has_none(run), "the test frees what was given");
        self.free.set(run, true);
        self.told(|alloc, fold| alloc.free(run, fold), |alloc| alloc.free(run, &mut NullTrace));
    }

    pub fn claim(&mut self, run: FreeRun) {
        assert!(self.free.has_all(run), "the test claims what is free");
        self.free.set(run, false);
        self.told(|alloc, fold| alloc.claim(run, fold), |alloc| alloc.claim(run, &mut NullTrace));
    }

    fn told(&mut self, heard: impl FnOnce(&mut Allocator, &mut Fold), unheard: impl FnOnce(&mut Allocator)) {
        match &mut self.fold {
            None => unheard(&mut self.alloc),
            Some(lists) => heard(&mut self.alloc, &mut Fold { lists, told: 0 }),
        }
    }

    /// The allocator's own invariants hold, its lists hold exactly the free frames, and they are the fold's.
    pub fn check(&self) {
        let broken = self.alloc.check();
        assert!(broken.is_empty(), "{broken:?}");
        let lists = self.alloc.lists();
        let mut listed = Bits::new(self.config.frames, |_| false);
        let edges: Vec<u32> = self.config.effective_zones().iter().map(|zone| zone.end).collect();
        for (run, list) in lists.all_runs() {
            assert!(listed.has_none(run), "{run:?} is listed twice");
            listed.set(run, true);
            let end = edges[usize::from(list.zone)];
            assert!(run.start.0 + run.len <= end, "{run:?} crosses the edge of zone {}", list.zone);
        }
        assert!(listed == self.free, "lists {listed:?}, free {:?}", self.free);
        assert_eq!(self.alloc.free_frames(), self.free.count());
        if let Some(fold) = &self.fold {
            assert!(*fold == *lists, "the fold of the events is not the lists: {fold:?}, {lists:?}");
        }
    }

    /// The free frame at or behind `from`, going round.
    pub fn free_at(&self, from: u32) -> Option<Pfn> {
        let frames = self.config.frames;
        (0..frames).map(|n| (from + n) % frames).find(|n| self.free.has(*n)).map(Pfn)
    }
}
