//! What a replacement policy knows of pages: lists in order, a number for each page, pages that are gone and still
//! remembered, and some numbers of the policy's own.
//!
//! ```text
//! list 0   f3 - f7 - f1        pages in memory, by frame; what stands first has been there longest
//! list 1   f2 - f5                  ^ a hand stands at a place
//! list 2   p1 page 9 - ...     ghosts: pages that were evicted, by the process and page that brought them in
//! list 5   p1 - p2             processes: their time in references, or how far a scan of their tables has come
//! ```
//! A policy changes nothing else, and each change can be undone, so a view folds them as it folds all others.

use crate::chunks::Chunks;
use crate::trees::Map;
use crate::units::{Pfn, Pid, Vpn};
use serde::Serialize;

/// A page by who used it first; of one that several share, the first of them.
pub type PageName = (Pid, Vpn);

/// What stands in a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranked {
    /// A page in memory, by its frame.
    Page(Pfn),
    /// A page that was evicted.
    Ghost(PageName),
    /// A process.
    Task(Pid),
}

/// Where something stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Rank {
    /// The number of its list, below [`LISTS`].
    pub list: u8,
    /// Its place in the order of its list, which nothing else there has.
    pub at: u64,
    /// What the policy counts of it: uses, a bit, when it is used next; of a process its time, or its share of a scan.
    pub number: u64,
    /// The page's name, once a process has used it; of a process the page that a scan of its tables comes to next.
    pub name: Option<PageName>,
}

/// One change of what a policy knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RankChange {
    /// It gets another rank, its first, or none any more.
    Rank { item: Ranked, before: Option<Rank>, after: Option<Rank> },
    /// A number of the policy's own, the `which`th, below [`VALUES`].
    Value { which: u8, before: u64, after: u64 },
}

/// Number of lists.
pub const LISTS: usize = 6;
/// Number of numbers of the policy's own.
pub const VALUES: usize = 8;
/// The list of processes.
pub const TASKS: u8 = 5;

/// Frames whose ranks a change after a copy copies with it.
const TOGETHER: usize = 32;

/// What a policy knows. Copies share what is equal.
#[derive(Clone, Debug, Default)]
pub struct Ranks {
    /// Of pages in memory, by frame; as long as the highest of them wanted.
    pages: Chunks<Option<Rank>, TOGETHER>,
    /// Of ghosts and processes.
    others: Map<Ranked, Rank>,
    lists: [Map<u64, Ranked>; LISTS],
    values: [u64; VALUES],
}

impl PartialEq for Ranks {
    /// How long the array of pages has become does not matter. What has a rank stands in a list.
    fn eq(&self, other: &Ranks) -> bool {
        let mut all = (0..LISTS as u8).flat_map(|list| self.list(list));
        self.values == other.values && self.lists == other.lists && all.all(|item| self.get(item) == other.get(item))
    }
}

impl Ranks {
    /// Where something stands; `None`: nowhere.
    #[inline]
    pub fn get(&self, item: Ranked) -> Option<Rank> {
        match item {
            Ranked::Page(pfn) => *self.pages.get(pfn.0 as usize)?,
            Ranked::Ghost(_) | Ranked::Task(_) => self.others.get(&item).copied(),
        }
    }

    fn put(&mut self, item: Ranked, rank: Option<Rank>) {
        match (item, rank) {
            (Ranked::Page(pfn), _) => {
                let at = pfn.0 as usize;
                self.pages.grow(at + 1);
                self.pages[at] = rank;
            }
            (_, Some(rank)) => drop(self.others.insert(item, rank)),
            (_, None) => drop(self.others.remove(&item)),
        }
    }

    /// What stands in a list, first to last.
    pub fn list(&self, list: u8) -> impl DoubleEndedIterator<Item = Ranked> + '_ {
        self.lists[usize::from(list)].iter().map(|(_, item)| *item)
    }

    /// Number of things in a list.
    pub fn len(&self, list: u8) -> u64 {
        self.lists[usize::from(list)].len() as u64
    }

    /// Whether nothing stands anywhere.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(Map::is_empty)
    }

    /// The first of a list at the place `at` or behind it.
    pub fn from(&self, list: u8, at: u64) -> Option<Ranked> {
        self.lists[usize::from(list)].range(at..).next().map(|(_, item)| *item)
    }

    /// A number of the policy's own.
    pub fn value(&self, which: u8) -> u64 {
        self.values[usize::from(which)]
    }

    /// Makes a change, or (`forward` false) takes it back.
    pub fn apply(&mut self, change: &RankChange, forward: bool) {
        match *change {
            RankChange::Rank { item, before, after } => {
                let (from, to) = if forward { (before, after) } else { (after, before) };
                let place = |rank: Option<Rank>| rank.map(|rank| (usize::from(rank.list), rank.at));
                // What is counted of it may change, and where it stands not.
                if place(from) != place(to) {
                    if let Some((list, at)) = place(from) {
                        self.lists[list].remove(&at);
                    }
                    if let Some((list, at)) = place(to) {
                        self.lists[list].insert(at, item);
                    }
                }
                self.put(item, to);
            }
            RankChange::Value { which, before, after } => {
                self.values[usize::from(which)] = if forward { after } else { before };
            }
        }
    }
}
