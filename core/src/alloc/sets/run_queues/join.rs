//! Joining all free neighbours of a zone: one pass over the marks.
//!
//! ```text
//!   before   | 1 | 4       | used | 2   | 1 | used | 3     |        5 runs
//!   after    | 5           | used | 3       | used | 3     |        3 runs; the last is not touched
//! ```
//! Runs that are joined leave the middles of their queues, so most of these queues is stale afterwards and is swept. A
//! listener wants to know where each stood: for that the queues are written out once as lists with links.

use super::{Lengths, RunQueues, end};
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::trace::Trace;

/// Number of runs before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Joined {
    pub before: u32,
    pub after: u32,
}

impl<L: Lengths> RunQueues<L> {
    /// Joins all free neighbours of a zone, lowest first.
    #[cold]
    pub fn join_all(&mut self, zone: u8, t: &mut impl Trace) -> Joined {
        let most = self.lengths.most();
        let (start, stop) = (self.zones[usize::from(zone)].start, self.zones[usize::from(zone)].end);
        let mut lists = t.keeps().then(|| self.lists());
        let mut joined = Joined { before: 0, after: 0 };
        let mut at = start;
        while let Some(first) = self.marks.next(at).filter(|run| run.start.0 < stop) {
            joined.before += 1;
            joined.after += 1;
            let mut run = first;
            let fits = |run: FreeRun, next: &FreeRun| next.start.0 < stop && run.len.saturating_add(next.len) <= most;
            while let Some(next) = self.marks.at(end(run)).filter(|next| fits(run, next)) {
                joined.before += 1;
                if run == first {
                    self.leave(first, zone, &mut lists, t);
                }
                self.leave(next, zone, &mut lists, t);
                t.emit(|| Event::Join { pfn: run.start, left: run.len, right: next.len });
                run.len += next.len;
            }
            if run != first {
                let list = self.list_of(zone, run.len);
                lists.iter_mut().for_each(|lists| lists.link(run, list, None));
                self.link(run, zone, t);
            }
            at = end(run);
        }
        self.zones[usize::from(zone)].loose = false;
        joined
    }

    fn leave(&mut self, run: FreeRun, zone: u8, lists: &mut Option<FreeLists>, t: &mut impl Trace) {
        let list = self.list_of(zone, run.len);
        self.take(run, list);
        let prev = lists.as_mut().and_then(|lists| lists.unlink(run.start, list));
        t.emit(|| Event::Free { run, list, prev, linked: false });
    }
}
