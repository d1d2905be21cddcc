//! A set of disjoint free runs in the order of memory: lengths by first frame, and a tree of bits to find the next.
//!
//! ```text
//! level 1   1 . . . 1 . . .        a bit says that the word below is not zero
//! level 0   ..1. .... .... ....    a bit says that a run starts at this frame
//! ```
//! Every operation takes a step per level: four for 16 M frames. Cost: 4 bytes and a bit for each frame.

use super::free_lists::FreeRun;
use crate::units::Pfn;

/// The set.
#[derive(Clone, PartialEq, Debug)]
pub struct Gaps {
    len: Vec<u32>,
    levels: Vec<Vec<u64>>,
}

impl Gaps {
    /// Empty, for `frames` frames.
    pub fn new(frames: u32) -> Gaps {
        let mut levels = Vec::new();
        let mut words = frames as usize / 64 + 1;
        loop {
            levels.push(vec![0; words]);
            if words == 1 {
                return Gaps { len: vec![0; frames as usize], levels };
            }
            words = (words - 1) / 64 + 1;
        }
    }

    /// The run that starts at `start`.
    #[inline]
    pub fn at(&self, start: u32) -> Option<FreeRun> {
        let len = *self.len.get(start as usize)?;
        (len > 0).then_some(FreeRun { start: Pfn(start), len })
    }

    #[inline]
    pub fn insert(&mut self, run: FreeRun) {
        self.len[run.start.index()] = run.len;
        let mut at = run.start.index();
        for words in &mut self.levels {
            let word = &mut words[at / 64];
            let filled = *word != 0;
            *word |= 1 << (at % 64);
            if filled {
                return;
            }
            at /= 64;
        }
    }

    #[inline]
    pub fn remove(&mut self, start: Pfn) {
        self.len[start.index()] = 0;
        let mut at = start.index();
        for words in &mut self.levels {
            let word = &mut words[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                return;
            }
            at /= 64;
        }
    }

    /// The first run that starts at `from` or above.
    #[inline]
    pub fn next(&self, from: u32) -> Option<FreeRun> {
        let mut at = from as usize;
        for (level, words) in self.levels.iter().enumerate() {
            let bits = words.get(at / 64)? & (!0 << (at % 64));
            if bits != 0 {
                return self.descend(level, at / 64 * 64 + bits.trailing_zeros() as usize, u64::trailing_zeros);
            }
            at = at / 64 + 1;
        }
        None
    }

    /// The last run that starts below `end`.
    #[inline]
    pub fn before(&self, end: u32) -> Option<FreeRun> {
        let mut at = end as usize;
        for (level, words) in self.levels.iter().enumerate() {
            let bits = words.get(at / 64).map_or(0, |word| word & ((1 << (at % 64)) - 1));
            if bits != 0 {
                return self.descend(level, at / 64 * 64 + bits.ilog2() as usize, u64::ilog2);
            }
            at /= 64;
        }
        None
    }

    /// From a bit of a level to the run it stands for: always to the first, or always to the last bit.
    #[inline]
    fn descend(&self, level: usize, mut at: usize, pick: fn(u64) -> u32) -> Option<FreeRun> {
        for words in self.levels[..level].iter().rev() {
            at = at * 64 + pick(words[at]) as usize;
        }
        self.at(at as u32)
    }

    /// The runs that start in a range.
    pub fn range(&self, start: u32, end: u32) -> impl Iterator<Item = FreeRun> + '_ {
        let mut at = start;
        std::iter::from_fn(move || {
            let run = self.next(at).filter(|run| run.start.0 < end)?;
            at = run.start.0 + run.len;
            Some(run)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Against an ordered map, near the edges of words and levels.
    #[test]
    fn found_as_in_an_ordered_map() {
        for frames in [20, 64, 65, 4096, 4097, 300_000] {
            let (mut gaps, mut map) = (Gaps::new(frames), BTreeMap::new());
            let mut seed = 7u32;
            for _ in 0..2000 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (seed >> 7) % frames;
                if map.remove(&at).is_some() {
                    gaps.remove(Pfn(at));
                } else {
                    map.insert(at, FreeRun { start: Pfn(at), len: 1 });
                    gaps.insert(FreeRun { start: Pfn(at), len: 1 });
                }
                let probe = (seed >> 3) % (frames + 1);
                assert_eq!(gaps.next(probe), map.range(probe..).next().map(|found| *found.1));
                assert_eq!(gaps.before(probe), map.range(..probe).next_back().map(|found| *found.1));
            }
        }
    }
}
