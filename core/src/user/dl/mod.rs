//! Doug Lea's allocator as glibc has it, without per-thread caches and fast bins: boundary tags before and behind each
//! chunk, bins of free chunks by size, a top chunk that grows with the break, mappings for what is large.
//!
//! ```text
//!            | size of the chunk before, if that is free |   belongs to the chunk before while it is in use
//!   chunk -> | size of this chunk               | M | P |   P: the chunk before is in use, M: it is a mapping
//!   block -> | next in its bin, if free                  |
//!            | previous in its bin, if free              |
//!            | ...                                       |
//!    next -> | size again, if free                       |
//!            | size of the next chunk           | M | P |
//! ```
//! Sizes are multiples of two pointers. Free neighbours are joined at once. What a program writes past its block lands
//! in the size of the next chunk, and is found when that is looked at next.
//!
//! Sources: dlmalloc 2.7 (D. Lea) and glibc `malloc/malloc.c` for sizes, bins, thresholds, checks and their messages.

mod bins;
mod give;
mod look;
mod take;

pub use look::picture;

use super::program::{Outcome, Program};
use crate::vocabulary::heap::{Dl, HeapMessage};

/// Bits beside a chunk's size.
const IN_USE: u64 = 1;
const MAPPED: u64 = 2;
const FLAGS: u64 = 7;

/// Static variables, in words.
mod var {
    /// The top chunk.
    pub const TOP: u64 = 0;
    /// Where the heap ends, as the allocator left it.
    pub const END: u64 = 1;
    /// 1 once the bins are made.
    pub const READY: u64 = 2;
    /// A bit for each bin that may have chunks: 16 bytes.
    pub const MAP: u64 = 3;
    /// Two links a bin.
    pub const BINS: u64 = 7;
    /// 1 once a top was mapped because the break could not move: chunks may lie on both sides of the top from then on.
    pub const APART: u64 = BINS + 2 * super::bins::BINS;
}

/// The allocator at work in a program. A chunk is named by the address of the word before its size.
struct Heap<'a> {
    p: &'a mut dyn Program,
    vars: u64,
}

/// `malloc`.
pub fn malloc(p: &mut dyn Program, vars: u64, settings: &Dl, bytes: u64) -> Outcome<Option<u64>> {
    Heap { p, vars }.malloc(settings, bytes)
}

/// `free`.
pub fn free(p: &mut dyn Program, vars: u64, settings: &Dl, block: u64) -> Outcome<()> {
    Heap { p, vars }.free(settings, block)
}

/// `realloc`.
pub fn realloc(p: &mut dyn Program, vars: u64, settings: &Dl, block: u64, bytes: u64) -> Outcome<Option<u64>> {
    Heap { p, vars }.realloc(settings, block, bytes)
}

/// `malloc_trim`.
pub fn trim(p: &mut dyn Program, vars: u64) -> Outcome<()> {
    let mut heap = Heap { p, vars };
    if heap.var(var::READY)? == 0 { Ok(()) } else { heap.give_back(0) }
}

/// Whether a block is a mapping of its own, and so zero when it is given.
pub fn is_mapped(p: &mut dyn Program, block: u64) -> Outcome<bool> {
    let word = p.word();
    Ok(p.load(block.wrapping_sub(word), word, "the chunk's size")? & MAPPED != 0)
}

impl Heap<'_> {
    fn word(&self) -> u64 {
        self.p.word()
    }

    /// Blocks are at multiples of this, chunks a multiple of it long.
    fn align(&self) -> u64 {
        2 * self.word()
    }

    /// The smallest chunk: one that has room for both links when it is free.
    fn smallest(&self) -> u64 {
        4 * self.word()
    }

    /// Bytes of the chunk for a request; `None` beyond the largest number. The last word is the next chunk's first.
    fn chunk_for(&self, bytes: u64) -> Option<u64> {
        let chunk = bytes.checked_add(self.word())?.checked_next_multiple_of(self.align())?;
        (chunk < 1 << 62).then_some(chunk.max(self.smallest()))
    }

    fn block_of(&self, chunk: u64) -> u64 {
        chunk.wrapping_add(2 * self.word())
    }

    fn chunk_of(&self, block: u64) -> u64 {
        block.wrapping_sub(2 * self.word())
    }

    fn var(&mut self, n: u64) -> Outcome<u64> {
        self.p.get(self.vars, n, if n == var::TOP { "the top chunk" } else { "the allocator's variables" })
    }

    fn set_end(&mut self, end: u64) -> Outcome<()> {
        self.p.set(self.vars, var::END, end, "the heap's end")
    }

    fn set_top(&mut self, chunk: u64) -> Outcome<()> {
        self.p.set(self.vars, var::TOP, chunk, "the top chunk")
    }

    /// The word with a chunk's size and flags.
    fn head(&mut self, chunk: u64) -> Outcome<u64> {
        self.p.get(chunk, 1, "the chunk's size")
    }

    fn set_head(&mut self, chunk: u64, head: u64) -> Outcome<()> {
        self.p.set(chunk, 1, head, "the chunk's size")
    }

    /// Sets a chunk's size, and leaves its flags.
    fn resize(&mut self, chunk: u64, size: u64) -> Outcome<()> {
        let head = self.head(chunk)?;
        self.set_head(chunk, size | head & FLAGS)
    }

    /// Writes the size of a free chunk behind it.
    fn set_foot(&mut self, chunk: u64, size: u64) -> Outcome<()> {
        self.p.set(chunk.wrapping_add(size), 0, size, "the size of the free chunk before")
    }

    fn before(&mut self, chunk: u64) -> Outcome<u64> {
        self.p.get(chunk, 0, "the size of the free chunk before")
    }

    /// Says in the next chunk whether this one is in use.
    fn mark(&mut self, chunk: u64, size: u64, in_use: bool) -> Outcome<()> {
        let next = chunk.wrapping_add(size);
        let head = self.head(next)?;
        self.set_head(next, if in_use { head | IN_USE } else { head & !IN_USE })
    }

    fn die<T>(&mut self, message: HeapMessage) -> Outcome<T> {
        self.p.abort(message)
    }
}
