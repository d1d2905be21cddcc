//! Allocators of bytes behind one face, and two by others: each has memory that it is given once, and keeps its
//! bookkeeping there. Their contract is `malloc`'s: a block is given back once, with the bytes it was asked for.
#![allow(unsafe_code)]

use rlsf::Tlsf;
use std::alloc::{GlobalAlloc, Layout};
use std::ptr::NonNull;
use talc::TalcCell;
use talc::source::Manual;

/// What `malloc` promises a block's address to be a multiple of.
const ALIGN: usize = 16;

/// An allocator of any number of bytes.
pub trait Bytes {
    type Block: Copy;
    /// `None`: no memory.
    fn malloc(&mut self, bytes: u64) -> Option<Self::Block>;
    /// A block that had `had` bytes gets another size, and with it perhaps another place. `None`: no memory, it stays.
    fn realloc(&mut self, block: Self::Block, had: u64, bytes: u64) -> Option<Self::Block>;
    fn free(&mut self, block: Self::Block, bytes: u64);
}

/// An allocator within memory of a given size.
pub trait Arena: Bytes {
    fn over(bytes: usize) -> Self;
    /// Bytes that it needs beside that memory.
    const BESIDE: usize;
}

fn layout(bytes: u64) -> Layout {
    Layout::from_size_align(bytes.max(1) as usize, ALIGN).expect("a valid layout")
}

/// Memory that is there: what touching it for the first time takes is the host's, and not measured.
fn memory(bytes: usize) -> Vec<u8> {
    vec![0xa5; bytes]
}

type Lists = Tlsf<'static, u32, u32, 20, 32>;

/// `rlsf`: two-level segregated fits. Its table of lists lies beside the memory.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct RlsfBytes {
    inner: Lists,
    _memory: Vec<u8>,
}

impl Arena for RlsfBytes {
    fn over(bytes: usize) -> RlsfBytes {
        let mut memory = memory(bytes);
        let mut inner = Tlsf::new();
        // SAFETY: the memory lives as long as the allocator, beside it, and no other code uses it. If it is too small
        // the allocator has none.
        unsafe { inner.insert_free_block_ptr(NonNull::from(&mut memory[..])) };
        RlsfBytes { inner, _memory: memory }
    }

    const BESIDE: usize = size_of::<Lists>();
}

impl Bytes for RlsfBytes {
    type Block = NonNull<u8>;

    #[inline]
    fn malloc(&mut self, bytes: u64) -> Option<NonNull<u8>> {
        self.inner.allocate(layout(bytes))
    }

    #[inline]
    fn realloc(&mut self, block: NonNull<u8>, _: u64, bytes: u64) -> Option<NonNull<u8>> {
        // SAFETY: by this file's contract the block is one that was given, with this alignment.
        unsafe { self.inner.reallocate(block, layout(bytes)) }
    }

    #[inline]
    fn free(&mut self, block: NonNull<u8>, _: u64) {
        // SAFETY: by this file's contract the block is one that was given, and is given back once.
        unsafe { self.inner.deallocate(block, ALIGN) };
    }
}

/// `talc`: bins, boundary tags behind the blocks. All its bookkeeping lies in the memory.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct TalcBytes {
    inner: TalcCell<Manual>,
    _memory: Vec<u8>,
}

impl Arena for TalcBytes {
    fn over(bytes: usize) -> TalcBytes {
        let mut memory = memory(bytes);
        let inner = TalcCell::new(Manual);
        // SAFETY: the memory lives as long as the allocator, beside it, and no other code uses it. If it is too small
        // the allocator has none.
        unsafe { inner.claim(memory.as_mut_ptr(), memory.len()) };
        TalcBytes { inner, _memory: memory }
    }

    const BESIDE: usize = size_of::<TalcCell<Manual>>();
}

impl Bytes for TalcBytes {
    type Block = NonNull<u8>;

    #[inline]
    fn malloc(&mut self, bytes: u64) -> Option<NonNull<u8>> {
        // SAFETY: a layout of at least one byte.
        NonNull::new(unsafe { self.inner.alloc(layout(bytes)) })
    }

    #[inline]
    fn realloc(&mut self, block: NonNull<u8>, had: u64, bytes: u64) -> Option<NonNull<u8>> {
        // SAFETY: by this file's contract the block is one that was given for `had` bytes; the new size is not 0.
        NonNull::new(unsafe { self.inner.realloc(block.as_ptr(), layout(had), bytes.max(1) as usize) })
    }

    #[inline]
    fn free(&mut self, block: NonNull<u8>, bytes: u64) {
        // SAFETY: by this file's contract the block was given for so many bytes, and is given back once.
        unsafe { self.inner.dealloc(block.as_ptr(), layout(bytes)) };
    }
}
