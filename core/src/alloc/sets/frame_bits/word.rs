//! One word of the bitmap and the runs that start in it, without a loop over its frames.
//!
//! ```text
//!   bits                0111 0110 1111        a run starts where the bit below is 0
//!   bits & bits >> 1    0011 0010 0111        where 2 or more are free from here on; once more, doubled: 4 or more
//! ```
//! Runs may go on in the next word, so that is at hand, too. Source: the ways with shifts in Warren, Hacker's Delight
//! 6-2.

/// A word of the bitmap among its neighbours: runs that start in it may go on in the next.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub bits: u64,
    /// The bit below its lowest.
    below: u64,
    /// The next word.
    above: u64,
}

impl Word {
    /// A word between two others.
    #[inline]
    pub fn new(below: u64, bits: u64, above: u64) -> Word {
        Word { bits, below: below >> 63, above }
    }

    /// Whether the frame below its lowest is free.
    #[inline]
    pub fn comes_from_below(self) -> bool {
        self.below == 1
    }

    /// Whether the frame above its highest is free.
    #[inline]
    pub fn goes_on(self) -> bool {
        self.above & 1 == 1
    }

    /// Where runs start.
    #[inline]
    pub fn starts(self) -> u64 {
        self.bits & !(self.bits << 1 | self.below)
    }

    /// Frames that are free and have no free neighbour.
    #[inline]
    pub fn alone(self) -> u64 {
        self.starts() & !self.shifted(1)
    }

    /// The bits `n` above, 1 to 63: set where the frame `n` further up is free.
    #[inline]
    pub fn shifted(self, n: u32) -> u64 {
        self.bits >> n | self.above << (64 - n)
    }

    /// Where runs of `len` frames or more start, 1 to 64.
    #[inline]
    pub fn starts_of(self, len: u32) -> u64 {
        // Where at least `have` frames are free from here on: doubled as often as possible.
        let (mut free, mut above, mut have) = (self.bits, self.above, 1);
        while have < len {
            let step = have.min(len - have);
            (free, above) = (free & (free >> step | above << (64 - step)), above & above >> step);
            have += step;
        }
        self.starts() & free
    }

    /// The greatest power of two that is no longer than the longest run that starts here, plus one; 0: none starts. 7:
    /// it has 64 frames or more.
    #[inline]
    pub fn longest_power(self) -> u8 {
        let starts = self.starts();
        let (mut free, mut above) = (self.bits, self.above);
        for power in 0..6 {
            if starts & free == 0 {
                return power;
            }
            let step = 1 << power;
            (free, above) = (free & (free >> step | above << (64 - step)), above & above >> step);
        }
        6 + u8::from(starts & free != 0)
    }

    /// Where runs of exactly `len` frames start, 1 to 63.
    #[inline]
    pub fn starts_of_exactly(self, len: u32) -> u64 {
        self.starts_of(len) & !self.shifted(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against a walk over the frames, in words that are dense or sparse.
    #[test]
    fn runs_are_found_as_by_a_walk() {
        let mut seed = 11u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed ^ seed >> 29
        };
        for n in 0..500 {
            let mut word = || match n % 3 {
                0 => next() & next() & next(),
                1 => next() | next() | next() | next(),
                _ => u64::MAX << (next() & 63),
            };
            let all = [word(), word(), word()];
            let free = |at: u32| at < 192 && all[at as usize / 64] >> (at & 63) & 1 == 1;
            let word = Word::new(all[0], all[1], all[2]);
            let runs: Vec<(u32, u32)> = (64..128)
                .filter(|at| free(*at) && !free(at - 1))
                .map(|at| (at - 64, (at..).take_while(|at| free(*at)).count() as u32))
                .collect();
            let bits = |holds: &dyn Fn(u32) -> bool| {
                runs.iter().filter(|run| holds(run.1)).fold(0u64, |bits, run| bits | 1 << run.0)
            };
            assert_eq!(word.starts(), bits(&|_| true));
            assert_eq!(word.alone(), bits(&|len| len == 1));
            for wanted in 1..64 {
                assert_eq!(word.starts_of(wanted), bits(&|len| len >= wanted));
                assert_eq!(word.starts_of_exactly(wanted), bits(&|len| len == wanted));
            }
            assert_eq!(word.starts_of(64), bits(&|len| len >= 64));
            let longest = runs.iter().map(|run| run.1).max();
            assert_eq!(u32::from(word.longest_power()), longest.map_or(0, |len| len.ilog2() + 1).min(7));
        }
    }
}
