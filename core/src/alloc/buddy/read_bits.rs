//! What is read off a bitmap: blocks and their orders, for requests that need a place, for drawing and checking.

use super::bitmap::{Bitmap, GROUP, GROUP_ORDER};
use super::recent::Recent;

impl Bitmap {
    /// The blocks of an order, lowest first. Call `settle` first.
    pub fn blocks(&self, order: u8) -> impl Iterator<Item = u32> + '_ {
        let small = (order < GROUP_ORDER).then(|| self.frames.blocks(order).map(|at| at as u32));
        let large = order.checked_sub(GROUP_ORDER).map(|order| self.groups.blocks(order).map(|at| at as u32 * GROUP));
        small.into_iter().flatten().chain(large.into_iter().flatten()).map(|at| self.base + at)
    }

    /// Whether a block of exactly this order is free. Call `settle` first.
    pub fn has(&self, order: u8) -> bool {
        (self.frames.filled() | self.groups.filled() << GROUP_ORDER) >> order & 1 == 1
    }

    /// Whether all frames of an aligned block are free.
    pub fn is_free(&self, start: u32, order: u8) -> bool {
        start >= self.base && self.frames.is_free((start - self.base) as usize, 1 << order)
    }

    /// The order of the free block that holds a frame; `None` if the frame is not free.
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

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.frames.bytes() + self.groups.bytes() + size_of::<Recent>()
    }
}
