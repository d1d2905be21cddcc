//! A set of numbers as bits, with a bit above for every word that is not empty, and so on up to one word: the highest
//! number below another is found in as many steps as there are levels, four for 16 M.
//!
//! ```text
//!   level 1                 0100 0010              one bit per word of level 0
//!   level 0   0000 0000  ...  1000 0001  ...       one bit per number
//! ```
//! Invariant: a bit above is set exactly if its word is not 0. Linux's `sbitmap` and the O(1) scheduler's bitmap are
//! relatives; van Emde Boas 1975 is the idea.

/// The set.
#[derive(Clone, Debug)]
pub struct Bits {
    /// Lowest first.
    levels: Vec<Vec<u64>>,
}

impl Bits {
    /// An empty set of numbers below `n`.
    pub fn new(n: u32) -> Bits {
        let (mut levels, mut words) = (Vec::new(), n as usize);
        loop {
            words = words.div_ceil(64);
            levels.push(vec![0; words]);
            if words <= 1 {
                return Bits { levels };
            }
        }
    }

    /// Adds a number.
    #[inline]
    pub fn insert(&mut self, n: u32) {
        let mut at = n;
        for level in &mut self.levels {
            let word = &mut level[at as usize >> 6];
            let before = std::mem::replace(word, *word | 1 << (at & 63));
            if before != 0 {
                return;
            }
            at >>= 6;
        }
    }

    /// Removes a number. `true`: it was the last one.
    #[inline]
    pub fn remove(&mut self, n: u32) -> bool {
        let mut at = n;
        for level in &mut self.levels {
            let word = &mut level[at as usize >> 6];
            *word &= !(1 << (at & 63));
            if *word != 0 {
                return false;
            }
            at >>= 6;
        }
        true
    }

    /// Whether a number is in it.
    pub fn contains(&self, n: u32) -> bool {
        self.levels[0][n as usize >> 6] >> (n & 63) & 1 == 1
    }

    /// The highest number.
    #[inline]
    pub fn last(&self) -> Option<u32> {
        let top = *self.levels.last()?.first()?;
        (top != 0).then(|| self.descend(self.levels.len() - 1, 63 - top.leading_zeros()))
    }

    /// The highest number below `n`.
    pub fn last_below(&self, n: u32) -> Option<u32> {
        let mut end = n;
        for (height, level) in self.levels.iter().enumerate() {
            let bits = level.get(end as usize >> 6).map_or(0, |word| word & ((1 << (end & 63)) - 1));
            if bits != 0 {
                return Some(self.descend(height, (end >> 6 << 6) + 63 - bits.leading_zeros()));
            }
            end >>= 6;
        }
        None
    }

    /// From a bit of a level to the highest number below it.
    #[inline]
    fn descend(&self, height: usize, bit: u32) -> u32 {
        self.levels[..height].iter().rev().fold(bit, |at, level| at << 6 | (63 - level[at as usize].leading_zeros()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn finds_what_a_set_finds() {
        for n in [1, 64, 65, 5000, 300_000] {
            let (mut bits, mut set, mut seed) = (Bits::new(n), BTreeSet::new(), 3u32);
            for _ in 0..3000 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (seed >> 8) % n;
                if set.insert(at) {
                    bits.insert(at);
                } else {
                    set.remove(&at);
                    assert_eq!(bits.remove(at), set.is_empty());
                }
                assert_eq!(bits.contains(at), set.contains(&at));
                assert_eq!(bits.last(), set.last().copied());
                assert_eq!(bits.last_below(at), set.range(..at).next_back().copied());
            }
        }
    }
}
