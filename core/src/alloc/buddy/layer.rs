//! One bit per unit, 64 to a word, and for each order the set of words that have a free block of exactly that order.
//!
//! ```text
//! a word      0 1 1 1 1 0 1 1 …      units 1, 2..3, 4, 6..7: a run of ones, cut at aligned places, is its blocks
//! its orders  {0, 1}                 so joining two buddies is setting a bit: nothing merges, nothing is searched
//! ```
//! Setting and clearing put a word on the stack of those touched; its orders are worked out when it is taken off,
//! however many bits have changed. Invariant: for a word that is not on the stack, `index[o]` says whether it has a
//! block of order `o` that is not half of a larger one.

use crate::alloc::sets::set64::Set64;

/// Orders within a word, the whole word left out.
const ORDERS: usize = 6;
/// `PAIRS[o]`: where blocks of order `o + 1` may start.
const PAIRS: [u64; ORDERS - 1] =
    [0x5555_5555_5555_5555, 0x1111_1111_1111_1111, 0x0101_0101_0101_0101, 0x0001_0001_0001_0001, 0x1_0000_0001];
/// A mark: every unit is free, and the word belongs to the layer above.
const FULL: u8 = 0x40;
/// A mark: the word is on the stack, the other marks are those of an earlier moment.
const TOUCHED: u8 = 0x80;

/// A bitmap with its index.
#[derive(Clone, Debug)]
pub struct Layer {
    words: Vec<u64>,
    /// For each word, a bit for every order in whose index the word is, and `FULL`.
    marks: Vec<u8>,
    index: Vec<Set64>,
    /// The orders whose index is not empty.
    filled: u32,
    /// Words whose bits have changed since their marks were made, the one touched last on top.
    touched: Vec<u32>,
    /// `PAIRS` of the orders below the largest here, then zeroes: nothing pairs.
    pairs: [u64; ORDERS - 1],
    /// Whether a word of free units is one unit of a layer above.
    passes_up: bool,
}

impl Layer {
    /// A layer of `units` units, none of them free. `top`: the largest order, in units; `passes_up`: whether a whole
    /// word is reported to the layer above.
    pub fn new(units: usize, top: u8, passes_up: bool) -> Layer {
        let words = units.div_ceil(64);
        Layer {
            words: vec![0; words],
            marks: vec![0; words],
            index: vec![Set64::new(words); usize::from(top) + 1],
            filled: 0,
            touched: Vec::new(),
            pairs: std::array::from_fn(|order| if order < usize::from(top) { PAIRS[order] } else { 0 }),
            passes_up,
        }
    }

    /// The bits: 1 is free, unit 0 in the lowest bit of the first word.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// The orders that have an indexed block, as bits.
    #[inline]
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// Makes units free, or takes them (`free` is `false`).
    #[inline]
    pub fn set(&mut self, start: usize, len: usize, free: bool) {
        let (mut at, end) = (start, start + len);
        while at < end {
            let n = (64 - at % 64).min(end - at);
            self.set_in_word(at, n, free);
            at += n;
        }
    }

    /// Makes units within one word free, or takes them.
    #[inline]
    pub fn set_in_word(&mut self, at: usize, len: usize, free: bool) {
        let (word, bits) = (at / 64, (u64::MAX >> (64 - len)) << (at % 64));
        if free {
            self.words[word] |= bits;
        } else {
            self.words[word] &= !bits;
        }
        self.touch(word);
    }

    /// Makes one unit free.
    #[inline]
    pub fn free_one(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
        self.touch(at / 64);
    }

    #[inline(always)]
    fn touch(&mut self, word: usize) {
        let mark = &mut self.marks[word];
        if *mark & TOUCHED == 0 {
            *mark |= TOUCHED;
            self.touched.push(word as u32);
        }
    }

    /// Makes a whole word free or takes it; `false`: it was touched before, so the change is reported to the layer
    /// above later.
    #[inline]
    pub fn set_word(&mut self, word: usize, free: bool) -> bool {
        self.words[word] = if free { u64::MAX } else { 0 };
        let touched = self.marks[word] & TOUCHED != 0;
        if !touched {
            self.marks[word] = if free { FULL } else { 0 };
        }
        !touched
    }

    /// Takes a word that was full from the layer above into this one. `false`: it was here.
    #[inline]
    pub fn enter(&mut self, word: usize) -> bool {
        let was_full = self.marks[word] == FULL;
        if was_full {
            self.marks[word] = 0;
        }
        was_full
    }

    /// A block of the word touched last: of its smallest order from `order` up, if no smaller one is indexed. Words
    /// without such a block are taken off the stack first.
    #[inline]
    pub fn last_touched(&mut self, order: u8, mut full: impl FnMut(usize, bool)) -> Option<(usize, u8)> {
        while let Some(word) = self.touched.last() {
            let word = *word as usize;
            if order == 0 {
                // The commonest case: a single frame whose buddy is taken.
                let singles = self.words[word] & !halves(self.words[word] & (self.words[word] >> 1) & self.pairs[0], 0);
                if singles != 0 {
                    return Some((word * 64 + singles.trailing_zeros() as usize, 0));
                }
            }
            let (blocks, marks) = self.blocks_of(self.words[word]);
            let own = u32::from(marks & !FULL) >> order << order;
            let indexed = self.filled >> order << order;
            if own != 0 && own.trailing_zeros() <= indexed.trailing_zeros() {
                let found = own.trailing_zeros() as u8;
                return Some((word * 64 + blocks[usize::from(found)].trailing_zeros() as usize, found));
            }
            self.touched.pop();
            self.settle_word(word, marks, &mut full);
        }
        None
    }

    /// Empties the stack. Reports each word that has become entirely free, or no longer is.
    #[inline]
    pub fn settle(&mut self, mut full: impl FnMut(usize, bool)) {
        while let Some(word) = self.touched.pop() {
            let marks = self.blocks_of(self.words[word as usize]).1;
            self.settle_word(word as usize, marks, &mut full);
        }
    }

    #[inline]
    fn settle_word(&mut self, word: usize, new: u8, full: &mut impl FnMut(usize, bool)) {
        let changed = (self.marks[word] & !TOUCHED) ^ new;
        self.marks[word] = new;
        if changed & FULL != 0 {
            full(word, new & FULL != 0);
        }
        let mut orders = changed & !FULL;
        while orders != 0 {
            let order = orders.trailing_zeros() as usize;
            orders &= orders - 1;
            let set = &mut self.index[order];
            if new >> order & 1 == 1 {
                set.insert(word);
                self.filled |= 1 << order;
            } else {
                set.remove(word);
                self.filled &= !(u32::from(set.is_empty()) << order);
            }
        }
    }

    /// Where a word's blocks of each order start, and the marks that say so. Without a branch for each order, since
    /// which orders a word has cannot be predicted.
    #[inline(always)]
    fn blocks_of(&self, word: u64) -> ([u64; ORDERS], u8) {
        if word == u64::MAX && self.passes_up {
            return ([0; ORDERS], FULL);
        }
        let (mut free, mut marks, mut blocks) = (word, 0, [0; ORDERS]);
        for (order, block) in blocks[..ORDERS - 1].iter_mut().enumerate() {
            let pairs = free & (free >> (1 << order)) & self.pairs[order];
            *block = free & !halves(pairs, order);
            marks |= u8::from(*block != 0) << order;
            free = pairs;
        }
        blocks[ORDERS - 1] = free;
        (blocks, marks | u8::from(free != 0) << (ORDERS - 1))
    }

    /// The lowest indexed block of the smallest order from `order` up. Call `settle` first.
    #[inline]
    pub fn smallest(&self, order: u8) -> Option<(usize, u8)> {
        let above = self.filled >> order;
        if above == 0 {
            return None;
        }
        let order = order + above.trailing_zeros() as u8;
        let word = self.index[usize::from(order)].first();
        let blocks = self.blocks_of(self.words[word]).0[usize::from(order)];
        Some((word * 64 + blocks.trailing_zeros() as usize, order))
    }

    /// Every block of an order, lowest first. Call `settle` first.
    pub fn blocks(&self, order: u8) -> impl Iterator<Item = usize> + '_ {
        self.index[usize::from(order)].iter().flat_map(move |word| {
            let mut left = self.blocks_of(self.words[word]).0[usize::from(order)];
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(word * 64 + bit)
            })
        })
    }

    /// Whether an aligned block within a word is free, and, where blocks of its order merge, its buddy is not.
    #[inline]
    pub fn is_block(&self, at: usize, order: u8, may_merge: bool) -> bool {
        let (word, bits) = (self.words[at / 64], u64::MAX >> (64 - (1 << order)));
        let buddy = bits << ((at ^ (1 << order)) % 64);
        word >> (at % 64) & bits == bits && !(may_merge && word & buddy == buddy)
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

    /// Whether the index is what the bits say. Call `settle` first.
    pub fn is_sound(&self) -> bool {
        (0..self.words.len()).all(|at| {
            let marks = self.blocks_of(self.words[at]).1;
            let indexed = self.index.iter().enumerate().all(|(o, set)| set.has(at) == (marks >> o & 1 == 1));
            self.marks[at] == marks && indexed
        }) && self.index.iter().enumerate().all(|(o, set)| set.is_empty() == (self.filled >> o & 1 == 0))
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        let index: usize = self.index.iter().map(Set64::bytes).sum();
        self.words.len() * 8 + self.marks.len() + self.touched.capacity() * 4 + index
    }
}

/// Those bits of the pairs of blocks of an order that are the pairs' halves.
#[inline(always)]
fn halves(pairs: u64, order: usize) -> u64 {
    pairs | pairs << (1 << order)
}
