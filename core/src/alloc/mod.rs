//! Physical frame allocators: one trait for the memory manager, one enum of all of them.
//!
//! Outside this room and `config` no code asks which allocator a machine has: each says what it wants of the memory
//! manager ([`FrameAllocator`]) and what it is made of ([`Describe`]). Adding one touches:
//!
//! - its own file or folder here: the type with its two traits;
//! - this file: its module, a variant of [`Allocator`], a line in `each!` and one in `new`; `describe`: a line in
//!   `of_kind!`;
//! - `config`: a variant of `AllocatorKind`, a file for its settings, their field in `Config` and its `validate`;
//! - without a word from the compiler: its section in `docs/allocators.md` and name in `docs/recording.md`; a line each
//!   in `tests/tests/allocators/main.rs` (every test there), `tests/tests/properties.rs` and
//!   `tests/benches/figures/allocators`.
//!
//! If it wants something new of the memory manager: a method of [`FrameAllocator`] with a default for all others.

pub mod buddy;
pub mod describe;
mod frame_allocator;
pub mod gravity;
pub mod heap_top;
mod lists;
pub mod memarea;
pub mod page_array;
pub mod quick_fit;
pub mod sets;
#[cfg(test)]
mod tests;
pub mod usable;

use crate::config::{AllocatorKind, Config};
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use buddy::Buddy;
pub use describe::Describe;
use frame_allocator::at_most;
pub use frame_allocator::{FrameAllocator, Kept, OnMiss};
use gravity::Gravity;
pub use heap_top::{Heap, Heaps};
use memarea::Memarea;
use page_array::PageArray;
use quick_fit::QuickFit;
use std::borrow::Cow;
use usable::Usable;

/// The allocators, dispatched by enum so that a machine stays `Clone` and fast.
#[derive(Clone, Debug)]
pub enum Allocator {
    Buddy(Buddy),
    Memarea(Memarea),
    PageArray(PageArray),
    Gravity(Gravity),
    QuickFit(QuickFit),
    HeapTop(Heaps),
}

/// Calls a method on whichever allocator it is.
macro_rules! each {
    ($self:expr, $a:ident => $call:expr) => {
        match $self {
            Allocator::Buddy($a) => $call,
            Allocator::Memarea($a) => $call,
            Allocator::PageArray($a) => $call,
            Allocator::Gravity($a) => $call,
            Allocator::QuickFit($a) => $call,
            Allocator::HeapTop($a) => $call,
        }
    };
}

impl Allocator {
    /// The configured allocator; the `usable` frames are free.
    pub fn new(config: &Config, usable: &Usable) -> Allocator {
        match config.allocator {
            AllocatorKind::Buddy => Allocator::Buddy(Buddy::new(config, usable)),
            AllocatorKind::Memarea => Allocator::Memarea(Memarea::new(config, usable)),
            AllocatorKind::PageArray => Allocator::PageArray(PageArray::new(config, usable)),
            AllocatorKind::Gravity => Allocator::Gravity(Gravity::new(config, usable)),
            AllocatorKind::QuickFit => Allocator::QuickFit(QuickFit::new(config, usable)),
            AllocatorKind::HeapTop => Allocator::HeapTop(Heaps::new(config, usable)),
        }
    }
}

impl FrameAllocator for Allocator {
    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        each!(self, a => a.given(request))
    }

    fn alignment(&self, request: &Request) -> u32 {
        each!(self, a => a.alignment(request))
    }

    #[inline(always)]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        // The usual one first, so that its short way is inlined wherever frames are asked for.
        match self {
            Allocator::Buddy(buddy) => buddy.alloc(request, t),
            other => other.alloc_of_another(request, t),
        }
    }

    #[inline(always)]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        match self {
            Allocator::Buddy(buddy) => buddy.free(run, t),
            other => other.free_to_another(run, t),
        }
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        each!(self, a => a.claim(run, t))
    }

    fn free_frames(&self) -> u32 {
        each!(self, a => a.free_frames())
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        each!(self, a => a.lists())
    }

    fn area_trees(&self) -> Vec<AreaTree> {
        each!(self, a => a.area_trees())
    }

    fn bytes(&self) -> Option<usize> {
        each!(self, a => a.bytes())
    }

    fn check(&self) -> Vec<String> {
        each!(self, a => a.check())
    }

    #[inline]
    fn on_miss(&self) -> OnMiss {
        each!(self, a => a.on_miss())
    }

    #[inline]
    fn joins_on_miss(&self, request: &Request) -> bool {
        each!(self, a => a.joins_on_miss(request))
    }

    fn kept(&self, request: &Request) -> Kept {
        each!(self, a => a.kept(request))
    }

    fn alloc_kept(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        each!(self, a => a.alloc_kept(request, t))
    }

    #[inline]
    fn heaps(&self) -> Option<&Heaps> {
        each!(self, a => a.heaps())
    }

    fn kswapd_wakes(&self) -> Option<u8> {
        each!(self, a => a.kswapd_wakes())
    }

    fn kswapd_sleeps(&mut self) {
        each!(self, a => a.kswapd_sleeps())
    }

    fn lacks(&mut self, top: u8) -> (u32, Pfn) {
        each!(self, a => a.lacks(top))
    }
}

impl Allocator {
    #[inline(never)]
    fn alloc_of_another(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        each!(self, a => alloc_of(a, request, t))
    }

    #[inline(never)]
    fn free_to_another(&mut self, run: FreeRun, t: &mut impl Trace) {
        each!(self, a => free_to(a, run, t));
    }
}

/// Allocates with one allocator. Not inlined, so that none saves registers for what another one does.
#[inline(never)]
fn alloc_of(a: &mut impl FrameAllocator, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
    a.alloc(request, t)
}

/// Frees with one allocator. Not inlined, so that none saves registers for what another one does.
#[inline(never)]
fn free_to(a: &mut impl FrameAllocator, run: FreeRun, t: &mut impl Trace) {
    a.free(run, t);
}
