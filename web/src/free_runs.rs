//! Which run of a free list holds a frame. Inside a command a free frame may be in none: it has just been taken, or is
//! about to be given back.

use pageturner::lab::time::view::View;
use pageturner::units::Pfn;
use pageturner::vocabulary::free_lists::FreeRun;

/// Finds the free run that holds a frame. Frames are looked up in rising order, mostly of one run.
#[derive(Debug)]
pub struct Runs<'a, F> {
    view: &'a View,
    /// Whether the frame of this number is free.
    is_free: F,
    last: Option<FreeRun>,
    /// The last free frame that was found to be in no run.
    missed: Option<u32>,
}

impl<'a, F: Fn(u32) -> bool> Runs<'a, F> {
    /// Begins looking up frames in a view's free lists.
    pub fn new(view: &'a View, is_free: F) -> Runs<'a, F> {
        Runs { view, is_free, last: None, missed: None }
    }

    /// The free run that holds the frame, if one does.
    pub fn of(&mut self, pfn: u32) -> Option<FreeRun> {
        if !self.last.is_some_and(|run| holds(run, pfn)) {
            self.last = self.search(pfn);
            if self.last.is_none() {
                self.missed = Some(pfn);
            }
        }
        self.last
    }

    fn search(&self, pfn: u32) -> Option<FreeRun> {
        let start_at = |n| self.view.free().run_at(Pfn(n)).map(|(len, _)| FreeRun { start: Pfn(n), len });
        // Below a frame that is in no run none can begin that holds this one.
        let lowest = self.missed.filter(|missed| *missed < pfn).map_or(0, |missed| missed + 1);
        let mut free = (lowest..=pfn).rev().take_while(|n| (self.is_free)(*n));
        free.find_map(start_at).filter(|run| holds(*run, pfn))
    }
}

/// Whether a run holds the frame.
pub fn holds(run: FreeRun, pfn: u32) -> bool {
    pfn >= run.start.0 && pfn - run.start.0 < run.len
}
