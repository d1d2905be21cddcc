//! Physical allocators behind one boundary. Adding one: its file, one variant here, one of `AllocatorKind`, the names of
//! its lists in `naming`.

pub mod buddy;
pub mod gravity;
pub mod heap_top;
pub mod memarea;
pub mod naming;
pub mod page_array;
pub mod quick_fit;
pub mod sets;

use crate::config::{AllocatorKind, Config};
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeLists, FreeRun};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::{NullTrace, Trace};
use buddy::Buddy;
use gravity::Gravity;
use heap_top::HeapTop;
use memarea::Memarea;
use page_array::PageArray;
use quick_fit::QuickFit;
use std::borrow::Cow;

/// An allocator of physically contiguous frames. It knows which frames are free and nothing of what the others hold: what
/// is moved or reclaimed to serve a request is the memory manager's business (`mm/compact/contig`), which then comes back.
pub trait FrameAllocator {
    /// Its name, as in the configuration.
    fn name(&self) -> &'static str;
    /// How many frames a request is given, rounding included.
    ///
    /// # Errors
    /// The request never can be served: says why, and what could.
    fn given(&self, request: &Request) -> Result<u32, Refusal>;
    /// The alignment that a run has, at least that asked for: where no offset is, blocks are aligned to their size.
    fn alignment(&self, request: &Request) -> u32 {
        request.align
    }
    /// Contiguous frames, or `None` if there are none now. Tells the trace what it looked at, split and joined.
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn>;
    /// Takes back frames that were given: a whole run or any part of it. The caller has checked that they were.
    fn free(&mut self, run: FreeRun, t: &mut impl Trace);
    /// Takes back frames that were given one by one, and tells nobody. The outcome is that of one `free` for each,
    /// lowest first.
    fn free_singles(&mut self, run: FreeRun) {
        for n in 0..run.len {
            self.free(FreeRun { start: run.start.plus(n), len: 1 }, &mut NullTrace);
        }
    }
    /// Takes exactly these frames, all of them free, in whichever free runs they lie; as if they had been given.
    fn claim(&mut self, run: FreeRun, t: &mut impl Trace);
    /// Frames that are free.
    fn free_frames(&self) -> u32;
    /// The free runs, for drawing and checking.
    fn lists(&self) -> Cow<'_, FreeLists>;
    /// Whether a request has taken a zone below its low watermark since this was asked: the highest zone it might use.
    fn wakes(&mut self) -> Option<u8> {
        None
    }
    /// How many frames the zones up to `top` lack until one is at its high watermark, and the frame where they end.
    fn lacks(&self, _top: u8) -> (u32, Pfn) {
        (0, Pfn(0))
    }
    /// Bytes of metadata, for the benchmarks.
    fn bytes(&self) -> Option<usize> {
        None
    }
    /// Broken invariants, in words.
    fn check(&self) -> Vec<String>;
}

/// Whether somebody listens.
#[inline(always)]
fn listens<T: Trace>(_: &T) -> bool {
    T::LISTENS
}

/// A request over the longest stretch of memory that there is never can be served.
fn at_most(request: &Request, longest: u32) -> Result<u32, Refusal> {
    if request.pages > longest {
        let what = format!("alloc: {} pages are more than memory has without a hole", request.pages);
        return Err(Refusal::new(what, format!("ask for at most {longest}")));
    }
    Ok(request.pages)
}

/// The allocators, dispatched by enum so that a machine stays `Clone` and fast.
#[derive(Clone, Debug)]
pub enum Allocator {
    Buddy(Buddy),
    Memarea(Memarea),
    PageArray(PageArray),
    Gravity(Gravity),
    QuickFit(QuickFit),
    HeapTop(HeapTop),
}

/// Calls the same on whichever allocator it is.
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
    /// The configured allocator; the frames for which `usable` holds are free.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> Allocator {
        match config.allocator {
            AllocatorKind::Buddy => Allocator::Buddy(Buddy::new(config, usable)),
            AllocatorKind::Memarea => Allocator::Memarea(Memarea::new(config, usable)),
            AllocatorKind::PageArray => Allocator::PageArray(PageArray::new(config, usable)),
            AllocatorKind::Gravity => Allocator::Gravity(Gravity::new(config, usable)),
            AllocatorKind::QuickFit => Allocator::QuickFit(QuickFit::new(config, usable)),
            AllocatorKind::HeapTop => Allocator::HeapTop(HeapTop::new(config, usable)),
        }
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

/// Not inlined, so that none saves registers for what another one does.
#[inline(never)]
fn alloc_of(a: &mut impl FrameAllocator, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
    a.alloc(request, t)
}

/// As `alloc_of`.
#[inline(never)]
fn free_to(a: &mut impl FrameAllocator, run: FreeRun, t: &mut impl Trace) {
    a.free(run, t);
}

impl FrameAllocator for Allocator {
    fn name(&self) -> &'static str {
        each!(self, a => a.name())
    }

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

    fn free_singles(&mut self, run: FreeRun) {
        each!(self, a => a.free_singles(run))
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

    fn wakes(&mut self) -> Option<u8> {
        each!(self, a => a.wakes())
    }

    fn lacks(&self, top: u8) -> (u32, Pfn) {
        each!(self, a => a.lacks(top))
    }

    fn bytes(&self) -> Option<usize> {
        each!(self, a => a.bytes())
    }

    fn check(&self) -> Vec<String> {
        each!(self, a => a.check())
    }
}
