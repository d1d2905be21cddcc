//! Fragments by length: for each length the words of the bitmap that one starts in.
//!
//! ```text
//!   word              3            4
//!   bits              0110 0100    1011 1110           of word 3 fragments of 1 and 2 frames, and one of 1 that is
//!   lengths[word]     {1, 2}       {1, 5}              word 4's, since it starts there
//!   words[length]     1: {3, 4}    2: {3}    5: {4}    the highest word of a length is remembered
//! ```
//! An index over words, not frames, is 64 times smaller than one over frames and stays in the nearest cache; where in
//! the word is a few shifts. Nearly all requests are for single frames, and whether a word has one that stands alone is
//! seen from the word: words that may have one are in a set of their own, `singles`. The longer lengths of words that
//! have changed are worked out when one is asked for (`settle`). Invariant: the sets, once settled, say what the bitmap
//! says.

use crate::alloc::sets::bits::Bits;
use crate::alloc::sets::frame_bits::{FrameBits, Part, Word};
use crate::alloc::sets::highest::Highest;

/// Number of the bitmap's stack that the fragments use.
pub const FRAGMENTS: usize = 0;

/// The index of fragments.
#[derive(Clone, Debug)]
pub struct Fragments {
    /// Runs of this many frames or more are areas, not fragments.
    keep: u32,
    /// For each word, a bit for every length from 2 on that starts in it.
    lengths: Vec<u64>,
    /// The words with a frame that stands alone.
    singles: Highest,
    /// For each length from 2 on, the words where fragments of it start.
    words: Vec<Bits>,
    /// The lengths from 2 on of which fragments exist, a bit each.
    filled: u64,
}

impl Fragments {
    /// No fragments, in a bitmap of `words` words.
    pub fn new(words: u32, keep: u32) -> Fragments {
        let (lengths, singles) = (vec![0; words as usize], Highest::new(words));
        Fragments {
            keep,
            lengths,
            singles,
            words: vec![Bits::new(words); (keep as usize).saturating_sub(2)],
            filled: 0,
        }
    }

    /// Notes frames that have just been freed: a single one may stand alone.
    #[inline]
    pub fn freed(&mut self, part: Part) {
        if part.len == 1 {
            self.may_stand_alone(part.start);
        }
    }

    /// Notes frames that have just been taken: the frames beside them may stand alone.
    #[inline]
    pub fn taken(&mut self, part: Part, bits: &FrameBits<2>) {
        if bits.is_free_below(part.start) {
            self.may_stand_alone(part.start - 1);
        }
        if bits.is_free(part.end()) {
            self.may_stand_alone(part.end());
        }
    }

    #[inline]
    fn may_stand_alone(&mut self, frame: u32) {
        self.singles.offer(FrameBits::<2>::word_of(frame));
    }

    /// The highest frame that stands alone; `None` if none does.
    #[inline]
    pub fn single(&mut self, bits: &FrameBits<2>) -> Option<Part> {
        let w = self.singles.find(|w| bits.word(w).alone() != 0)?;
        Some(Part { start: (w - 1) * 64 + bits.word(w).alone().ilog2(), len: 1 })
    }

    /// Enters what has changed into the index of longer lengths.
    #[inline]
    pub fn settle(&mut self, bits: &mut FrameBits<2>) {
        if !bits.is_settled(FRAGMENTS) {
            self.take_over(bits);
        }
    }

    #[inline(never)]
    fn take_over(&mut self, bits: &mut FrameBits<2>) {
        while let Some(w) = bits.pop(FRAGMENTS) {
            let word = bits.word(w);
            self.look_at(w, word);
            if word.goes_on() {
                self.look_at(w + 1, bits.word(w + 1));
            }
            // A fragment that comes up to this word is shorter than one.
            if word.comes_from_below() {
                self.look_at(w - 1, bits.word(w - 1));
            }
        }
    }

    #[inline]
    fn look_at(&mut self, w: u32, word: Word) {
        let lengths = self.lengths_in(word);
        let before = std::mem::replace(&mut self.lengths[w as usize], lengths);
        if lengths != before {
            self.change(w, before, lengths);
        }
    }

    #[inline]
    fn change(&mut self, w: u32, before: u64, now: u64) {
        let mut changed = before ^ now;
        while changed != 0 {
            let len = changed.trailing_zeros();
            changed &= changed - 1;
            let words = &mut self.words[len as usize - 2];
            if now >> len & 1 == 1 {
                words.insert(w);
                self.filled |= 1 << len;
            } else if words.remove(w) {
                self.filled &= !(1 << len);
            }
        }
    }

    /// All runs of a word are followed a frame further at a time: when some end, there is one of that length. Most are
    /// short, and where a loop ends that is different each time is a guess that fails: the first steps are always done.
    #[inline]
    fn lengths_in(&self, word: Word) -> u64 {
        let (mut starts, mut lengths) = (word.starts(), 0);
        if starts == 0 {
            return 0;
        }
        let mut step = |len: u32| {
            let longer = starts & word.shifted(len);
            lengths |= u64::from(longer != starts) << len;
            starts = longer;
            longer != 0
        };
        (1..4).for_each(|len| _ = step(len));
        if step(4) {
            _ = (5..self.keep).all(step);
        }
        lengths & !2 & u64::MAX >> (64 - self.keep)
    }

    /// The shortest length from `pages` on, other than 1, of which a fragment exists.
    #[inline]
    pub fn shortest(&self, pages: u32) -> Option<u32> {
        let lengths = self.filled >> pages;
        (lengths != 0).then(|| pages + lengths.trailing_zeros())
    }

    /// The highest fragment of a length; `None` if there is none.
    #[inline]
    pub fn highest(&self, len: u32, bits: &FrameBits<2>) -> Option<Part> {
        let w = self.words[len as usize - 2].last()?;
        let starts = bits.word(w).starts_of_exactly(len);
        Some(Part { start: (w - 1) * 64 + starts.ilog2(), len })
    }

    /// All fragments of a length, the highest first.
    pub fn of(&self, len: u32, bits: &FrameBits<2>) -> impl Iterator<Item = Part> {
        let words = self.words.get((len as usize).wrapping_sub(2));
        let singles = self.singles.iter().filter(move |_| len == 1);
        let longer = words.and_then(Bits::last).into_iter().flat_map(move |last| {
            std::iter::successors(Some(last), move |w| words.and_then(|words| words.last_below(*w)))
        });
        singles.chain(longer).flat_map(move |w| {
            let mut starts = bits.word(w).starts_of_exactly(len);
            std::iter::from_fn(move || {
                let bit = starts.checked_ilog2()?;
                starts ^= 1 << bit;
                Some(Part { start: (w - 1) * 64 + bit, len })
            })
        })
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.lengths.len() * 8 + self.singles.bytes() + self.words.iter().map(Bits::bytes).sum::<usize>()
    }
}
