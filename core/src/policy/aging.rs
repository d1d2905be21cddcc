//! Aging: a counter a page, which at each tick is shifted right by one bit; the accessed bit comes in at the left and
//! is cleared. The page with the lowest counter goes, of equals the one that has been in memory longest.
//!
//! ```text
//! accessed    1           0           1
//! 0000_0000 > 1000_0000 > 0100_0000 > 1010_0000
//! ```
//! Source: Tanenbaum, Modern Operating Systems (a simulation of LRU in software).

use super::desk::Desk;
use super::{Memory, Replacement, first, pages};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

/// Aging.
pub struct Aging;

impl Replacement for Aging {
    /// The list is in the order of the counters.
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append_by(Ranked::Page(pfn), 0, 0);
    }

    fn tick(&self, desk: &mut Desk, memory: &mut dyn Memory, _: PageName) -> Vec<Pfn> {
        if desk.is_tick() {
            for pfn in pages(desk, 0) {
                let used = u64::from(memory.was_used(pfn));
                desk.reorder(pfn, desk.rank(pfn).number >> 1 | used << (desk.settings.bits - 1));
            }
        }
        Vec::new()
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        first(desk, 0, memory)
    }
}
