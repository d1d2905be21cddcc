//! Physical allocators behind one boundary. Adding one: its file, one variant here, one of `AllocatorKind`.

pub mod buddy;
pub mod free_lists;

use crate::config::{AllocatorKind, Config};
use crate::lab::event::Trace;
use crate::units::Pfn;
use buddy::Buddy;
pub use free_lists::{FreeLists, FreeRun, ListId};

/// An allocator of physically contiguous frames.
pub trait FrameAllocator {
    /// Its name, as in the configuration.
    fn name(&self) -> &'static str;
    /// How many frames a request of `pages` is given (rounding included). `None`: it never can be served.
    fn given(&self, pages: u32) -> Option<u32>;
    /// `pages` contiguous frames, or `None` if there are none now. Tells the trace what it split.
    fn alloc(&mut self, pages: u32, t: &mut impl Trace) -> Option<Pfn>;
    /// Takes back what `alloc(pages)` gave at `pfn`. The caller has checked that it did.
    fn free(&mut self, pfn: Pfn, pages: u32, t: &mut impl Trace);
    /// Takes back `count` frames that were given one by one, lowest first, and tells nobody. The outcome is that of
    /// `count` calls of `free`.
    fn free_singles(&mut self, first: Pfn, count: u32);
    /// The free runs, for drawing and checking.
    fn lists(&self) -> &FreeLists;
    /// Broken invariants, in words.
    fn check(&self) -> Vec<String>;
}

/// The allocators, dispatched by enum so that a machine stays `Clone` and fast.
#[derive(Clone, Debug)]
pub enum Allocator {
    Buddy(Buddy),
}

impl Allocator {
    /// The configured allocator; the frames for which `usable` holds are free.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> Allocator {
        match config.allocator {
            AllocatorKind::Buddy => Allocator::Buddy(Buddy::new(config, usable)),
        }
    }

    /// One frame for the machine itself, before anything runs.
    pub fn alloc_boot(&mut self, t: &mut impl Trace) -> Option<Pfn> {
        match self {
            Allocator::Buddy(a) => a.alloc_boot(t),
        }
    }
}

impl FrameAllocator for Allocator {
    fn name(&self) -> &'static str {
        match self {
            Allocator::Buddy(a) => a.name(),
        }
    }

    fn given(&self, pages: u32) -> Option<u32> {
        match self {
            Allocator::Buddy(a) => a.given(pages),
        }
    }

    fn alloc(&mut self, pages: u32, t: &mut impl Trace) -> Option<Pfn> {
        match self {
            Allocator::Buddy(a) => a.alloc(pages, t),
        }
    }

    fn free(&mut self, pfn: Pfn, pages: u32, t: &mut impl Trace) {
        match self {
            Allocator::Buddy(a) => a.free(pfn, pages, t),
        }
    }

    fn free_singles(&mut self, first: Pfn, count: u32) {
        match self {
            Allocator::Buddy(a) => a.free_singles(first, count),
        }
    }

    fn lists(&self) -> &FreeLists {
        match self {
            Allocator::Buddy(a) => a.lists(),
        }
    }

    fn check(&self) -> Vec<String> {
        match self {
            Allocator::Buddy(a) => a.check(),
        }
    }
}
