//! Policies that are one list: by arrival, by the last use, or by the number of uses.

use super::desk::Desk;
use super::{Memory, Replacement, first, last};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// First in, first out: the page goes that has been in memory longest. Source: Belady 1966, who measured it; Belady,
/// Nelson and Shedler 1969: with more frames it may fault more.
pub struct Fifo;

impl Replacement for Fifo {
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        first(desk, 0, memory)
    }
}

/// Least recently used: the page goes that was not used for longest.
pub struct Lru;

impl Replacement for Lru {
    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, 0);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        first(desk, 0, memory)
    }
}

/// Most recently used: right for loops that are longer than memory.
pub struct Mru;

impl Replacement for Mru {
    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), 0, 0);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        last(desk, 0, memory)
    }
}

/// Least frequently used: the page goes that was used fewest times since it came in; of equals, the one that has had
/// that many for longest. A page that is gone starts anew.
pub struct Lfu;

impl Replacement for Lfu {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append_by(Ranked::Page(pfn), 0, 1);
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        let uses = desk.rank(pfn).number;
        desk.append_by(Ranked::Page(pfn), 0, uses + 1);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        first(desk, 0, memory)
    }
}
