//! Words in which something may be found, and of those the highest.
//!
//! ```text
//!   top    9             the highest, kept beside the set: what is freed high up and taken again never enters it
//!   rest   {2, 3, 7}     all lower ones
//! ```
//! A word is put in when it may have come to hold something, which costs a look at one bit if it is in already. It goes
//! when it is the highest and found to hold nothing: so nobody need notice when a word loses what it held. Invariant:
//! every word that holds something is in; all in `rest` are below `top`.

use super::bits::Bits;

/// The set.
#[derive(Clone, Debug)]
pub struct Highest {
    /// A word, or 0: none. No word that holds anything has the number 0.
    top: u32,
    rest: Bits,
}

impl Highest {
    /// No words, out of so many.
    pub fn new(words: u32) -> Highest {
        Highest { top: 0, rest: Bits::new(words) }
    }

    /// A word may hold something from now on. `holds`: whether a word does.
    #[inline]
    pub fn offer(&mut self, w: u32, holds: impl Fn(u32) -> bool) {
        if w < self.top {
            if self.rest.contains(w) {
                return;
            }
            if self.rest.last().is_some_and(|last| w < last) || holds(self.top) {
                return self.rest.insert(w);
            }
            self.top = w;
        } else if w > self.top {
            if self.top > 0 && holds(self.top) {
                self.rest.insert(self.top);
            }
            self.top = w;
        }
    }

    /// The highest word that holds something.
    #[inline]
    pub fn find(&mut self, holds: impl Fn(u32) -> bool) -> Option<u32> {
        while self.top > 0 && !holds(self.top) {
            self.top = self.rest.last().unwrap_or(0);
            if self.top > 0 {
                self.rest.remove(self.top);
            }
        }
        (self.top > 0).then_some(self.top)
    }

    /// All words that may hold something, highest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let rest = std::iter::successors(self.rest.last(), |w| self.rest.last_below(*w));
        std::iter::once(self.top).filter(|top| *top > 0).chain(rest)
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.rest.bytes()
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
                        set.offer(w, |w| holds[w as usize]);
                    }
                    1 => set.offer(w, |w| holds[w as usize]),
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
