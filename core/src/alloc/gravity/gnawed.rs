//! The area that short requests gnaw at, frame by frame: while nothing else changes it is the first by size, and needs
//! no search and no change of an index.

use crate::alloc::sets::frame_bits::Part;

/// The first area by size, which only short requests have changed since it was entered.
#[derive(Clone, Copy, Debug)]
pub struct Gnawed {
    pub area: Part,
    /// Its frames beyond a multiple of `keep`.
    rest: u32,
    /// The area keeps its class while it has at least this many frames, and less than twice as many.
    least: u32,
    most: u32,
}

impl Gnawed {
    /// An area of at least `keep` frames.
    pub fn new(area: Part, keep: u32) -> Gnawed {
        let least = 1 << area.len.ilog2();
        Gnawed { area, rest: area.len % keep, least: keep.max(least), most: least * 2 - 1 }
    }

    /// Takes frames off its end, fewer than `keep`: whether that breaks one of its areas of `keep` frames. `None`: it
    /// would leave its class, and nothing is done.
    #[inline]
    pub fn shrink(&mut self, pages: u32, keep: u32) -> Option<bool> {
        self.area.len = self.area.len.checked_sub(pages).filter(|left| *left >= self.least)?;
        let breaks = self.rest < pages;
        self.rest = if breaks { self.rest + keep } else { self.rest } - pages;
        Some(breaks)
    }

    /// Adds frames at its end, fewer than `keep`: whether that makes one more area of `keep` frames. `None`: it would
    /// leave its class, and nothing is done.
    #[inline]
    pub fn grow(&mut self, pages: u32, keep: u32) -> Option<bool> {
        self.area.len = Some(self.area.len + pages).filter(|len| *len <= self.most)?;
        self.rest += pages;
        let makes = self.rest >= keep;
        self.rest -= if makes { keep } else { 0 };
        Some(makes)
    }
}
