//! One bit per unit, 64 to a word, and for each order the set of words that have a free block of exactly that order.
//!
//! ```text
//! a word      0 1 1 1 1 0 1 1 …      units 1, 2, 3..4, 6..7: a run of ones, cut at aligned places, is its blocks
//! its orders  {0, 1}                 so joining two buddies is setting a bit: nothing merges, nothing is searched
//! ```
//! Setting and clearing only mark a word stale; its orders are worked out when a block is next looked for, however many
//! bits have changed. Invariant: once settled, `index[o]` has just the words with a block of order `o` that is no half of
//! a larger one.

use super::set64::Set64;

/// `PAIRS[o]`: where blocks of order `o + 1` may start.
const PAIRS: [u64; 6] =
    [0x5555_5555_5555_5555, 0x1111_1111_1111_1111, 0x0101_0101_0101_0101, 0x0001_0001_0001_0001, 0x1_0000_0001, 1];
/// A mark: every unit is free, and the word belongs to the layer above.
const FULL: u8 = 0x40;
/// A mark: the other marks are those of an earlier moment.
const STALE: u8 = 0x80;

/// A bitmap with its index.
#[derive(Clone, Debug)]
pub struct Layer {
    words: Vec<u64>,
    /// Of each word, a bit for every order in whose index it stands, and `FULL`.
    marks: Vec<u8>,
    index: Vec<Set64>,
    /// The orders whose index is not empty.
    filled: u32,
    stale: Vec<u32>,
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
            stale: Vec::new(),
            top,
            passes_up,
        }
    }

    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The orders that have a block, as bits. Settled.
    #[inline]
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// Makes units free, or takes them.
    #[inline]
    pub fn set(&mut self, start: usize, len: usize, free: bool) {
        let (mut at, end) = (start, start + len);
        while at < end {
            let (word, low) = (at / 64, at % 64);
            let n = (64 - low).min(end - at);
            let bits = (u64::MAX >> (64 - n)) << low;
            if free {
                self.words[word] |= bits;
            } else {
                self.words[word] &= !bits;
            }
            if self.marks[word] & STALE == 0 {
                self.marks[word] |= STALE;
                self.stale.push(word as u32);
            }
            at += n;
        }
    }

    /// Brings the index up to date. Tells of each word that has become one of free units only, or is no longer.
    #[inline]
    pub fn settle(&mut self, mut full: impl FnMut(usize, bool)) {
        while let Some(word) = self.stale.pop() {
            let at = word as usize;
            let (old, new) = (self.marks[at] & !STALE, self.marks_of(self.words[at]));
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
    }

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

    /// The lowest block of an order that has one. Settled.
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
        self.words.len() * 8 + self.marks.len() + self.stale.capacity() * 4 + index
    }
}

/// Of free blocks of `order`, the pairs of buddies: the free blocks of the next order.
#[inline]
fn pairs(free: u64, order: u8) -> u64 {
    free & (free >> (1 << order)) & PAIRS[usize::from(order)]
}

/// The halves of these pairs.
#[inline]
fn halves(pairs: u64, order: u8) -> u64 {
    pairs | pairs << (1 << order)
}
