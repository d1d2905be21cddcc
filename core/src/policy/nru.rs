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

use super::desk::{Desk, page};
use super::{Memory, Replacement};
use crate::units::Pfn;
use crate::vocabulary::rank::PageName;

/// Not recently used.
pub struct Nru;

impl Replacement for Nru {
    fn tick(&self, desk: &mut Desk, memory: &mut dyn Memory, _: PageName) -> Vec<Pfn> {
        if desk.is_tick() {
            let pages: Vec<Pfn> = desk.ranks().list(0).filter_map(page).collect();
            for pfn in pages {
                memory.was_used(pfn);
            }
        }
        Vec::new()
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let pages: Vec<Pfn> = desk.ranks().list(0).filter_map(page).filter(|pfn| memory.may_go(*pfn)).collect();
        for pfn in &pages {
            let class = 2 * u64::from(memory.is_used(*pfn)) + u64::from(memory.is_dirty(*pfn));
            desk.count(*pfn, class);
        }
        pages.into_iter().min_by_key(|pfn| desk.rank(*pfn).number)
    }
}
