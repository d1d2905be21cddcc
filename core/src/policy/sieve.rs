//! SIEVE: a queue in which no page moves. A hand goes from the oldest page to the newest; a page used since it last
//! passed loses its mark and stays where it is, the first without one goes.
//!
//! ```text
//! oldest  a*  b   c*  d*  newest         * used since the hand passed
//!             ^ hand: b goes, the hand stays between a and c; a new page comes behind d
//! ```
//! Source: Zhang, Yang, Yue, Vigfusson and Rashmi, NSDI 2024.

use super::desk::Desk;
use super::{Memory, Replacement};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// The value that holds the hand's place; 0: before the oldest.
pub const HAND: u8 = 0;

/// SIEVE.
pub struct Sieve;

impl Replacement for Sieve {
    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        desk.count(pfn, 1);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let mut at = desk.ranks().value(HAND);
        for _ in 0..=2 * desk.len(0) {
            let item = desk.ranks().from(0, at).or_else(|| desk.ranks().from(0, 0))?;
            let Ranked::Page(pfn) = item else { continue };
            let rank = desk.rank(pfn);
            at = rank.at + 1;
            if !memory.may_go(pfn) {
                continue;
            }
            if rank.number == 0 {
                // From the newest page it goes to the oldest, though one may come behind the newest meanwhile.
                let hand = if desk.ranks().from(0, at).is_some() { at } else { 0 };
                desk.set_value(HAND, hand);
                return Some(pfn);
            }
            desk.count(pfn, 0);
        }
        None
    }
}
