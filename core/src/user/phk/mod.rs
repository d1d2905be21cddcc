//! phkmalloc: pages are described by a directory outside of them, so a program that frees memory touches none of the
//! pages that it frees. Its author's aim is the fewest pages touched, not the fewest instructions.
//!
//! ```text
//! directory, a word a page         NOT_MINE 0   FREE 1   FIRST 2   FOLLOW 3   else: the address of a description
//! +----------------------+---------------------------------------------------
//! | heads of the buckets | F  f  f | free | chunks of 64 | F | ...             index = page number - origin
//! | 2^4 .. 2^11          |    |        |          |
//! +----------------------+    |        |          +--> description: next, page, size, shift, free, total, bits
//!                             |        +-- holder of a free run: next, previous, page, end, size
//!                             +-- a run of 3 pages in use                       (a block like any other, elsewhere)
//! ```
//! Requests up to half a page are rounded to a power of two of at least 16 and served from pages cut into such chunks;
//! larger ones get whole pages, first fit in the order of addresses.
//!
//! Sources: FreeBSD `lib/libc/stdlib/malloc.c` 1.43 of 1998 and NetBSD's of it (1.48) for what it does, the paper
//! "Malloc(3) revisited" (P.-H. Kamp, USENIX 1998) for why; the mail of Feb 2005 for the directory.

mod chunks;
mod directory;
mod look;
mod options;
mod pages;

pub use look::picture;
use options::Options;

use super::program::{Outcome, Program};
use crate::vocabulary::heap::{HeapMessage, Phk};

/// What a slot of the directory says of its page, if it is not the address of a description.
const NOT_MINE: u64 = 0;
const FREE: u64 = 1;
const FIRST: u64 = 2;
const FOLLOW: u64 = 3;
const MAGIC: u64 = 4;

/// Static variables, in words.
mod var {
    /// Where the page directory is; 0 before the first call.
    pub const DIRECTORY: u64 = 0;
    /// Slots that the directory has.
    pub const SLOTS: u64 = 1;
    /// The page number that has index 0.
    pub const ORIGIN: u64 = 2;
    /// The highest index that is the heap's.
    pub const LAST_INDEX: u64 = 3;
    /// The break as the allocator left it.
    pub const BREAK: u64 = 4;
    /// A holder kept for the next free run.
    pub const SPARE: u64 = 5;
    /// The head of the list of free runs, laid out as a holder.
    pub const RUNS: u64 = 6;
}

/// phkmalloc at work in a program.
struct Heap<'a> {
    p: &'a mut dyn Program,
    vars: u64,
    settings: &'a Phk,
    on: Options,
}

impl<'a> Heap<'a> {
    fn new(p: &'a mut dyn Program, vars: u64, settings: &'a Phk) -> Heap<'a> {
        Heap { p, vars, settings, on: Options::read(&settings.options) }
    }

    fn var(&mut self, n: u64, what: &'static str) -> Outcome<u64> {
        self.p.get(self.vars, n, what)
    }

    fn set_var(&mut self, n: u64, value: u64, what: &'static str) -> Outcome<()> {
        self.p.set(self.vars, n, value, what)
    }

    /// What the first call does: a directory, and a holder that so lies low in the heap and keeps no high page in use.
    fn started(&mut self) -> Outcome<bool> {
        if self.var(var::DIRECTORY, "the page directory's address")? != 0 {
            return Ok(true);
        }
        if !self.make_directory()? {
            return Ok(false);
        }
        let holder = self.holder_bytes();
        let spare = self.allocate(holder)?.unwrap_or(0);
        self.set_var(var::SPARE, spare, "the spare holder")?;
        Ok(true)
    }

    /// A block for the program or for bookkeeping.
    fn allocate(&mut self, bytes: u64) -> Outcome<Option<u64>> {
        if bytes.checked_add(self.p.page()).is_none() {
            return Ok(None);
        }
        let block = if bytes <= self.p.page() / 2 { self.chunk(bytes)? } else { self.run(bytes)? };
        if self.on.zero
            && let Some(block) = block
            && bytes > 0
        {
            self.p.fill(block, bytes, 0)?;
        }
        Ok(block)
    }

    fn release(&mut self, block: u64) -> Outcome<()> {
        let index = self.index(block)?;
        if index < self.shift() {
            return self.warn(HeapMessage::TooLow);
        }
        if index > self.var(var::LAST_INDEX, "the last page's index")? {
            return self.warn(HeapMessage::TooHigh);
        }
        let slot = self.slot(index)?;
        if slot < MAGIC { self.free_run(block, index, slot) } else { self.free_chunk(block, index, slot) }
    }

    /// Prints a message; with the option `A` the program ends.
    fn warn(&mut self, message: HeapMessage) -> Outcome<()> {
        if self.on.abort {
            return self.p.abort(message);
        }
        self.p.say(message);
        Ok(())
    }

    fn index(&mut self, at: u64) -> Outcome<u64> {
        let origin = self.var(var::ORIGIN, "the origin")?;
        Ok((at / self.p.page()).wrapping_sub(origin))
    }

    /// log2 of the page size: the number of slots at the directory's start that are heads of buckets.
    fn shift(&self) -> u64 {
        u64::from(self.p.page().trailing_zeros())
    }
}

/// What 0 bytes are answered with: an address that is no block, and that may be freed.
fn of_nothing(p: &dyn Program) -> u64 {
    p.page() / 32
}

/// `malloc`.
pub fn malloc(p: &mut dyn Program, vars: u64, settings: &Phk, bytes: u64) -> Outcome<Option<u64>> {
    let mut heap = Heap::new(p, vars, settings);
    if bytes == 0 {
        return Ok(Some(if heap.on.no_empty { 0 } else { of_nothing(heap.p) }));
    }
    let block = if heap.started()? { heap.allocate(bytes)? } else { None };
    if block.is_none() && heap.on.abort_when_out {
        return heap.p.abort(HeapMessage::OutOfMemory);
    }
    Ok(block)
}

/// `free`: what is wrong with a pointer is printed.
pub fn free(p: &mut dyn Program, vars: u64, settings: &Phk, block: u64) -> Outcome<()> {
    let mut heap = Heap::new(p, vars, settings);
    if block == of_nothing(heap.p) {
        return Ok(());
    }
    if heap.var(var::DIRECTORY, "the page directory's address")? == 0 {
        return heap.warn(HeapMessage::NeverCalled);
    }
    heap.release(block)
}

/// In place if the block has as many pages as before, or the same size of chunk; else a new block and a copy.
pub fn realloc(p: &mut dyn Program, vars: u64, settings: &Phk, block: u64, bytes: u64) -> Outcome<Option<u64>> {
    if block == of_nothing(p) {
        return malloc(p, vars, settings, bytes);
    }
    let mut heap = Heap::new(p, vars, settings);
    if heap.var(var::DIRECTORY, "the page directory's address")? == 0 {
        return heap.warn(HeapMessage::NeverCalled).map(|()| None);
    }
    let has = match heap.size_of(block)? {
        Ok(has) => has,
        Err(message) => return heap.warn(message).map(|()| None),
    };
    if !heap.on.realloc_moves && heap.stays(has, bytes) {
        return Ok(Some(block));
    }
    let Some(new) = heap.allocate(bytes)? else { return Ok(None) };
    let moved = has.min(bytes);
    heap.p.copy(block, new, moved)?;
    heap.p.moved(moved);
    heap.release(block)?;
    Ok(Some(new))
}

/// Whether blocks are zero when they are given.
pub fn clears(settings: &Phk) -> bool {
    Options::read(&settings.options).zero
}

impl Heap<'_> {
    /// The bytes that a block has, or what is wrong with its address.
    fn size_of(&mut self, block: u64) -> Outcome<Result<u64, HeapMessage>> {
        let page = self.p.page();
        let index = self.index(block)?;
        if index < self.shift() {
            return Ok(Err(HeapMessage::TooLow));
        }
        if index > self.var(var::LAST_INDEX, "the last page's index")? {
            return Ok(Err(HeapMessage::TooHigh));
        }
        let slot = self.slot(index)?;
        if slot == FIRST && block.is_multiple_of(page) {
            return Ok(Ok(self.count_slots(index, None)? * page));
        }
        if slot < MAGIC {
            let message = if slot == FIRST { HeapMessage::PageModified } else { HeapMessage::WrongPage };
            return Ok(Err(message));
        }
        Ok(match self.place_of_chunk(block, slot)? {
            Ok((_, size)) => Ok(size),
            Err(message) => Err(message),
        })
    }

    /// Whether a block of `has` bytes serves a request of `bytes` as it is.
    fn stays(&self, has: u64, bytes: u64) -> bool {
        if has >= self.p.page() {
            // The same number of pages.
            bytes <= has && bytes > has.saturating_sub(self.p.page())
        } else {
            bytes < has && (bytes > has / 2 || has == 16)
        }
    }
}
