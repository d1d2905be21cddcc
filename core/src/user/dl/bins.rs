//! Bins: rings of free chunks by size, and a bitmap of those that are not empty.
//!
//! ```text
//! bins 2..63    one size each, two pointers apart
//! bins 64..126  ranges that grow with the size, sorted, the smallest chunk last
//! ```
//! A bin's two words lie where the links of a chunk would, so that a bin is a chunk to its ring.

use super::{Heap, var};
use crate::user::program::Outcome;
use crate::vocabulary::heap::HeapMessage;

/// Number of bins; the first two are not used.
pub(super) const BINS: u64 = 128;
/// Bins of one size.
const SMALL: u64 = 64;

const NEXT: u64 = 2;
const PREVIOUS: u64 = 3;

/// Ranges of the large bins: for sizes shifted right by so much, up to this number, counted from this bin.
const LARGE_64: [(u32, u64, u64); 5] = [(6, 48, 48), (9, 20, 91), (12, 10, 110), (15, 4, 119), (18, 2, 124)];
const LARGE_32: [(u32, u64, u64); 5] = [(6, 38, 56), (9, 20, 91), (12, 10, 110), (15, 4, 119), (18, 2, 124)];

impl Heap<'_> {
    /// The bin for chunks of a size.
    pub(super) fn bin_of(&self, size: u64) -> u64 {
        let align = self.align();
        if size < SMALL * align {
            return size / align;
        }
        let ranges = if align == 16 { LARGE_64 } else { LARGE_32 };
        let range = ranges.iter().find(|(shift, most, _)| size >> shift <= *most);
        range.map_or(BINS - 2, |(shift, _, from)| from + (size >> shift))
    }

    pub(super) fn is_small(bin: u64) -> bool {
        bin < SMALL
    }

    /// The address at which a bin is a chunk of its ring.
    pub(super) fn ring(&self, bin: u64) -> u64 {
        let word = self.word();
        self.vars + (var::BINS + 2 * bin) * word - NEXT * word
    }

    /// Makes all rings empty. Done at the first call.
    pub(super) fn make_bins(&mut self) -> Outcome<()> {
        for bin in 1..BINS {
            let ring = self.ring(bin);
            self.p.set(ring, NEXT, ring, "an empty bin")?;
            self.p.set(ring, PREVIOUS, ring, "an empty bin")?;
        }
        self.p.set(self.vars, var::READY, 1, "the allocator's variables")
    }

    pub(super) fn next(&mut self, chunk: u64) -> Outcome<u64> {
        self.p.get(chunk, NEXT, "the next chunk of the bin")
    }

    pub(super) fn previous(&mut self, chunk: u64) -> Outcome<u64> {
        self.p.get(chunk, PREVIOUS, "the chunk before in the bin")
    }

    fn link(&mut self, chunk: u64, next: u64) -> Outcome<()> {
        self.p.set(chunk, NEXT, next, "the next chunk of the bin")?;
        self.p.set(next, PREVIOUS, chunk, "the chunk before in the bin")
    }

    /// Takes a free chunk out of its ring; both neighbours have to agree.
    pub(super) fn unlink(&mut self, chunk: u64, size: u64) -> Outcome<()> {
        if self.before(chunk.wrapping_add(size))? != size {
            return self.die(HeapMessage::CorruptedSize);
        }
        let (next, previous) = (self.next(chunk)?, self.previous(chunk)?);
        if self.previous(next)? != chunk || self.next(previous)? != chunk {
            return self.die(HeapMessage::CorruptedLinks);
        }
        self.link(previous, next)
    }

    /// Puts a free chunk into its bin: at the head, or where its size stands among larger and smaller ones.
    pub(super) fn enter(&mut self, chunk: u64, size: u64) -> Outcome<()> {
        let bin = self.bin_of(size);
        let ring = self.ring(bin);
        let mut after = self.next(ring)?;
        let mut before = ring;
        if !Self::is_small(bin) {
            while after != ring && self.head(after)? & !super::FLAGS > size {
                self.p.searched();
                before = after;
                after = self.next(after)?;
            }
        }
        self.link(chunk, after)?;
        self.link(before, chunk)?;
        let (at, bit) = self.place_in_map(bin);
        let bits = self.p.load(at, 4, "the map of bins")?;
        if bits & bit == 0 { self.p.store(at, 4, bits | bit, "the map of bins") } else { Ok(()) }
    }

    fn place_in_map(&self, bin: u64) -> (u64, u64) {
        (self.vars + var::MAP * self.word() + bin / 32 * 4, 1 << (bin % 32))
    }

    /// The smallest chunk of at least so many bytes in a bin; `None` if it has none.
    pub(super) fn fit(&mut self, bin: u64, bytes: u64) -> Outcome<Option<(u64, u64)>> {
        let ring = self.ring(bin);
        let mut chunk = self.previous(ring)?;
        while chunk != ring {
            self.p.searched();
            let size = self.head(chunk)? & !super::FLAGS;
            if size >= bytes {
                return Ok(Some((chunk, size)));
            }
            chunk = self.previous(chunk)?;
        }
        Ok(None)
    }

    /// The smallest chunk in the bins from `bin` on, which all are large enough. Bits of bins that have become empty
    /// are cleared when they are met.
    pub(super) fn fit_above(&mut self, bin: u64) -> Outcome<Option<(u64, u64)>> {
        let mut bin = bin;
        while bin < BINS {
            let (at, bit) = self.place_in_map(bin);
            let bits = self.p.load(at, 4, "the map of bins")?;
            let above = bits & !(bit - 1);
            if above == 0 {
                bin = (bin / 32 + 1) * 32;
                continue;
            }
            bin = bin / 32 * 32 + u64::from(above.trailing_zeros());
            if let Some(found) = self.fit(bin, 0)? {
                return Ok(Some(found));
            }
            self.p.store(at, 4, bits & !(1 << (bin % 32)), "the map of bins")?;
            bin += 1;
        }
        Ok(None)
    }
}
