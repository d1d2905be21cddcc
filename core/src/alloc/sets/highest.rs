//! Words in which something may be found, and of those the highest.
//!
//! A word is put in when it may have come to hold something. It goes when it is the highest and found to hold nothing:
//! so no caller need report when a word loses what it held. Invariant: every word that holds something is in.

use super::bits::Bits;

/// The set of words that may hold something.
#[derive(Clone, Debug)]
pub struct Highest {
    words: Bits,
}

impl Highest {
    /// No words, out of `words`.
    pub fn new(words: u32) -> Highest {
        Highest { words: Bits::new(words) }
    }

    /// Notes that a word may hold something.
    #[inline]
    pub fn offer(&mut self, w: u32) {
        self.words.insert(w);
    }

    /// Whether a word is among those that may hold something.
    #[inline]
    pub fn has(&self, w: u32) -> bool {
        self.words.contains(w)
    }

    /// The highest word that holds something. `holds`: whether a word does.
    #[inline]
    pub fn find(&mut self, holds: impl Fn(u32) -> bool) -> Option<u32> {
        loop {
            let w = self.words.last()?;
            if holds(w) {
                return Some(w);
            }
            self.words.pop();
        }
    }

    /// All words that may hold something, highest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        std::iter::successors(self.words.last(), |w| self.words.last_below(*w))
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.words.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_that_holds_something_is_missed() {
        for words in [2, 65, 5000] {
            let (mut set, mut holds, mut seed) = (Highest::new(words), vec![false; words as usize], 9u32);
            for _ in 0..20_000 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let w = (seed >> 8) % (words - 1) + 1;
                match seed >> 30 {
                    0 => {
                        holds[w as usize] = true;
                        set.offer(w);
                    }
                    1 => set.offer(w),
                    2 => {
                        let found = set.find(|w| holds[w as usize]);
                        assert_eq!(found, holds.iter().rposition(|holds| *holds).map(|w| w as u32));
                        assert!(found.is_none_or(|w| std::mem::take(&mut holds[w as usize])));
                    }
                    _ => holds[w as usize] = false,
                }
            }
            let all: Vec<u32> = set.iter().filter(|w| holds[*w as usize]).collect();
            let held = (0..words).rev().filter(|w| holds[*w as usize]);
            assert_eq!(all, held.collect::<Vec<u32>>());
        }
    }
}
