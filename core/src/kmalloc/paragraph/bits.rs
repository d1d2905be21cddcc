//! A page array's descriptor and its two bitmaps: which paragraphs are in use, and which are the last of a block.
//!
//! ```text
//! paragraph  0    2           2 + 2 k       2 + 4 k          256 k      (k pages of 4 KiB)
//!            +----+-----------+-------------+----------------+
//!            |    | in use    | last        | blocks         |
//!            +----+-----------+-------------+----------------+
//!              next, previous array, pages, paragraphs in use by blocks
//! ```
//! The bits of the descriptor's own paragraphs say in use, so that no search finds them.

use super::{Heap, PARAGRAPH};
use crate::user::program::Outcome;

/// Words of a descriptor: the next array,
pub const NEXT: u64 = 0;
/// the one before,
pub const PREVIOUS: u64 = 1;
/// the array's pages,
pub const PAGES: u64 = 2;
/// and its paragraphs in use by blocks.
pub const IN_USE: u64 = 3;
/// Paragraphs of a descriptor: four words of up to 8 bytes.
const DESCRIPTOR: u64 = 2;

/// A page array: where it begins, and how many pages it has.
#[derive(Clone, Copy)]
pub struct Array {
    pub at: u64,
    pub pages: u64,
    page: u64,
}

impl Array {
    /// An array of so many pages of `page` bytes.
    pub fn new(at: u64, pages: u64, page: u64) -> Array {
        Array { at, pages, page }
    }

    /// Paragraphs of all of it.
    pub fn end(self) -> u64 {
        self.pages * self.page / PARAGRAPH
    }

    /// The first paragraph that is a block's.
    pub fn first(self) -> u64 {
        DESCRIPTOR + 2 * self.bitmap() / PARAGRAPH
    }

    /// The address of a paragraph.
    pub fn paragraph(self, n: u64) -> u64 {
        self.at + n * PARAGRAPH
    }

    /// Bytes of one bitmap.
    fn bitmap(self) -> u64 {
        self.end() / 8
    }

    /// Where the bitmap of paragraphs in use begins.
    pub fn used(self) -> u64 {
        self.at + DESCRIPTOR * PARAGRAPH
    }

    /// Where the bitmap of blocks' last paragraphs begins.
    pub fn last(self) -> u64 {
        self.used() + self.bitmap()
    }
}

/// Pages of an array that has room for a block of so many paragraphs.
pub fn pages_for(paragraphs: u64, page: u64) -> u64 {
    let one = Array::new(0, 1, page);
    (paragraphs + DESCRIPTOR).div_ceil(one.end() - (one.first() - DESCRIPTOR))
}

impl Heap<'_> {
    /// Bits of a word of a bitmap.
    pub fn bits(&self) -> u64 {
        self.p.word() * 8
    }

    /// The array that begins there.
    pub fn array(&mut self, at: u64) -> Outcome<Array> {
        let pages = self.p.get(at, PAGES, "the array's pages")?;
        Ok(Array::new(at, pages, self.p.page()))
    }

    /// Enters a new array's descriptor and bitmaps.
    pub fn describe(&mut self, array: Array) -> Outcome<()> {
        for (word, value, what) in [
            (NEXT, 0, "the next array"),
            (PREVIOUS, 0, "the array before"),
            (PAGES, array.pages, "the array's pages"),
            (IN_USE, 0, "the array's paragraphs in use"),
        ] {
            self.p.set(array.at, word, value, what)?;
        }
        self.p.fill(array.used(), 2 * array.bitmap(), 0)?;
        self.mark(array, 0, array.first(), true)
    }

    /// Marks paragraphs as in use, or free.
    pub fn mark(&mut self, array: Array, from: u64, paragraphs: u64, used: bool) -> Outcome<()> {
        let (bits, end) = (self.bits(), from + paragraphs);
        let mut at = from;
        while at < end {
            let (word, low) = (at / bits, at % bits);
            let high = (low + end - at).min(bits);
            let mask = (u64::MAX >> (64 - (high - low))) << low;
            let before = self.p.get(array.used(), word, "which paragraphs are in use")?;
            let after = if used { before | mask } else { before & !mask };
            self.p.set(array.used(), word, after, "which paragraphs are in use")?;
            at += high - low;
        }
        Ok(())
    }

    /// Marks a paragraph as the last of its block, or not.
    pub fn mark_last(&mut self, array: Array, n: u64, last: bool) -> Outcome<()> {
        let (word, mask) = (n / self.bits(), 1 << (n % self.bits()));
        let before = self.p.get(array.last(), word, "which paragraphs end a block")?;
        let after = if last { before | mask } else { before & !mask };
        self.p.set(array.last(), word, after, "which paragraphs end a block")
    }

    /// Whether a paragraph is in use.
    pub fn is_used(&mut self, array: Array, n: u64) -> Outcome<bool> {
        let word = self.p.get(array.used(), n / self.bits(), "which paragraphs are in use")?;
        Ok(word >> (n % self.bits()) & 1 == 1)
    }

    /// Paragraphs of the block that begins at paragraph `n`: up to the next last one.
    pub fn length(&mut self, array: Array, n: u64) -> Outcome<u64> {
        let bits = self.bits();
        let mut word = n / bits;
        let mut ends = self.p.get(array.last(), word, "which paragraphs end a block")? >> (n % bits) << (n % bits);
        while ends == 0 && (word + 1) * bits < array.end() {
            self.p.searched();
            word += 1;
            ends = self.p.get(array.last(), word, "which paragraphs end a block")?;
        }
        Ok((word * bits + u64::from(ends.trailing_zeros())).min(array.end() - 1) + 1 - n)
    }

    /// The first of `wanted` free paragraphs in a row.
    pub fn first_free(&mut self, array: Array, wanted: u64) -> Outcome<Option<u64>> {
        let bits = self.bits();
        let mut free = 0;
        for word in 0..array.end() / bits {
            self.p.searched();
            let used = self.p.get(array.used(), word, "which paragraphs are in use")?;
            for n in 0..bits {
                free = if used >> n & 1 == 1 { 0 } else { free + 1 };
                if free == wanted {
                    return Ok(Some(word * bits + n + 1 - wanted));
                }
            }
        }
        Ok(None)
    }

    /// Adds to an array's count of paragraphs in use; answers the new count.
    pub fn count(&mut self, array: Array, by: i64) -> Outcome<u64> {
        let before = self.p.get(array.at, IN_USE, "the array's paragraphs in use")?;
        let after = before.wrapping_add_signed(by);
        self.p.set(array.at, IN_USE, after, "the array's paragraphs in use")?;
        Ok(after)
    }
}
