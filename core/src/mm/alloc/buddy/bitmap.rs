//! A zone's free frames as bits: blocks of orders 0 to 5 lie within a word, larger ones are whole words, kept in a second
//! layer with one bit per word. Of several blocks of an order the lowest is given first.

use super::layer::Layer;

/// Frames in a word.
const GROUP: u32 = 64;
/// Their order.
const GROUP_ORDER: u8 = 6;

/// The free frames of one zone.
#[derive(Clone, Debug)]
pub struct Bitmap {
    /// The frame of the first bit: the zone's first, rounded down to the largest block.
    base: u32,
    frames: Layer,
    /// A unit is a word of `frames`.
    groups: Layer,
    max_order: u8,
}

impl Bitmap {
    /// For frames `start..end`, none of them free.
    pub fn new(start: u32, end: u32, max_order: u8) -> Bitmap {
        let largest = 1 << max_order.max(GROUP_ORDER);
        let base = start & !(largest - 1);
        let (units, has_groups) = ((end - base).next_multiple_of(largest), max_order >= GROUP_ORDER);
        let frames = Layer::new(units as usize, max_order.min(GROUP_ORDER - 1), has_groups);
        let groups = if has_groups { units / GROUP } else { 0 };
        let groups = Layer::new(groups as usize, max_order.saturating_sub(GROUP_ORDER), false);
        Bitmap { base, frames, groups, max_order }
    }

    #[inline]
    pub fn set(&mut self, start: u32, len: u32, free: bool) {
        self.frames.set((start - self.base) as usize, len as usize, free);
    }

    /// The smallest order from `order` up that has a block.
    #[inline]
    pub fn smallest(&mut self, order: u8) -> Option<u8> {
        self.settle();
        let above = (self.frames.filled() | self.groups.filled() << GROUP_ORDER) >> order;
        (above != 0).then(|| order + above.trailing_zeros() as u8)
    }

    /// The first block of an order that has one.
    #[inline]
    pub fn first(&self, order: u8) -> u32 {
        let at = match order.checked_sub(GROUP_ORDER) {
            None => self.frames.first(order) as u32,
            Some(order) => self.groups.first(order) as u32 * GROUP,
        };
        self.base + at
    }

    /// Takes a block of `order` out of the smallest that holds one: its low part.
    #[inline]
    pub fn take(&mut self, order: u8) -> Option<u32> {
        let start = self.smallest(order).map(|found| self.first(found))?;
        self.set(start, 1 << order, false);
        Some(start)
    }

    /// Takes up to `most` frames, as taking one after another would: the low part of the smallest block.
    #[inline]
    pub fn take_singles(&mut self, most: u32) -> Option<(u32, u32)> {
        let found = self.smallest(0)?;
        let (start, len) = (self.first(found), most.min(1 << found));
        self.set(start, len, false);
        Some((start, len))
    }

    #[inline]
    fn settle(&mut self) {
        let groups = &mut self.groups;
        self.frames.settle(|word, full| groups.set(word, 1, full));
        self.groups.settle(|_, _| ());
    }

    /// The blocks of an order, lowest first. After `smallest`.
    pub fn blocks(&self, order: u8) -> impl Iterator<Item = u32> + '_ {
        let small = (order < GROUP_ORDER).then(|| self.frames.blocks(order).map(|at| at as u32));
        let large = order.checked_sub(GROUP_ORDER).map(|order| self.groups.blocks(order).map(|at| at as u32 * GROUP));
        small.into_iter().flatten().chain(large.into_iter().flatten()).map(|at| self.base + at)
    }

    /// Whether all frames of an aligned block are free.
    pub fn is_free(&self, start: u32, order: u8) -> bool {
        start >= self.base && self.frames.is_free((start - self.base) as usize, 1 << order)
    }

    /// The order of the free block that holds a frame.
    pub fn order_at(&self, pfn: u32) -> Option<u8> {
        (0..=self.max_order).take_while(|order| self.is_free(pfn & !((1 << order) - 1), *order)).last()
    }

    /// Every block, lowest first.
    pub fn all(&self) -> impl Iterator<Item = (u32, u8)> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let words = self.frames.words();
            loop {
                let word = *words.get((at / GROUP) as usize)? >> (at % GROUP);
                if word == 0 {
                    at = (at / GROUP + 1) * GROUP;
                    continue;
                }
                at += word.trailing_zeros();
                let (start, order) = (self.base + at, self.order_at(self.base + at).expect("its bit is set"));
                at += 1 << order;
                return Some((start, order));
            }
        })
    }

    /// Whether the index agrees with the bits.
    pub fn is_sound(&self) -> bool {
        let mut settled = self.clone();
        settled.settle();
        let full = |word: usize| settled.frames.words()[word] == u64::MAX;
        let passed = (0..settled.groups.words().len() * GROUP as usize).all(|at| {
            let inside = at < settled.frames.words().len();
            settled.groups.is_free(at, 1) == (inside && full(at))
        });
        passed && settled.frames.is_sound() && settled.groups.is_sound()
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        self.frames.bytes() + self.groups.bytes()
    }
}
