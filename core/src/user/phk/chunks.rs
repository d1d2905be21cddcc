//! Chunks: a page cut into equal pieces of a power of two, with a bitmap that says which are free.
//!
//! ```text
//! description, 64 bits:  | next 8 | page 8 | size 2 | shift 2 | free 2 | total 2 | bits, 4 bytes each |
//!              32 bits:  | next 4 | page 4 | size 2 | ...
//! ```
//! It lies in the page itself and takes its first chunks where two chunks hold no more than that; else it is a chunk of
//! another page.
//! A bucket lists the pages that have a free chunk.

use super::{FIRST, Heap};
use crate::user::program::Outcome;
use crate::vocabulary::heap::HeapMessage;

/// The smallest chunk has 2 to the power of this many bytes.
const SMALLEST: u64 = 4;
/// Bits in a word of the bitmap, and its bytes.
const BITS: u64 = 32;
const BITMAP: u64 = 4;

const NEXT: u64 = 0;
const PAGE: u64 = 1;

/// Fields of 2 bytes, counted from behind the two pointers.
#[derive(Clone, Copy)]
pub(super) enum Short {
    Size,
    Shift,
    Free,
    Total,
}

impl Heap<'_> {
    /// Bytes of a description before its bitmap.
    fn fixed_bytes(&self) -> u64 {
        2 * self.p.word() + 4 * 2
    }

    /// Bytes of the description of a page of chunks of 2^`shift` bytes.
    fn description_bytes(&self, shift: u64) -> u64 {
        self.fixed_bytes() + (self.p.page() >> shift).div_ceil(BITS) * BITMAP
    }

    pub(super) fn short(&mut self, info: u64, field: Short) -> Outcome<u64> {
        let (at, what) = self.place_of_short(info, field);
        self.p.load(at, 2, what)
    }

    fn set_short(&mut self, info: u64, field: Short, value: u64) -> Outcome<()> {
        let (at, what) = self.place_of_short(info, field);
        self.p.store(at, 2, value, what)
    }

    fn place_of_short(&self, info: u64, field: Short) -> (u64, &'static str) {
        let what = match field {
            Short::Size => "the chunks' size",
            Short::Shift => "the chunks' size as a power of two",
            Short::Free => "the free chunks of the page",
            Short::Total => "the chunks of the page",
        };
        (info.wrapping_add(2 * self.p.word() + 2 * field as u64), what)
    }

    fn place_of_bits(&self, info: u64, word: u64) -> u64 {
        info.wrapping_add(self.fixed_bytes() + word * BITMAP)
    }

    pub(super) fn bits(&mut self, info: u64, word: u64) -> Outcome<u64> {
        let at = self.place_of_bits(info, word);
        self.p.load(at, BITMAP, "the chunk bitmap")
    }

    fn set_bits(&mut self, info: u64, word: u64, bits: u64) -> Outcome<()> {
        let at = self.place_of_bits(info, word);
        self.p.store(at, BITMAP, bits, "the chunk bitmap")
    }

    pub(super) fn page_of_chunks(&mut self, info: u64) -> Outcome<u64> {
        self.p.get(info, PAGE, "the page of the chunks")
    }

    pub(super) fn next_description(&mut self, info: u64) -> Outcome<u64> {
        self.p.get(info, NEXT, "the next page of the bucket")
    }

    fn set_next_description(&mut self, info: u64, next: u64) -> Outcome<()> {
        self.p.set(info, NEXT, next, "the next page of the bucket")
    }

    /// A chunk of at least so many bytes.
    pub(super) fn chunk(&mut self, bytes: u64) -> Outcome<Option<u64>> {
        let shift = u64::from(bytes.max(1 << SMALLEST).next_power_of_two().trailing_zeros());
        let mut info = self.slot(shift)?;
        if info == 0 {
            if !self.make_chunks(shift)? {
                return Ok(None);
            }
            info = self.slot(shift)?;
        }
        let mut word = 0;
        let mut bits = self.bits(info, word)?;
        let words = (self.p.page() >> shift).div_ceil(BITS);
        while bits == 0 {
            self.p.searched();
            word += 1;
            if word >= words {
                return self.p.abort(HeapMessage::FreeListDestroyed);
            }
            bits = self.bits(info, word)?;
        }
        let bit = u64::from(bits.trailing_zeros());
        self.set_bits(info, word, bits & !(1 << bit))?;
        let free = self.short(info, Short::Free)?.wrapping_sub(1) & 0xffff;
        self.set_short(info, Short::Free, free)?;
        if free == 0 {
            let next = self.next_description(info)?;
            self.set_slot(shift, next)?;
            self.set_next_description(info, 0)?;
        }
        let at = self.page_of_chunks(info)?.wrapping_add((word * BITS + bit).wrapping_shl(shift as u32));
        self.junk(at, 1 << shift)?;
        Ok(Some(at))
    }

    /// Cuts a page into chunks. Whether there was one.
    fn make_chunks(&mut self, shift: u64) -> Outcome<bool> {
        let page_bytes = self.p.page();
        let Some(page) = self.run(page_bytes)? else { return Ok(false) };
        let bytes = self.description_bytes(shift);
        let inside = 1 << shift <= 2 * bytes;
        let info = if inside {
            page
        } else {
            match self.allocate(bytes)? {
                Some(info) => info,
                None => return self.release(page).map(|()| false),
            }
        };
        let chunks = self.p.page() >> shift;
        let stolen = if inside { bytes.div_ceil(1 << shift) } else { 0 };
        self.p.set(info, PAGE, page, "the page of the chunks")?;
        self.set_short(info, Short::Size, 1 << shift)?;
        self.set_short(info, Short::Shift, shift)?;
        self.set_short(info, Short::Free, chunks - stolen)?;
        self.set_short(info, Short::Total, chunks - stolen)?;
        for word in 0..chunks.div_ceil(BITS) {
            let from = stolen.saturating_sub(word * BITS).min(BITS);
            let to = (chunks - word * BITS).min(BITS);
            let ones = |n: u64| (1_u64 << n) - 1;
            self.set_bits(info, word, ones(to) & !ones(from))?;
        }
        let index = self.index(page)?;
        self.set_slot(index, info)?;
        let head = self.slot(shift)?;
        self.set_next_description(info, head)?;
        self.set_slot(shift, info)?;
        Ok(true)
    }

    /// The number of a chunk and the chunks' size, or what is wrong with its address.
    pub(super) fn place_of_chunk(&mut self, block: u64, info: u64) -> Outcome<Result<(u64, u64), HeapMessage>> {
        let size = self.short(info, Short::Size)?.max(1);
        if !block.is_multiple_of(size) {
            return Ok(Err(HeapMessage::ChunkModified));
        }
        let n = block % self.p.page() / size;
        let free = self.bits(info, n / BITS)? >> (n % BITS) & 1 == 1;
        Ok(if free { Err(HeapMessage::ChunkFreed) } else { Ok((n, size)) })
    }

    /// Frees a chunk; a page that has become free whole is freed itself.
    pub(super) fn free_chunk(&mut self, block: u64, index: u64, info: u64) -> Outcome<()> {
        let (n, size) = match self.place_of_chunk(block, info)? {
            Ok(place) => place,
            Err(message) => return self.warn(message),
        };
        self.junk(block, size)?;
        let bits = self.bits(info, n / BITS)?;
        self.set_bits(info, n / BITS, bits | 1 << (n % BITS))?;
        let free = self.short(info, Short::Free)?.wrapping_add(1) & 0xffff;
        self.set_short(info, Short::Free, free)?;
        let shift = self.short(info, Short::Shift)?.clamp(SMALLEST, self.shift() - 1);
        let page = self.page_of_chunks(info)?;
        if free == 1 {
            return self.list_again(info, shift, page);
        }
        if free != self.short(info, Short::Total)? {
            return Ok(());
        }
        self.unlist(info, shift)?;
        self.set_slot(index, FIRST)?;
        if page != info {
            self.release(info)?;
        }
        self.release(page)
    }

    /// Puts a page that was full back into its bucket, in the order of addresses; as in the original, one place early
    /// at the bucket's end, since the last one is not looked at.
    fn list_again(&mut self, info: u64, shift: u64, page: u64) -> Outcome<()> {
        let mut before = None;
        let mut here = self.slot(shift)?;
        while here != 0 {
            let next = self.next_description(here)?;
            if next == 0 || self.page_of_chunks(next)? >= page {
                break;
            }
            self.p.searched();
            (before, here) = (Some(here), next);
        }
        self.set_next_description(info, here)?;
        match before {
            Some(before) => self.set_next_description(before, info),
            None => self.set_slot(shift, info),
        }
    }

    fn unlist(&mut self, info: u64, shift: u64) -> Outcome<()> {
        let next = self.next_description(info)?;
        let mut here = self.slot(shift)?;
        if here == info {
            return self.set_slot(shift, next);
        }
        while here != 0 {
            self.p.searched();
            let after = self.next_description(here)?;
            if after == info {
                return self.set_next_description(here, next);
            }
            here = after;
        }
        self.p.abort(HeapMessage::FreeListDestroyed)
    }
}
