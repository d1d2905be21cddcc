//! A zone's free frames as bits: blocks of orders 0 to 5 lie within a word, larger ones are whole words, kept in a
//! second layer with one bit per word. A request is served with the block of its order that was freed last, if that is
//! still free and has not merged; else from the word touched last, if no other has a smaller block; else from the
//! lowest of the smallest blocks.
//!
//! What is split and joined only events say, and these are worked out from the bits before the change (`blocks`).

use super::layer::Layer;
use super::recent::Recent;

/// Number of frames in a word.
pub(super) const GROUP: u32 = 64;
/// Order of a word's worth of frames.
pub(super) const GROUP_ORDER: u8 = 6;

/// The free frames of one zone.
#[derive(Clone, Debug)]
pub struct Bitmap {
    /// The frame of the first bit: the zone's first, rounded down to the largest block.
    pub(super) base: u32,
    pub(super) frames: Layer,
    /// A unit is a word of `frames`.
    pub(super) groups: Layer,
    recent: Recent,
    pub(super) max_order: u8,
}

impl Bitmap {
    /// A bitmap for frames `start..end`, none of them free.
    pub fn new(start: u32, end: u32, max_order: u8) -> Bitmap {
        let largest = 1 << max_order.max(GROUP_ORDER);
        let base = start & !(largest - 1);
        let (units, has_groups) = ((end - base).next_multiple_of(largest), max_order >= GROUP_ORDER);
        let frames = Layer::new(units as usize, max_order.min(GROUP_ORDER - 1), has_groups);
        let groups = if has_groups { units / GROUP } else { 0 };
        let groups = Layer::new(groups as usize, max_order.saturating_sub(GROUP_ORDER), false);
        Bitmap { base, frames, groups, recent: Recent::default(), max_order }
    }

    /// Makes frames free, or takes them, with the outcome of doing it frame by frame.
    #[inline]
    pub fn set(&mut self, start: u32, len: u32, free: bool) {
        let (start, len) = ((start - self.base) as usize, len as usize);
        if !free {
            for word in start / 64..=(start + len - 1) / 64 {
                if self.frames.enter(word) {
                    self.groups.set_in_word(word, 1, false);
                }
            }
        }
        self.frames.set(start, len, free);
    }

    /// Makes one frame free.
    #[inline]
    pub fn free_one(&mut self, pfn: u32) {
        self.frames.free_one((pfn - self.base) as usize);
    }

    /// Makes a run free: whole words at once.
    #[inline]
    pub fn free(&mut self, start: u32, len: u32) {
        let (mut at, end) = ((start - self.base) as usize, (start - self.base + len) as usize);
        while at < end {
            let n = (64 - at % 64).min(end - at);
            if n < 64 || self.max_order < GROUP_ORDER {
                self.frames.set_in_word(at, n, true);
            } else if self.frames.set_word(at / 64, true) {
                self.groups.set_in_word(at / 64, 1, true);
            }
            at += n;
        }
    }

    /// Notes that a block is about to be freed whole. Single frames are not noted: the word touched last will do.
    #[inline]
    pub fn note(&mut self, start: u32, order: u8) {
        if order > 0 {
            self.recent.push(order, start);
        }
    }

    /// Whether an aligned block is free and is not half of a larger one. `false` if that would have to be worked out.
    #[inline]
    fn is_block(&self, start: u32, order: u8) -> bool {
        let (at, may_merge) = ((start - self.base) as usize, order < self.max_order);
        match order.checked_sub(GROUP_ORDER) {
            None => self.frames.is_block(at, order, may_merge),
            Some(large) => self.groups.is_block(at / 64, large, may_merge),
        }
    }

    /// The block from which a request of `order` is to be served: its start and its order. `None`: no block is large
    /// enough.
    #[inline]
    pub fn find(&mut self, order: u8) -> Option<(u32, u8)> {
        if order > 0 {
            while let Some(start) = self.recent.pop(order) {
                if self.is_block(start, order) {
                    return Some((start, order));
                }
            }
        }
        let Bitmap { base, frames, groups, .. } = self;
        let Some(large) = order.checked_sub(GROUP_ORDER) else {
            if let Some((at, found)) = frames.last_touched(order, |word, full| groups.set_in_word(word, 1, full)) {
                return Some((*base + at as u32, found));
            }
            return match frames.smallest(order) {
                Some((at, found)) => Some((*base + at as u32, found)),
                None => self.find_group(0),
            };
        };
        // Words that have become full one by one are looked for only when there is nothing else.
        let found = self.find_group(large);
        if found.is_some() {
            return found;
        }
        self.settle();
        self.find_group(large)
    }

    #[inline]
    fn find_group(&mut self, order: u8) -> Option<(u32, u8)> {
        let (at, found) = self.groups.last_touched(order, |_, _| ()).or_else(|| self.groups.smallest(order))?;
        Some((self.base + at as u32 * GROUP, found + GROUP_ORDER))
    }

    /// Takes the lowest `len` frames of a block that was found: at most a word, or whole words.
    #[inline]
    pub fn take(&mut self, (start, found): (u32, u8), len: u32) {
        let at = (start - self.base) as usize;
        if found < GROUP_ORDER {
            return self.frames.set_in_word(at, len as usize, false);
        }
        let (first, words) = (at / 64, len.div_ceil(GROUP) as usize);
        self.groups.set_in_word(first, words, false);
        if len < GROUP {
            let entered = self.frames.enter(first);
            debug_assert!(entered, "a word of a block in the upper layer");
            return self.frames.set_in_word(at, len as usize, false);
        }
        for word in first..first + words {
            let settled = self.frames.set_word(word, false);
            debug_assert!(settled, "a word of a block in the upper layer");
        }
    }

    /// Takes up to `most` frames, a multiple of the order's, of the block that a request would be served from: its
    /// first, whole words of a large one. Returns the block and how many frames it gave.
    pub fn take_run(&mut self, order: u8, most: u32) -> Option<((u32, u8), u32)> {
        let block = self.find(order)?;
        let len = most.min(1 << block.1);
        let len = if len > GROUP { len & !(GROUP - 1) } else { len };
        self.take(block, len);
        Some((block, len))
    }

    /// Empties the stacks of touched words.
    pub fn settle(&mut self) {
        let groups = &mut self.groups;
        self.frames.settle(|word, full| groups.set_in_word(word, 1, full));
        self.groups.settle(|_, _| ());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 128 frames in blocks of up to 64, none of them free.
    fn bitmap() -> Bitmap {
        Bitmap::new(0, 128, GROUP_ORDER)
    }

    /// Both blocks lie in one word, of which the bits alone give the lower.
    #[test]
    fn the_block_freed_last_is_given_first() {
        let mut bitmap = bitmap();
        for start in [8, 32] {
            bitmap.note(start, 1);
            bitmap.free(start, 2);
        }
        for start in [32, 8] {
            let found = bitmap.find(1);
            assert_eq!(found, Some((start, 1)));
            bitmap.take(found.unwrap(), 2);
        }
        assert_eq!(bitmap.find(1), None);
    }

    #[test]
    fn a_smaller_block_goes_before_one_of_the_word_touched_last() {
        let mut bitmap = bitmap();
        bitmap.set(8, 4, true);
        bitmap.settle();
        bitmap.set(64, 16, true);
        assert_eq!(bitmap.find(1), Some((8, 2)));
    }
}
