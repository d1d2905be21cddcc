//! A queue by arrival: the first page goes, unless its accessed bit is set; then the bit is cleared, and the page goes
//! to the end. The same choices as a clock, if the hand meets frames in the order in which they are filled.
//!
//! Source: Corbato 1968; as a queue, Tanenbaum, Modern Operating Systems.

use super::desk::Desk;
use super::{Memory, Replacement, pages};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// The second chance.
pub struct SecondChance;

impl Replacement for SecondChance {
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        // Twice round: after the first time no bit is set.
        for _ in 0..2 {
            for pfn in pages(desk, 0) {
                if !memory.may_go(pfn) {
                    continue;
                }
                if !memory.was_used(pfn) && memory.may_go(pfn) {
                    return Some(pfn);
                }
                desk.append(Ranked::Page(pfn), 0, 0);
            }
        }
        None
    }
}
