//! A set of small numbers that finds its least member with one look per level: a bitmap, above it a bitmap of its words
//! that are not empty, and so on, the root of up to 128. Linux finds a runnable priority so; a 64-ary tree of bits.

/// A set of members below the bound that `new` gets.
#[derive(Clone, Debug)]
pub struct Set64 {
    members: Vec<u64>,
    /// Which words of `members` are not empty.
    words: Vec<u64>,
    /// Which words of `words` are not.
    root: u128,
}

impl Set64 {
    /// The empty set of numbers below `bound`, 2^19 at most.
    pub fn new(bound: usize) -> Set64 {
        assert!(bound <= 1 << 19, "three levels");
        let members = vec![0; bound.div_ceil(64)];
        Set64 { words: vec![0; members.len().div_ceil(64)], members, root: 0 }
    }

    /// Whether the set has no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.root == 0
    }

    /// Adds a member.
    #[inline]
    pub fn insert(&mut self, n: usize) {
        self.members[n >> 6] |= 1 << (n & 63);
        self.words[n >> 12] |= 1 << (n >> 6 & 63);
        self.root |= 1 << (n >> 12);
    }

    /// Removes a member.
    #[inline]
    pub fn remove(&mut self, n: usize) {
        let word = &mut self.members[n >> 6];
        *word &= !(1 << (n & 63));
        if *word == 0 {
            let word = &mut self.words[n >> 12];
            *word &= !(1 << (n >> 6 & 63));
            self.root &= !(u128::from(*word == 0) << (n >> 12));
        }
    }

    /// The least member. The set is not empty.
    #[inline]
    pub fn first(&self) -> usize {
        let word = self.root.trailing_zeros() as usize;
        let word = word << 6 | self.words[word].trailing_zeros() as usize;
        word << 6 | self.members[word].trailing_zeros() as usize
    }

    /// Whether `n` is a member.
    pub fn has(&self, n: usize) -> bool {
        self.members[n / 64] >> (n % 64) & 1 == 1
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
        self.members.iter().enumerate().flat_map(bits)
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        (self.members.len() + self.words.len()) * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn it_is_a_set() {
        for bound in [1, 64, 65, 5000, 1 << 19] {
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
