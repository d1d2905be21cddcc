//! Queues of free runs by length, last in, first out: what page arrays and quick fit have in common.
//!
//! ```text
//!   the queues: a stack of starts for each list        the marks: what is free, by place
//!   1 frame    | 17 |  4 | 90 |<- head                 single  00001000..   a bit per frame: a single one is free
//!   2 frames   | 30 | 72 |<- head                      longer  | - | 2 |..  a byte for two: the length of a longer run
//!   65 ..128   | 200 |<- head                                               that starts in one of them
//! ```
//! To free a run is to write its start at the end of an array, and a bit or a byte. Nothing is written beside the frame
//! that would miss the cache, as the links of a list would be.
//!
//! A run that leaves from the middle (a neighbour joined it, a window is claimed) loses its mark only. Its start stays
//! on the stack, *stale*, until it comes to the head, or half of the stack is stale and the stack is swept. A start may
//! so be on a stack twice; the upper one is meant. Where it stood among the others is worked out only for a listener
//! that keeps events, by reading the stack. Invariant: every marked run is on its length's queue, and the start at the
//! head of a queue is never stale. Lists without links: Bonwick's magazines (2001) keep objects so; lazy deletion is
//! common in priority queues.

mod join;
mod lengths;
mod look;
mod marks;
mod stack;
#[cfg(test)]
mod tests;

use crate::alloc::usable::Usable;
use crate::config::Config;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, LISTS_PER_ZONE, ListId};
use crate::vocabulary::trace::Trace;
pub use lengths::Lengths;
use marks::Marks;
use stack::Stack;

/// The free runs of all zones.
#[derive(Clone, Debug)]
pub struct RunQueues<L> {
    pub lengths: L,
    pub zones: Vec<ZoneQueues>,
    stacks: Vec<Stack>,
    /// For each zone, a bit for every queue that is not empty.
    filled: Vec<[u64; 2]>,
    marks: Marks,
    frames: u32,
}

/// Which end of a run is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    Low,
    High,
}

/// A zone's frames; none of its runs crosses its edges.
#[derive(Clone, Debug)]
pub struct ZoneQueues {
    pub start: u32,
    pub end: u32,
    pub free: u32,
    /// The longest run that can ever be free.
    pub longest: u32,
    /// Whether anything was freed since neighbours were last joined.
    pub loose: bool,
}

#[inline]
fn end(run: FreeRun) -> u32 {
    run.start.0 + run.len
}

/// A run in pieces of at most so many frames, lowest first.
fn cut_at(run: FreeRun, most: u32) -> impl Iterator<Item = FreeRun> {
    let piece = move |at| FreeRun { start: run.start.plus(at), len: most.min(run.len - at) };
    (0..run.len).step_by(most as usize).map(piece)
}

#[inline]
fn slot(id: ListId) -> usize {
    usize::from(id.zone) * LISTS_PER_ZONE + usize::from(id.list)
}

impl<L: Lengths> RunQueues<L> {
    /// Queues in which the `usable` frames are free, in runs as long as holes, zones and lengths allow, the lowest at
    /// the heads.
    pub fn new(config: &Config, lengths: L, usable: &Usable) -> RunQueues<L> {
        let zones = config.effective_zones();
        let mut new = RunQueues {
            lengths,
            zones: Vec::new(),
            stacks: vec![Stack::default(); zones.len() * LISTS_PER_ZONE],
            filled: vec![[0; 2]; zones.len()],
            marks: Marks::new(config.frames),
            frames: config.frames,
        };
        for (n, zone) in zones.into_iter().enumerate() {
            let runs: Vec<FreeRun> = usable.within(zone.start, zone.end).collect();
            let (free, longest) = (runs.iter().map(|r| r.len).sum(), runs.iter().map(|r| r.len).max().unwrap_or(0));
            new.zones.push(ZoneQueues { start: zone.start, end: zone.end, free, longest, loose: false });
            let pieces: Vec<FreeRun> = runs.into_iter().flat_map(|run| cut_at(run, new.lengths.most())).collect();
            pieces.into_iter().rev().for_each(|run| new.put(run, new.list_of(n as u8, run.len)));
        }
        new
    }

    /// Puts a run at the head of its length's queue.
    #[inline]
    pub fn link(&mut self, run: FreeRun, zone: u8, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        self.put(run, list);
        t.emit(|| Event::Free { run, list, prev: None, linked: true });
    }

    /// Takes a run off its queue, wherever it stands.
    #[inline]
    pub fn unlink(&mut self, run: FreeRun, list: ListId, t: &mut impl Trace) {
        let prev = if t.keeps() { self.prev(run.start, list) } else { None };
        t.emit(|| Event::Free { run, list, prev, linked: false });
        self.take(run, list);
    }

    /// Takes the run at the head of a queue whose runs are all of this length.
    #[inline]
    pub fn pop(&mut self, list: ListId, len: u32, t: &mut impl Trace) -> Option<Pfn> {
        let start = Pfn(*self.stacks[slot(list)].starts.last()?);
        self.take_head(FreeRun { start, len }, list);
        self.zones[usize::from(list.zone)].free -= len;
        t.emit(|| Event::Free { run: FreeRun { start, len }, list, prev: None, linked: false });
        Some(start)
    }

    /// Takes one end of the run at the head of a queue, which is long enough. While the rest belongs on the same queue
    /// it stays where it is and only gets its new place and length.
    #[inline]
    pub fn bite(&mut self, list: ListId, len: u32, given: End, t: &mut impl Trace) -> Option<Pfn> {
        let run = self.head(list)?;
        let (low, rest) = (run.start, run.len - len);
        let (start, rest) = match given {
            End::Low => (low, FreeRun { start: low.plus(len), len: rest }),
            End::High => (low.plus(rest), FreeRun { start: low, len: rest }),
        };
        if rest.len < self.lengths.least(list.list) {
            self.cut(run, list, FreeRun { start, len }, t);
            return Some(start);
        }
        self.zones[usize::from(list.zone)].free -= len;
        *self.stacks[slot(list)].starts.last_mut()? = rest.start.0;
        self.marks.replace(run, rest);
        self.lengths.shrinks(list.zone, run, rest);
        t.emit(|| Event::Free { run, list, prev: None, linked: false });
        let left = if given == End::Low { len } else { rest.len };
        t.emit(|| Event::Split { pfn: low, left, right: run.len - left });
        t.emit(|| Event::Free { run: rest, list, prev: None, linked: true });
        Some(start)
    }

    /// Takes frames out of a run; what is left and right of them goes to the queues of its length.
    pub fn cut(&mut self, run: FreeRun, list: ListId, taken: FreeRun, t: &mut impl Trace) {
        self.zones[usize::from(list.zone)].free -= taken.len;
        let left = FreeRun { start: run.start, len: taken.start.0 - run.start.0 };
        let right = FreeRun { start: taken.start.plus(taken.len), len: end(run) - end(taken) };
        self.unlink(run, list, t);
        if left.len > 0 {
            t.emit(|| Event::Split { pfn: run.start, left: left.len, right: run.len - left.len });
            self.link(left, list.zone, t);
        }
        if right.len > 0 {
            t.emit(|| Event::Split { pfn: taken.start, left: taken.len, right: right.len });
            self.link(right, list.zone, t);
        }
    }

    /// Takes exactly these frames, out of whichever runs they lie in.
    pub fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        let mut at = run.start.0;
        while at < end(run) {
            let from = self.marks.holding(at).expect("a frame that is claimed is free");
            let taken = FreeRun { start: Pfn(at), len: end(run).min(end(from)) - at };
            let list = self.list_of(self.zone_of(from.start), from.len);
            self.cut(from, list, taken, t);
            at = end(taken);
        }
    }

    #[inline]
    fn put(&mut self, run: FreeRun, list: ListId) {
        self.marks.set(run);
        self.lengths.enters(list.zone, run);
        self.stacks[slot(list)].starts.push(run.start.0);
        self.filled[usize::from(list.zone)][usize::from(list.list / 64)] |= 1 << (list.list % 64);
    }

    #[inline]
    fn take(&mut self, run: FreeRun, list: ListId) {
        let stack = &mut self.stacks[slot(list)];
        if stack.starts.last() == Some(&run.start.0) {
            return self.take_head(run, list);
        }
        stack.stale += 1;
        let most_are_stale = stack.stale as usize * 2 > stack.starts.len();
        self.marks.clear(run);
        self.lengths.leaves(list.zone, run);
        if most_are_stale {
            self.sweep(list);
        }
    }

    #[inline]
    fn take_head(&mut self, run: FreeRun, list: ListId) {
        self.marks.clear(run);
        self.lengths.leaves(list.zone, run);
        let stack = &mut self.stacks[slot(list)];
        stack.starts.pop();
        if stack.stale > 0 {
            return self.drop_stale(list);
        }
        if stack.starts.is_empty() {
            self.filled[usize::from(list.zone)][usize::from(list.list / 64)] &= !(1 << (list.list % 64));
        }
    }

    /// Drops stale starts at the head.
    #[cold]
    fn drop_stale(&mut self, list: ListId) {
        let RunQueues { lengths, stacks, marks, filled, .. } = self;
        stacks[slot(list)].drop_stale(|start| marks.at(start).is_some_and(|run| lengths.list(run.len) == list.list));
        if stacks[slot(list)].starts.is_empty() {
            filled[usize::from(list.zone)][usize::from(list.list / 64)] &= !(1 << (list.list % 64));
        }
    }

    /// Drops all stale starts. What is kept loses its mark meanwhile, so that it is kept once.
    #[cold]
    fn sweep(&mut self, list: ListId) {
        let RunQueues { lengths, stacks, marks, .. } = self;
        let mut kept = Vec::new();
        stacks[slot(list)].sweep(|start| {
            let run = marks.at(start).filter(|run| lengths.list(run.len) == list.list);
            run.inspect(|run| marks.clear(*run)).map(|run| kept.push(run)).is_some()
        });
        kept.into_iter().for_each(|run| marks.set(run));
    }

    /// The list that runs of this length belong to.
    #[inline]
    pub fn list_of(&self, zone: u8, len: u32) -> ListId {
        ListId { zone, list: self.lengths.list(len) }
    }

    /// The zone that a frame lies in.
    #[inline]
    pub fn zone_of(&self, pfn: Pfn) -> u8 {
        self.zones.iter().position(|zone| pfn.0 < zone.end).expect("every frame is in a zone") as u8
    }
}
