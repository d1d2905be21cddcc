//! The clock with two hands: the front hand clears accessed bits, the back hand follows so many pages behind and takes
//! the first page that was not used in between. A page so has the time between the hands to be used, and not that of a
//! whole round, which is long in a large memory.
//!
//! ```text
//! back                      front
//!   v                         v
//!   a   b*   c   d*   e   f   g*   h        * accessed: a goes; g* is cleared
//! ```
//! Source: 4.3BSD and SunOS 4, the pageout daemon; McKusick and others.

use super::desk::{Desk, page};
use super::{Memory, Replacement};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// Two hands.
pub struct TwoHand;

impl Replacement for TwoHand {
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let count = desk.len(0) as usize;
        let spread = spread(desk.settings.hand_spread, count);
        // After a round the front hand has cleared all, so the second finds what may go.
        for _ in 0..2 * count {
            let back = desk.oldest(0)?;
            // Of one page, both hands are there.
            let front = desk.ranks().list(0).filter_map(page).nth(spread).unwrap_or(back);
            if memory.may_go(front) {
                memory.was_used(front);
            }
            if memory.may_go(back) && !memory.is_used(back) {
                return Some(back);
            }
            desk.append(Ranked::Page(back), 0, 0);
        }
        None
    }
}

/// Pages between the hands, of so many, by the setting; at least one, and less than a round.
pub fn spread(setting: u32, count: usize) -> usize {
    match setting as usize {
        0 => count / 2,
        spread => spread,
    }
    .clamp(1, count.saturating_sub(1).max(1))
}
