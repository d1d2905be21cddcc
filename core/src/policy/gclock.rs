//! A clock with so many bits a page: the accessed bit, and a counter of the rest. Where the hand finds a page used it
//! counts one more, where not, one less; a page whose counter is empty then goes. With one bit there is no counter, and
//! this is the clock.
//!
//! ```text
//! hand at a page, two bits     counter 0, accessed      1       spared, the bit is cleared
//!                              counter 1                0       spared
//!                              counter 0                        goes
//! ```
//! Source: after Smith 1978 (generalized clock, GCLOCK), with the bit that processors have.

use super::desk::Desk;
use super::{Memory, Replacement, pages};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// The clock with counters.
pub struct Gclock;

impl Replacement for Gclock {
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let most = (1 << (desk.settings.bits - 1)) - 1;
        for _ in 0..=most + 1 {
            for pfn in pages(desk, 0) {
                if !memory.may_go(pfn) {
                    continue;
                }
                let (used, count) = (memory.was_used(pfn), desk.rank(pfn).number);
                if !used && count == 0 && memory.may_go(pfn) {
                    return Some(pfn);
                }
                let count = if used { (count + 1).min(most) } else { count.saturating_sub(1) };
                desk.append(Ranked::Page(pfn), 0, count);
            }
        }
        None
    }
}
