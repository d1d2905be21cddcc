//! Allocators by others, with one interface, to be measured against. Each is called as its documentation says, with as
//! little in between as possible; a handle is whatever the allocator itself wants back.

mod bytes;
mod raw;

use bitmap_allocator::{BitAlloc, BitAlloc1M, BitAlloc16M};
pub use bytes::{Arena, Bytes, RlsfBytes, TalcBytes};
pub use raw::{BuddySlab, Rlsf, cpu_time};

/// An allocator of blocks of 2^order units.
pub trait Blocks {
    type Handle: Copy;
    /// An allocator with all of `frames` units free.
    fn new(frames: u32) -> Self;
    fn alloc(&mut self, order: u8) -> Option<Self::Handle>;
    fn free(&mut self, block: Self::Handle, order: u8);
    /// Bytes of metadata; `None` where that is not known.
    fn bytes(&self) -> Option<usize>;
}

/// `buddy_system_allocator`: ordered sets of blocks.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct BuddySystem(buddy_system_allocator::FrameAllocator<11>);

impl Blocks for BuddySystem {
    type Handle = usize;

    fn new(frames: u32) -> BuddySystem {
        let mut inner = buddy_system_allocator::FrameAllocator::new();
        inner.add_frame(0, frames as usize);
        BuddySystem(inner)
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<usize> {
        self.0.alloc(1 << order)
    }

    #[inline]
    fn free(&mut self, block: usize, order: u8) {
        self.0.dealloc(block, 1 << order);
    }

    fn bytes(&self) -> Option<usize> {
        None
    }
}

/// `bitmap-allocator`: a 16-ary tree of bits.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub enum Bits {
    Million(Box<BitAlloc1M>),
    More(Box<BitAlloc16M>),
}

impl Blocks for Bits {
    type Handle = usize;

    fn new(frames: u32) -> Bits {
        let frames = frames as usize;
        if frames <= BitAlloc1M::CAP {
            let mut bits = Box::<BitAlloc1M>::default();
            bits.insert(0..frames);
            return Bits::Million(bits);
        }
        let mut bits = Box::<BitAlloc16M>::default();
        bits.insert(0..frames);
        Bits::More(bits)
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<usize> {
        match (self, order) {
            (Bits::Million(bits), 0) => bits.alloc(),
            (Bits::Million(bits), _) => bits.alloc_contiguous(None, 1 << order, usize::from(order)),
            (Bits::More(bits), 0) => bits.alloc(),
            (Bits::More(bits), _) => bits.alloc_contiguous(None, 1 << order, usize::from(order)),
        }
    }

    #[inline]
    fn free(&mut self, block: usize, order: u8) {
        let done = match (self, order) {
            (Bits::Million(bits), 0) => bits.dealloc(block),
            (Bits::Million(bits), _) => bits.dealloc_contiguous(block, 1 << order),
            (Bits::More(bits), 0) => bits.dealloc(block),
            (Bits::More(bits), _) => bits.dealloc_contiguous(block, 1 << order),
        };
        debug_assert!(done);
    }

    fn bytes(&self) -> Option<usize> {
        Some(match self {
            Bits::Million(_) => size_of::<BitAlloc1M>(),
            Bits::More(_) => size_of::<BitAlloc16M>(),
        })
    }
}

/// `offset-allocator`: segregated fits, any length; its handles would need a table beside, which is left out here.
#[allow(missing_debug_implementations, reason = "the peer has none")]
pub struct Offsets {
    inner: offset_allocator::Allocator<u32>,
    frames: u32,
}

impl Blocks for Offsets {
    type Handle = offset_allocator::Allocation<u32>;

    fn new(frames: u32) -> Offsets {
        Offsets { inner: offset_allocator::Allocator::with_max_allocs(frames, frames + 2), frames }
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<Self::Handle> {
        self.inner.allocate(1 << order)
    }

    #[inline]
    fn free(&mut self, block: Self::Handle, _: u8) {
        self.inner.free(block);
    }

    /// A node of 28 bytes and a place on the stack of nodes, per frame.
    fn bytes(&self) -> Option<usize> {
        Some(self.frames as usize * 32)
    }
}

/// Plain stack of single frames: what no allocator of blocks can beat.
#[derive(Debug)]
pub struct Stack(Vec<u32>);

impl Blocks for Stack {
    type Handle = u32;

    fn new(frames: u32) -> Stack {
        Stack((0..frames).rev().collect())
    }

    #[inline]
    fn alloc(&mut self, order: u8) -> Option<u32> {
        assert_eq!(order, 0, "single frames only");
        self.0.pop()
    }

    #[inline]
    fn free(&mut self, block: u32, _: u8) {
        self.0.push(block);
    }

    fn bytes(&self) -> Option<usize> {
        Some(self.0.capacity() * 4)
    }
}
