//! What the queues hold, for choosing, for events, for drawing and checking.

use super::stack::Stack;
use super::{Lengths, RunQueues, end, slot};
use crate::alloc::at_most;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, LISTS_PER_ZONE, ListId};
use crate::vocabulary::request::Request;
use std::collections::BTreeSet;

/// Starts above one that are compared with it; more are kept in a set.
const FEW: usize = 16;

impl<L: Lengths> RunQueues<L> {
    /// The run at the head of a queue; `None` if it is empty.
    #[inline]
    pub fn head(&self, list: ListId) -> Option<FreeRun> {
        self.stacks[slot(list)].starts.last().map(|start| self.live(list, *start))
    }

    /// Whether a queue has a run.
    #[inline]
    pub fn has(&self, list: ListId) -> bool {
        !self.stacks[slot(list)].starts.is_empty()
    }

    /// The first queue of a zone, from `list` up, that is not empty.
    #[inline]
    pub fn first_filled(&self, zone: u8, list: u8) -> Option<ListId> {
        let [low, high] = self.filled[usize::from(zone)];
        let (low, high) = if list < 64 { (low >> list << list, high) } else { (0, high >> (list - 64) << (list - 64)) };
        let found = if low != 0 { low.trailing_zeros() } else { 64 + high.trailing_zeros() };
        (found < LISTS_PER_ZONE as u32).then_some(ListId { zone, list: found as u8 })
    }

    /// The run that starts at a frame; `None` if none does.
    #[inline]
    pub fn at(&self, start: u32) -> Option<FreeRun> {
        self.marks.at(start)
    }

    /// The runs of a queue, head first.
    pub fn runs(&self, list: ListId) -> impl Iterator<Item = FreeRun> + '_ {
        let Stack { starts, stale } = &self.stacks[slot(list)];
        let mut above = BTreeSet::new();
        // Whether a start has not come before: most callers read only a few.
        let mut is_first = move |n: usize| match starts.len() - n <= FEW {
            true => !starts[n + 1..].contains(&starts[n]),
            false => {
                if above.is_empty() {
                    above.extend(&starts[n + 1..]);
                }
                above.insert(&starts[n])
            }
        };
        starts.iter().enumerate().rev().filter_map(move |(n, start)| match stale {
            0 => Some(self.live(list, *start)),
            _ => self.on(list, *start).filter(|_| is_first(n)),
        })
    }

    /// The run of a start that is not stale, so its marks need not be checked.
    #[inline]
    fn live(&self, list: ListId, start: u32) -> FreeRun {
        let len = if self.lengths.least(list.list) == 1 { 1 } else { self.marks.length_of_longer(start) };
        FreeRun { start: Pfn(start), len }
    }

    /// The run that starts at a frame, if it is on this queue.
    fn on(&self, list: ListId, start: u32) -> Option<FreeRun> {
        self.marks.at(start).filter(|run| self.lengths.list(run.len) == list.list)
    }

    /// The run before one in its queue; `None` for the head.
    pub(super) fn prev(&self, start: Pfn, list: ListId) -> Option<Pfn> {
        let starts = &self.stacks[slot(list)].starts;
        let at = starts.iter().rposition(|n| *n == start.0).expect("a marked run is on its queue");
        let is_meant = |n: &usize| self.on(list, starts[*n]).is_some() && !starts[n + 1..].contains(&starts[*n]);
        (at + 1..starts.len()).find(is_meant).map(|n| Pfn(starts[n]))
    }

    /// All queues as lists with links.
    pub fn lists(&self) -> FreeLists {
        let mut lists = FreeLists::new(self.frames, self.zones.len() as u8);
        for list in self.ids() {
            let mut prev = None;
            for run in self.runs(list) {
                lists.link(run, list, prev);
                prev = Some(run.start);
            }
        }
        lists
    }

    fn ids(&self) -> impl Iterator<Item = ListId> + use<L> {
        let lists = 0..LISTS_PER_ZONE as u8;
        (0..self.zones.len() as u8).flat_map(move |zone| lists.clone().map(move |list| ListId { zone, list }))
    }

    /// The longest stretch up to a request's highest zone bounds what it can be given.
    pub fn at_most(&self, request: &Request) -> (u32, Result<u32, Refusal>) {
        let highest = usize::from(request.highest(self.zones.len()));
        let most = self.zones[..=highest].iter().map(|zone| zone.longest).max().unwrap_or(0);
        (most, at_most(request, most))
    }

    /// The number of frames in all runs of all zones.
    pub fn free_frames(&self) -> u32 {
        self.zones.iter().map(|zone| zone.free).sum()
    }

    /// Bytes of metadata now. A stack takes 4 bytes for each of its runs, up to twice that where it grew or has stale
    /// ones.
    pub fn bytes(&self) -> usize {
        let stacks: usize = self.stacks.iter().map(|stack| stack.starts.capacity() * size_of::<u32>()).sum();
        self.marks.bytes() + size_of_val(&self.stacks[..]) + stacks
    }

    /// Every run, in the order of memory.
    pub fn all(&self) -> impl Iterator<Item = FreeRun> + '_ {
        self.marks.all()
    }

    /// Broken invariants, in words.
    pub fn check(&self, name: &str) -> Vec<String> {
        let mut broken = Vec::new();
        let mut at = 0;
        let mut marked = vec![0; self.stacks.len()];
        let mut free = vec![0; self.zones.len()];
        for run in self.marks.all() {
            let zone = self.zone_of(run.start);
            marked[slot(self.list_of(zone, run.len))] += 1;
            free[usize::from(zone)] += run.len;
            if run.start.0 < at || end(run) > self.zones[usize::from(zone)].end {
                broken.push(format!("{name}: {run:?} overlaps another, or the edge of its zone"));
            }
            at = end(run);
        }
        for list in self.ids() {
            let stack = &self.stacks[slot(list)];
            let (runs, live) = (self.runs(list).count(), stack.starts.len() - stack.stale as usize);
            if runs != live || runs != marked[slot(list)] {
                broken.push(format!("{name}: {list:?} has {runs} runs, {live} counted, {} marked", marked[slot(list)]));
            }
            if stack.starts.last().is_some_and(|start| self.on(list, *start).is_none()) {
                broken.push(format!("{name}: the head of {list:?} is stale"));
            }
            if (self.first_filled(list.zone, list.list) == Some(list)) != (runs > 0) {
                broken.push(format!("{name}: whether {list:?} is empty is noted wrong"));
            }
        }
        if self.zones.iter().map(|zone| zone.free).ne(free) {
            broken.push(format!("{name}: free frames are counted wrong"));
        }
        broken
    }
}
