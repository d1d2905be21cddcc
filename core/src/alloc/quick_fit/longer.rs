//! The runs too long for a look-aside list, by length, so that the best fit is found without reading them all.
//!
//! ```text
//!   tree   (70, 4096)  (90, 200)  (90, 7000)  ...     by length, then by place
//!   last   (66, 1024)                                 entered last: where the next request most likely cuts
//! ```
//! What is cut from again and again gets shorter and stays the shortest, so it would be taken out of the tree and
//! entered again each time: the run entered last waits beside the tree until another comes.

use crate::alloc::sets::run_queues::Lengths;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use std::collections::BTreeSet;

/// The longer runs of one zone: length and start.
#[derive(Clone, Debug, Default)]
pub struct Longer {
    tree: BTreeSet<(u32, u32)>,
    last: Option<(u32, u32)>,
}

impl Longer {
    #[inline]
    fn insert(&mut self, run: FreeRun) {
        if let Some(last) = self.last.replace((run.len, run.start.0)) {
            self.tree.insert(last);
        }
    }

    #[inline]
    fn remove(&mut self, run: FreeRun) {
        let key = (run.len, run.start.0);
        match self.last == Some(key) {
            true => self.last = None,
            false => drop(self.tree.remove(&key)),
        }
    }

    /// The shortest run of `pages` frames or more, of equals the lowest.
    #[inline]
    pub fn best(&self, pages: u32) -> Option<FreeRun> {
        let last = self.last.filter(|last| last.0 >= pages);
        if self.tree.is_empty() {
            return last.map(as_run);
        }
        let best = self.tree.range((pages, 0)..).next().copied();
        best.into_iter().chain(last).min().map(as_run)
    }

    /// The shortest run of `pages` frames or more if it is the one entered last, which is at the head of the list.
    #[inline]
    pub fn best_is_head(&self, pages: u32) -> Option<FreeRun> {
        let last = self.last.filter(|last| last.0 >= pages)?;
        let is_best = self.tree.is_empty() || self.tree.range((pages, 0)..last).next().is_none();
        is_best.then(|| as_run(last))
    }

    /// The runs of `pages` frames or more, the shortest first.
    pub fn from(&self, pages: u32) -> impl Iterator<Item = FreeRun> + '_ {
        let last = self.last.filter(|last| last.0 >= pages);
        let shorter = self.tree.range((pages, 0)..last.unwrap_or((pages, 0)));
        let longer = self.tree.range(last.unwrap_or((pages, 0))..);
        shorter.copied().chain(last).chain(longer.copied()).map(as_run)
    }

    /// All runs, in no order.
    pub fn all(&self) -> impl Iterator<Item = FreeRun> + '_ {
        self.tree.iter().copied().chain(self.last).map(as_run)
    }

    /// At most this many bytes of metadata: a leaf of the tree has room for 11 members and is at least half full.
    pub fn bytes(&self) -> usize {
        self.tree.len() * 24
    }
}

#[inline]
fn as_run((len, start): (u32, u32)) -> FreeRun {
    FreeRun { start: Pfn(start), len }
}

/// A list for every length up to `lists`, one for the longer ones.
#[derive(Clone, Debug)]
pub struct LookAside {
    pub lists: u8,
    /// The longer runs of each zone.
    pub longer: Vec<Longer>,
}

impl Lengths for LookAside {
    #[inline]
    fn list(&self, len: u32) -> u8 {
        (len - 1).min(u32::from(self.lists)) as u8
    }

    #[inline]
    fn least(&self, list: u8) -> u32 {
        u32::from(list) + 1
    }

    #[inline]
    fn enters(&mut self, zone: u8, run: FreeRun) {
        if run.len > u32::from(self.lists) {
            self.longer[usize::from(zone)].insert(run);
        }
    }

    #[inline]
    fn leaves(&mut self, zone: u8, run: FreeRun) {
        if run.len > u32::from(self.lists) {
            self.longer[usize::from(zone)].remove(run);
        }
    }

    #[inline]
    fn shrinks(&mut self, zone: u8, _run: FreeRun, rest: FreeRun) {
        self.longer[usize::from(zone)].last = Some((rest.len, rest.start.0));
    }
}
