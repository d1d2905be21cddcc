//! Segmented LRU: four lists of a quarter of memory each. A page used again goes up one list; what a full list loses by
//! that goes down one. Victims come from the lowest.
//!
//! ```text
//! list 3   often used        used: up one ^
//! list 2                                  |  v full: its oldest goes down one
//! list 1
//! list 0   new pages         -> victims
//! ```
//! Source: Karedla, Love and Wherry 1994, who had two lists; with four, Huang and others 2013 (S4LRU, at Facebook).

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// Number of lists.
const SEGMENTS: u8 = 4;

/// Segmented LRU.
pub struct Slru;

/// Pages that a list holds before one has to go down.
fn most(desk: &Desk) -> u64 {
    desk.frames / u64::from(SEGMENTS)
}

impl Replacement for Slru {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        let with_room = (0..SEGMENTS).find(|list| desk.len(*list) < most(desk));
        desk.append(Ranked::Page(pfn), with_room.unwrap_or(0), 0);
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        let up = (desk.rank(pfn).list + 1).min(SEGMENTS - 1);
        desk.append(Ranked::Page(pfn), up, 0);
        if desk.len(up) > most(desk)
            && let Some(oldest) = desk.oldest(up)
        {
            desk.append(Ranked::Page(oldest), up - 1, 0);
        }
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        (0..SEGMENTS).find_map(|list| first(desk, list, memory))
    }
}
