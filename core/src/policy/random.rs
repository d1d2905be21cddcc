//! Any page, by a generator that starts from the machine's seed, so that a recording makes the same choices.

use super::desk::{Desk, page};
use super::{Memory, Replacement};
use crate::units::Pfn;

/// The value that holds the generator's state.
pub const STATE: u8 = 0;

/// The random policy.
pub struct Random;

/// A state to start from: never 0.
pub fn start(seed: u32) -> u64 {
    (u64::from(seed) << 32 | 0x9e37_79b9) ^ 0x2545_f491_4f6c_dd1d
}

/// The next state. Source: Marsaglia 2003, xorshift with 13, 7, 17.
fn step(mut x: u64) -> u64 {
    x ^= x << 13;
    x ^= x >> 7;
    x ^ x << 17
}

impl Replacement for Random {
    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let may_go: Vec<Pfn> = desk.ranks().list(0).filter_map(page).filter(|pfn| memory.may_go(*pfn)).collect();
        let state = step(desk.ranks().value(STATE));
        desk.set_value(STATE, state);
        // The upper bits are the better ones; a few thousandths more of some pages are no harm.
        may_go.get((state >> 33) as usize % may_go.len().max(1)).copied()
    }
}
