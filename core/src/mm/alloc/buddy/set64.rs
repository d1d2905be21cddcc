//! A set of small numbers that finds its least member with one look per level: a bitmap, above it a bitmap of its words
//! that are not empty, and so on. Linux finds a runnable priority so; a 64-ary tree of bits.

/// Members below a bound that `new` is told.
#[derive(Clone, Debug)]
pub struct Set64 {
    /// The members first, the root (one word) last.
    levels: Vec<Vec<u64>>,
}

impl Set64 {
    /// The empty set of numbers below `bound`.
    pub fn new(bound: usize) -> Set64 {
        let mut levels = vec![vec![0; bound.div_ceil(64).max(1)]];
        while let Some(last) = levels.last().filter(|last| last.len() > 1) {
            levels.push(vec![0; last.len().div_ceil(64)]);
        }
        Set64 { levels }
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.levels[self.levels.len() - 1][0] == 0
    }

    #[inline]
    pub fn insert(&mut self, n: usize) {
        let mut n = n;
        for level in &mut self.levels {
            let word = &mut level[n / 64];
            let before = *word;
            *word |= 1 << (n % 64);
            if before != 0 {
                return;
            }
            n /= 64;
        }
    }

    #[inline]
    pub fn remove(&mut self, n: usize) {
        let mut n = n;
        for level in &mut self.levels {
            let word = &mut level[n / 64];
            *word &= !(1 << (n % 64));
            if *word != 0 {
                return;
            }
            n /= 64;
        }
    }

    /// The least member. The set is not empty.
    #[inline]
    pub fn first(&self) -> usize {
        self.levels.iter().rev().fold(0, |at, level| at * 64 + level[at].trailing_zeros() as usize)
    }

    pub fn has(&self, n: usize) -> bool {
        self.levels[0][n / 64] >> (n % 64) & 1 == 1
    }

    /// The members, least first.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        let bits = |(i, word): (usize, &u64)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(i * 64 + bit)
            })
        };
        self.levels[0].iter().enumerate().flat_map(bits)
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|level| level.len() * 8).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_is_a_set() {
        for bound in [1, 64, 65, 5000] {
            let (mut set, mut model) = (Set64::new(bound), BTreeSet::new());
            let mut seed = 7u32;
            for _ in 0..4000 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let n = (seed >> 8) as usize % bound;
                if seed >> 31 == 0 {
                    set.insert(n);
                    model.insert(n);
                } else {
                    set.remove(n);
                    model.remove(&n);
                }
                assert_eq!(set.is_empty(), model.is_empty());
                assert!(model.is_empty() || Some(&set.first()) == model.first());
            }
            assert!(set.iter().eq(model));
        }
    }
}
