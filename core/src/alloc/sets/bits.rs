//! A set of numbers as bits, with a bit above for every word that is not empty, and so on up to one word: the next
//! number above or below another is found in as many steps as there are levels, four for 16 M.
//!
//! ```text
//!   level 1                 0100 0010              one bit per word of level 0
//!   level 0   0000 0000  ...  1000 0001  ...       one bit per number
//!                             ^ last
//! ```
//! All levels lie in one array, the lowest first, and the greatest number is remembered: a caller that wants just that
//! reads no level. Invariant: a bit above is set exactly if its word is not 0. Linux's `sbitmap` and the O(1)
//! scheduler's bitmap are relatives; van Emde Boas 1975 is the idea.

/// Enough for 2^30 numbers.
const LEVELS: usize = 5;

/// A set of numbers.
#[derive(Clone, Debug)]
pub struct Bits {
    words: Vec<u64>,
    /// Where each level begins in `words`.
    base: [u32; LEVELS],
    levels: u32,
    /// One more than the greatest number; 0: the set is empty.
    end: u32,
}

impl Bits {
    /// An empty set of numbers below `n`.
    pub fn new(n: u32) -> Bits {
        let (mut base, mut levels, mut all, mut words) = ([0; LEVELS], 0, 0, n);
        loop {
            words = words.div_ceil(64).max(1);
            base[levels] = all;
            (levels, all) = (levels + 1, all + words);
            if words == 1 {
                return Bits { words: vec![0; all as usize], base, levels: levels as u32, end: 0 };
            }
        }
    }

    /// The set of all numbers below `n`.
    pub fn all(n: u32) -> Bits {
        let mut bits = Bits::new(n);
        (0..n).for_each(|at| bits.insert(at));
        bits
    }

    #[inline]
    fn level(&self, level: u32, word: u32) -> usize {
        (self.base[level as usize] + word) as usize
    }

    /// Adds a number. The bit above is written even if it is set: a branch on that could not be predicted.
    #[inline]
    pub fn insert(&mut self, n: u32) {
        self.end = self.end.max(n + 1);
        let mut at = n;
        for level in 0..self.levels {
            let place = self.level(level, at >> 6);
            let word = &mut self.words[place];
            let before = std::mem::replace(word, *word | 1 << (at & 63));
            if level > 0 && before != 0 {
                return;
            }
            at >>= 6;
        }
    }

    /// Removes a number. `true`: it was the last one.
    #[inline]
    pub fn remove(&mut self, n: u32) -> bool {
        if self.end == n + 1 {
            return self.pop();
        }
        let mut at = n;
        for level in 0..self.levels {
            let place = self.level(level, at >> 6);
            let word = &mut self.words[place];
            *word &= !(1 << (at & 63));
            if *word != 0 {
                break;
            }
            at >>= 6;
        }
        false
    }

    /// Removes the greatest number of a set that is not empty. `true`: it was the last one.
    #[inline]
    pub fn pop(&mut self) -> bool {
        let mut at = self.end - 1;
        for level in 0..self.levels {
            let place = self.level(level, at >> 6);
            let word = &mut self.words[place];
            *word ^= 1 << (at & 63);
            let left = *word;
            if left != 0 {
                self.end = self.top_under(level, (at >> 6 << 6) + left.ilog2()) + 1;
                return false;
            }
            at >>= 6;
        }
        self.end = 0;
        true
    }

    /// The greatest number below a bit of a level.
    #[inline]
    fn top_under(&self, level: u32, bit: u32) -> u32 {
        (0..level).rev().fold(bit, |at, level| at << 6 | self.words[self.level(level, at)].ilog2())
    }

    /// Whether nothing is in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Whether a number is in it.
    #[inline]
    pub fn contains(&self, n: u32) -> bool {
        self.words[n as usize >> 6] >> (n & 63) & 1 == 1
    }

    /// The greatest number; `None` if the set is empty.
    #[inline]
    pub fn last(&self) -> Option<u32> {
        self.end.checked_sub(1)
    }

    /// The greatest number below `n`; `None` if there is none.
    #[inline]
    pub fn last_below(&self, n: u32) -> Option<u32> {
        if self.end <= n { self.last() } else { self.below(n) }
    }

    fn below(&self, n: u32) -> Option<u32> {
        let mut end = n;
        for level in 0..self.levels {
            let word = self.words[self.level(level, end >> 6)];
            let bits = word & ((1 << (end & 63)) - 1);
            if bits != 0 {
                return Some(self.top_under(level, (end >> 6 << 6) + bits.ilog2()));
            }
            end >>= 6;
        }
        None
    }

    /// The least number from `n` on; `None` if there is none.
    #[inline]
    pub fn next(&self, n: u32) -> Option<u32> {
        let mut from = n;
        for level in 0..self.levels {
            let end = self.base.get(level as usize + 1).filter(|_| level + 1 < self.levels);
            let end = end.map_or(self.words.len(), |end| *end as usize);
            let place = self.level(level, from >> 6);
            let bits = if place < end { self.words[place] >> (from & 63) << (from & 63) } else { 0 };
            if bits != 0 {
                let low = |at: u32, level| at << 6 | self.words[self.level(level, at)].trailing_zeros();
                return Some((0..level).rev().fold((from >> 6 << 6) + bits.trailing_zeros(), low));
            }
            from = (from >> 6) + 1;
        }
        None
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.words.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn finds_what_a_set_finds() {
        for n in [1, 63, 64, 65, 4096, 5000, 300_000] {
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
                assert_eq!(bits.next(at), set.range(at..).next().copied());
                let other = (seed >> 3) % n;
                assert_eq!(bits.next(other), set.range(other..).next().copied());
            }
        }
    }
}
