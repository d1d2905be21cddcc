//! Not recently used: a page goes from the lowest of four classes that has one.
//!
//! ```text
//! class   accessed   dirty
//!   0        -         -      goes first
//!   1        -        yes     written earlier, not used since the last tick
//!   2       yes        -
//!   3       yes       yes
//! ```
//! At each tick the accessed bits are cleared. Of a class the page goes that has been in memory longest. Source: VMS
//! and others; Tanenbaum, Modern Operating Systems.

use super::desk::Desk;
use super::{Memory, Replacement, pages};
use crate::units::Pfn;
use crate::vocabulary::rank::PageName;

/// Not recently used.
pub struct Nru;

impl Replacement for Nru {
    fn tick(&self, desk: &mut Desk, memory: &mut dyn Memory, _: PageName) -> Vec<Pfn> {
        if desk.is_tick() {
            for pfn in pages(desk, 0) {
                memory.was_used(pfn);
            }
        }
        Vec::new()
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let may_go: Vec<Pfn> = pages(desk, 0).into_iter().filter(|pfn| memory.may_go(*pfn)).collect();
        for pfn in &may_go {
            let class = 2 * u64::from(memory.is_used(*pfn)) + u64::from(memory.is_dirty(*pfn));
            desk.count(*pfn, class);
        }
        may_go.into_iter().min_by_key(|pfn| desk.rank(*pfn).number)
    }
}
