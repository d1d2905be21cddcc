//! One bit per unit, 64 to a word, and for each order the set of words that have a free block of exactly that order.
//!
//! ```text
//! a word      0 1 1 1 1 0 1 1 …      units 1, 2..3, 4, 6..7: a run of ones, cut at aligned places, is its blocks
//! its orders  {0, 1}                 so joining two buddies is setting a bit: nothing merges, nothing is searched
//! ```
//! Setting and clearing put a word on the stack of those touched; its orders are worked out when it is taken off, however
//! many bits have changed. Invariant: of a word that is not on the stack, `index[o]` says whether it has a block of order
//! `o` that is no half of a larger one.

use super::set64::Set64;

/// `PAIRS[o]`: where blocks of order `o + 1` may start.
const PAIRS: [u64; 6] =
    [0x5555_5555_5555_5555, 0x1111_1111_1111_1111, 0x0101_0101_0101_0101, 0x0001_0001_0001_0001, 0x1_0000_0001, 1];
/// A mark: every unit is free, and the word belongs to the layer above.
const FULL: u8 = 0x40;
/// A mark: the word is on the stack, the other marks are those of an earlier moment.
const TOUCHED: u8 = 0x80;

/// A bitmap with its index.
#[derive(Clone, Debug)]
pub struct Layer {
    words: Vec<u64>,
    /// Of each word, a bit for every order in whose index it stands, and `FULL`.
    marks: Vec<u8>,
    index: Vec<Set64>,
    /// The orders whose index is not empty.
    filled: u32,
    /// Words whose bits have changed since their marks were made, the one touched last on top.
    touched: Vec<u32>,
    /// The largest order here.
    top: u8,
    /// Whether a word of free units is one unit of a layer above.
    passes_up: bool,
}

impl Layer {
    pub fn new(units: usize, top: u8, passes_up: bool) -> Layer {
        let words = units.div_ceil(64);
        Layer {
            words: vec![0; words],
            marks: vec![0; words],
            index: vec![Set64::new(words); usize::from(top) + 1],
            filled: 0,
            touched: Vec::new(),
            top,
            passes_up,
        }
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The orders that have an indexed block, as bits.
    #[inline]
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// Makes units free, or takes them.
    #[inline]
    pub fn set(&mut self, start: usize, len: usize, free: bool) {
        let (mut at, end) = (start, start + len);
        while at < end {
            let n = (64 - at % 64).min(end - at);
            self.set_in_word(at, n, free);
            at += n;
        }
    }

    /// The same within one word.
    #[inline]
    pub fn set_in_word(&mut self, at: usize, len: usize, free: bool) {
        let (word, bits) = (at / 64, (u64::MAX >> (64 - len)) << (at % 64));
        if free {
            self.words[word] |= bits;
        } else {
            self.words[word] &= !bits;
        }
        if self.marks[word] & TOUCHED == 0 {
            self.marks[word] |= TOUCHED;
            self.touched.push(word as u32);
        }
    }

    /// Makes a whole word free or takes it; `false`: it was touched before, so the layer above is told later.
    #[inline]
    pub fn set_word(&mut self, word: usize, free: bool) -> bool {
        self.words[word] = if free { u64::MAX } else { 0 };
        let touched = self.marks[word] & TOUCHED != 0;
        if !touched {
            self.marks[word] = if free { FULL } else { 0 };
        }
        !touched
    }

    /// A word that was full enters this layer: the layer above knows.
    #[inline]
    pub fn enter(&mut self, word: usize) {
        debug_assert_eq!(self.marks[word], FULL);
        self.marks[word] = 0;
    }

    /// The word touched last, and the smallest order from `order` up of its blocks, smaller than any indexed one or just
    /// `order`; with the block. Words without are taken off the stack first.
    #[inline]
    pub fn last_touched(&mut self, order: u8, mut full: impl FnMut(usize, bool)) -> Option<(usize, u8)> {
        while let Some(word) = self.touched.last() {
            let word = *word as usize;
            if let Some((bit, found)) = self.smallest_in(word, order)
                && (found == order || self.filled >> order << order & ((2 << found) - 1) == 0)
            {
                return Some((word * 64 + bit, found));
            }
            self.settle_last(&mut full);
        }
        None
    }

    /// The smallest order from `order` up that a word has a block of, and the lowest such block.
    #[inline]
    fn smallest_in(&self, word: usize, order: u8) -> Option<(usize, u8)> {
        if self.passes_up && self.words[word] == u64::MAX {
            return None;
        }
        let mut free = (0..order).fold(self.words[word], pairs);
        for found in order..self.top {
            if free == 0 {
                return None;
            }
            let up = pairs(free, found);
            let alone = free & !halves(up, found);
            if alone != 0 {
                return Some((alone.trailing_zeros() as usize, found));
            }
            free = up;
        }
        (free != 0).then(|| (free.trailing_zeros() as usize, self.top))
    }

    /// Empties the stack. Tells of each word that has become one of free units only, or is no longer.
    #[inline]
    pub fn settle(&mut self, mut full: impl FnMut(usize, bool)) {
        while !self.touched.is_empty() {
            self.settle_last(&mut full);
        }
    }

    #[inline]
    fn settle_last(&mut self, full: &mut impl FnMut(usize, bool)) {
        let Some(word) = self.touched.pop() else { return };
        let at = word as usize;
        let (old, new) = (self.marks[at] & !TOUCHED, self.marks_of(self.words[at]));
        self.marks[at] = new;
        let changed = old ^ new;
        if changed & FULL != 0 {
            full(at, new & FULL != 0);
        }
        let mut orders = changed & !FULL;
        while orders != 0 {
            let order = orders.trailing_zeros() as usize;
            orders &= orders - 1;
            let set = &mut self.index[order];
            if new >> order & 1 == 1 {
                set.insert(at);
                self.filled |= 1 << order;
            } else {
                set.remove(at);
                self.filled &= !(u32::from(set.is_empty()) << order);
            }
        }
    }

    #[inline]
    fn marks_of(&self, word: u64) -> u8 {
        if word == u64::MAX && self.passes_up {
            return FULL;
        }
        let (mut free, mut marks) = (word, 0);
        for order in 0..self.top {
            let up = pairs(free, order);
            marks |= u8::from(free & !halves(up, order) != 0) << order;
            free = up;
        }
        marks | u8::from(free != 0) << self.top
    }

    /// The lowest indexed block of an order that has one. Settled.
    #[inline]
    pub fn first(&self, order: u8) -> usize {
        let word = self.index[usize::from(order)].first();
        word * 64 + self.blocks_in(word, order).trailing_zeros() as usize
    }

    /// Where the word's blocks of exactly this order start, as bits. Of a word that is not `FULL`.
    #[inline]
    fn blocks_in(&self, word: usize, order: u8) -> u64 {
        let free = (0..order).fold(self.words[word], pairs);
        if order == self.top { free } else { free & !halves(pairs(free, order), order) }
    }

    /// Every block of an order, lowest first. Settled.
    pub fn blocks(&self, order: u8) -> impl Iterator<Item = usize> + '_ {
        self.index[usize::from(order)].iter().flat_map(move |word| {
            let mut left = self.blocks_in(word, order);
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(word * 64 + bit)
            })
        })
    }

    /// Whether all units of a range are free.
    pub fn is_free(&self, start: usize, len: usize) -> bool {
        let (mut at, end) = (start, start + len);
        while at < end {
            let n = (64 - at % 64).min(end - at);
            let bits = (u64::MAX >> (64 - n)) << (at % 64);
            if self.words.get(at / 64).is_none_or(|word| word & bits != bits) {
                return false;
            }
            at += n;
        }
        true
    }

    /// Whether the index is what the bits say. Settled.
    pub fn is_sound(&self) -> bool {
        (0..self.words.len()).all(|at| {
            let marks = self.marks_of(self.words[at]);
            let indexed = self.index.iter().enumerate().all(|(o, set)| set.has(at) == (marks >> o & 1 == 1));
            self.marks[at] == marks && indexed
        }) && self.index.iter().enumerate().all(|(o, set)| set.is_empty() == (self.filled >> o & 1 == 0))
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let index: usize = self.index.iter().map(Set64::bytes).sum();
        self.words.len() * 8 + self.marks.len() + self.touched.capacity() * 4 + index
    }
}

/// Of free blocks of `order`, the pairs of buddies: the free blocks of the next order.
#[inline(always)]
fn pairs(free: u64, order: u8) -> u64 {
    free & (free >> (1 << order)) & PAIRS[usize::from(order)]
}

/// The halves of these pairs.
#[inline(always)]
fn halves(pairs: u64, order: u8) -> u64 {
    pairs | pairs << (1 << order)
}
