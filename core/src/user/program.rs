//! What a program can do: read and write its memory, and call the kernel. Addresses and sizes are in bytes.

use crate::units::VirtAddr;
use crate::vocabulary::heap::{HeapMessage, HeapStats};
use crate::vocabulary::reply::Signal;

/// Why a call of the allocator did not come to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The program is ended by this signal.
    Signal(Signal, VirtAddr),
    /// The allocator printed this, and called `abort`.
    Abort(HeapMessage),
}

/// The result of something that can end the program.
pub type Outcome<T> = Result<T, Stop>;

/// A running program, as its allocator sees it. `what` says in a few words what is read or written, for the reader.
pub trait Program {
    /// Bytes of a page.
    fn page(&self) -> u64;
    /// Bytes of a pointer.
    fn word(&self) -> u64;
    /// Reads `bytes` bytes, 1 to 8, as a number, the lowest byte first.
    fn load(&mut self, at: u64, bytes: u64, what: &'static str) -> Outcome<u64>;
    /// Writes a number of `bytes` bytes.
    fn store(&mut self, at: u64, bytes: u64, value: u64, what: &'static str) -> Outcome<()>;
    /// Copies bytes that do not overlap, page by page.
    fn copy(&mut self, from: u64, to: u64, bytes: u64) -> Outcome<()>;
    /// Sets bytes to a value.
    fn fill(&mut self, at: u64, bytes: u64, value: u8) -> Outcome<()>;
    /// `brk`: moves the program break and answers where it is then; 0 asks the C library, which remembers it.
    fn brk(&mut self, to: u64) -> Outcome<u64>;
    /// `mmap` of private anonymous memory; `reserve`: it is address space only, and not accounted. `None`: no memory.
    fn mmap(&mut self, pages: u64, reserve: bool) -> Outcome<Option<u64>>;
    /// `munmap`.
    fn munmap(&mut self, at: u64, pages: u64) -> Outcome<()>;
    /// `mremap` that may move. `None`: no memory.
    fn mremap(&mut self, at: u64, pages: u64, new_pages: u64) -> Outcome<Option<u64>>;
    /// Tells the kernel that these pages' bytes are not needed: `madvise` with `MADV_DONTNEED`.
    fn discard(&mut self, at: u64, pages: u64) -> Outcome<()>;
    /// Prints a message.
    fn say(&mut self, message: HeapMessage);
    /// The counters of the heap.
    fn stats(&mut self) -> &mut HeapStats;
}

/// What follows from those.
impl dyn Program + '_ {
    /// Counts a free block, run or list element that was examined.
    pub fn searched(&mut self) {
        let stats = self.stats();
        stats.searched += 1;
        stats.searched_in_all += 1;
    }

    /// Counts a page directory made anew, with the bytes copied for it.
    pub fn rebuilt(&mut self, bytes: u64) {
        let stats = self.stats();
        stats.rebuilds += 1;
        stats.bytes_copied += bytes;
        stats.longest_stall = stats.longest_stall.max(bytes);
    }

    /// Counts free neighbours that were joined.
    pub fn joined(&mut self) {
        self.stats().joined += 1;
    }

    /// Counts bytes of a block that `realloc` moved.
    pub fn moved(&mut self, bytes: u64) {
        self.stats().bytes_moved += bytes;
    }

    /// Reads a pointer: word number `n` from `base`.
    pub fn get(&mut self, base: u64, n: u64, what: &'static str) -> Outcome<u64> {
        let word = self.word();
        self.load(base.wrapping_add(n * word), word, what)
    }

    /// Writes a pointer: word number `n` from `base`.
    pub fn set(&mut self, base: u64, n: u64, value: u64, what: &'static str) -> Outcome<()> {
        let word = self.word();
        self.store(base.wrapping_add(n * word), word, value, what)
    }

    /// The program break, which the C library remembers: no system call.
    pub fn brk_now(&mut self) -> Outcome<u64> {
        self.brk(0)
    }

    /// Moves the break to `to`; whether it is there now.
    pub fn move_brk(&mut self, to: u64) -> Outcome<bool> {
        Ok(self.brk(to)? == to)
    }

    /// Rounds up to whole pages; `None` beyond the largest number.
    pub fn page_round(&self, bytes: u64) -> Option<u64> {
        bytes.checked_next_multiple_of(self.page())
    }

    /// Prints a message and aborts.
    pub fn abort<T>(&mut self, message: HeapMessage) -> Outcome<T> {
        self.say(message);
        Err(Stop::Abort(message))
    }
}
