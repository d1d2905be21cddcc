//! Fragments by length: for each length the words of the bitmap that one may start in.
//!
//! ```text
//!   word              3            4
//!   bits              0110 0100    1011 1110           of word 3 fragments of 1 and 2 frames, and one of 1 that is
//!                                                      word 4's, since it starts there
//!   words[length]     1: {3, 4}    2: {3}    5: {4}    the highest word of a length is remembered
//! ```
//! An index over words, not frames, is 64 times smaller than one over frames and stays in the nearest cache; where in
//! the word is a few shifts. A word is put in when a fragment comes to start there; when it holds none any more is
//! found out when it is the highest (`Highest`). Nearly all requests are for single frames, and whether a word has one
//! that stands alone is seen from the word. Invariant, once the index is settled: every fragment is in the set of its
//! length, and `filled` has every length from 2 on whose set has words.

use crate::alloc::sets::frame_bits::{FrameBits, Part};
use crate::alloc::sets::highest::Highest;

/// The index of fragments.
#[derive(Clone, Debug)]
pub struct Fragments {
    /// For each length, from 1, the words where fragments of it may start.
    words: Vec<Highest>,
    /// The lengths from 2 on of which fragments may exist, a bit each.
    filled: u64,
}

impl Fragments {
    /// No fragments, in a bitmap of `words` words.
    pub fn new(words: u32, keep: u32) -> Fragments {
        Fragments { words: vec![Highest::new(words); keep as usize - 1], filled: 0 }
    }

    /// Notes that a frame of a word may stand alone.
    #[inline]
    pub fn offer_single(&mut self, w: u32) {
        self.words[0].offer(w);
    }

    /// Notes that a fragment of a length from 1 on may start in a word.
    #[inline]
    pub fn offer_any(&mut self, w: u32, len: u32) {
        if len == 1 { self.offer_single(w) } else { self.offer(w, len) }
    }

    /// Notes that a fragment of a length from 2 on may start in a word.
    #[inline]
    pub fn offer(&mut self, w: u32, len: u32) {
        self.filled |= 1 << len;
        let words = &mut self.words[len as usize - 1];
        if !words.has(w) {
            words.offer(w);
        }
    }

    /// The highest frame that stands alone; `None` if none does.
    #[inline]
    pub fn single(&mut self, bits: &FrameBits) -> Option<Part> {
        let w = self.words[0].find(|w| bits.word(w).alone() != 0)?;
        Some(Part { start: (w - 1) * 64 + bits.word(w).alone().ilog2(), len: 1 })
    }

    /// The highest of the shortest fragments of 2 frames or more that has `pages`; `None` if there is none. Call
    /// `settle` first.
    #[inline]
    pub fn shortest(&mut self, pages: u32, bits: &FrameBits) -> Option<Part> {
        let mut lengths = self.filled >> pages.max(2) << pages.max(2);
        while lengths != 0 {
            let len = lengths.trailing_zeros();
            if let Some(w) = self.words[len as usize - 1].find(|w| bits.word(w).starts_of_exactly(len) != 0) {
                return Some(Part { start: (w - 1) * 64 + bits.word(w).starts_of_exactly(len).ilog2(), len });
            }
            self.filled ^= 1 << len;
            lengths &= lengths - 1;
        }
        None
    }

    /// All fragments of a length, the highest first. Call `settle` first.
    pub fn of(&self, len: u32, bits: &FrameBits) -> impl Iterator<Item = Part> {
        self.words[len as usize - 1].iter().flat_map(move |w| {
            let mut starts = bits.word(w).starts_of_exactly(len);
            std::iter::from_fn(move || {
                let bit = starts.checked_ilog2()?;
                starts ^= 1 << bit;
                Some(Part { start: (w - 1) * 64 + bit, len })
            })
        })
    }

    /// Whether a length from 2 on is marked as filled if its set has words.
    pub fn is_sound(&self) -> bool {
        let mut longer = (2..).zip(&self.words[1.min(self.words.len())..]);
        longer.all(|(len, words)| self.filled >> len & 1 == 1 || words.iter().next().is_none())
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.words.iter().map(Highest::bytes).sum()
    }
}
