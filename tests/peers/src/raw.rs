//! The two peers that work on raw memory, whose contract is that a block is given back once, with the order it was
//! asked for; and the clock.
#![allow(unsafe_code)]

use super::Blocks;
use buddy_slab_allocator::BuddyAllocator;
use rlsf::Tlsf;
use std::alloc::Layout;
use std::ptr::NonNull;
use std::time::Duration;

/// A page of the peer's: small, so that a million need no gigabytes. Its bytes are never touched.
const PAGE: usize = 64;
/// What `rlsf` is asked for, so that with its header a unit has as many bytes.
const UNIT: usize = 64;

/// The page allocator of `buddy-slab-allocator`: intrusive lists, 12 bytes per page.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct BuddySlab {
    inner: BuddyAllocator<PAGE>,
    _memory: Vec<u8>,
}

impl Blocks for BuddySlab {
    type Handle = usize;

    fn new(frames: u32) -> BuddySlab {
        // Blocks are aligned as addresses: the metadata and what precedes the first of the largest must fit before it.
        let mut memory = vec![0; frames as usize * (PAGE + 12) + 1024 * PAGE * 2];
        let mut inner = BuddyAllocator::new();
        // SAFETY: the memory lives as long as the allocator, beside it, and no other code uses it.
        unsafe { inner.init(&mut memory) }.expect("a region large enough");
        BuddySlab { inner, _memory: memory }
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<usize> {
        self.inner.alloc_pages(1 << order, PAGE).ok()
    }

    #[inline]
    fn free(&mut self, block: usize, order: u8) {
        self.inner.dealloc_pages(block, 1 << order);
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.inner.total_pages() * 12)
    }
}

/// `rlsf`: two-level segregated fits, headers within the memory.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct Rlsf {
    inner: Tlsf<'static, u32, u32, 28, 32>,
    frames: u32,
    _memory: Vec<u8>,
}

impl Blocks for Rlsf {
    type Handle = NonNull<u8>;

    fn new(frames: u32) -> Rlsf {
        let mut memory = vec![0; (frames as usize + 2) * UNIT];
        let mut inner = Tlsf::new();
        // SAFETY: the memory lives as long as the allocator, beside it, and no other code uses it.
        unsafe { inner.insert_free_block_ptr(NonNull::from(&mut memory[..])) }.expect("a block large enough");
        Rlsf { inner, frames, _memory: memory }
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<NonNull<u8>> {
        let layout = Layout::from_size_align((UNIT << order) - 16, 16).expect("a valid layout");
        self.inner.allocate(layout)
    }

    #[inline]
    fn free(&mut self, block: NonNull<u8>, _: u8) {
        // SAFETY: by this crate's contract the block is one that was allocated, and is given back once.
        unsafe { self.inner.deallocate(block, 16) };
    }

    /// A header of 16 bytes for each block.
    fn bytes(&self) -> Option<usize> {
        Some(self.frames as usize * 16)
    }
}

/// The time this thread has run: what others take on a shared machine does not count.
pub fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes the one `timespec` it is given.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(done, 0, "the clock is there");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
