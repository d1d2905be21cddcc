//! The working set: a process keeps the pages of its last so many references, its window; a page that falls out of it
//! goes at once, whether a frame is wanted or not.
//!
//! ```text
//! references   a b c a d d d        window 4
//! in memory    a b c a d d d
//!                a b c a a a
//!                  a b c c          b was last used 4 references ago: it goes
//! ```
//! If all working sets together are more than memory, the page goes whose last use is furthest back: a real system
//! would swap a whole process out instead. Source: Denning 1968.

use super::desk::{Desk, page};
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

/// The working set.
pub struct WorkingSet;

impl Replacement for WorkingSet {
    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        desk.count(pfn, desk.time_of(pfn));
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, desk.time_of(pfn));
    }

    /// The list is in the order of last uses, so of one process those that go stand before those that stay.
    fn tick(&self, desk: &mut Desk, _: &mut dyn Memory, name: PageName) -> Vec<Pfn> {
        let (now, window) = (desk.time(name.0), desk.settings.window);
        let of_process = desk.ranks().list(0).filter_map(page).filter(|pfn| desk.is_of(*pfn, name.0));
        let left = of_process.take_while(|pfn| desk.rank(*pfn).number + window <= now);
        // What is about to be used stays.
        left.filter(|pfn| desk.rank(*pfn).name != Some(name)).collect()
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        first(desk, 0, memory)
    }
}
