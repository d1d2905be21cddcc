//! Memory as it is before the first command.

use super::pool::Pool;
use crate::alloc::usable::Usable;
use crate::alloc::{Allocator, FrameAllocator};
use crate::config::Config;
use crate::trees::tree;
use crate::units::Pfn;
use crate::vocabulary::frame::{Frame, FrameTable, FrameUse};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Request;
use crate::vocabulary::run::{HASH_TABLE, Run, Runs};
use crate::vocabulary::trace::Trace;

/// Memory as it is when the machine starts.
#[derive(Debug)]
pub struct Booted {
    pub alloc: Allocator,
    pub frames: FrameTable,
    /// The kernel's own frames, if they are apart.
    pub pool: Pool,
    /// The frame of the page of zeroes.
    pub zero: Pfn,
}

/// Memory as it is when the machine starts: holes and reserved frames set aside, one frame for the zero page, the
/// rest free.
pub fn boot(config: &Config, t: &mut impl Trace) -> Booted {
    let mut frames = FrameTable::new(config.frames, config.pool_frames());
    let mut pool = Pool::new(config.frames, config.pool_frames());
    let mut usable = Usable::all(config.frames);
    let mut set_aside = |usable: Usable, run: FreeRun, state| {
        for n in 0..run.len {
            frames.set(run.start.plus(n), Frame { state, ..Frame::default() });
        }
        usable.without(run)
    };
    for hole in &config.holes {
        usable = set_aside(usable, FreeRun { start: Pfn(hole.start), len: hole.frames }, FrameUse::Hole);
    }
    for run in usable.first(config.reserved) {
        usable = set_aside(usable, run, FrameUse::Reserved);
    }
    let mut alloc = Allocator::new(config, &usable);
    let zero = pool.take(1).unwrap_or_else(|| {
        let zero = usable.first(1).first().expect("a validated machine has frames").start;
        alloc.claim(FreeRun { start: zero, len: 1 }, t);
        zero
    });
    frames.set(zero, Frame { state: FrameUse::Zero, ..Frame::default() });
    Booted { alloc, frames, pool, zero }
}

/// The page cache's hash table: a run of `pages` frames, half as many, and so on, as Linux asked for it. It is run 0
/// and stays.
pub fn hash_table(pages: u32, alloc: &mut Allocator, frames: &mut FrameTable, t: &mut impl Trace) -> Runs {
    let mut pages = pages;
    while pages > 0 {
        let request = Request::of(pages);
        if let Ok(given) = alloc.given(&request)
            && let Some(first) = alloc.alloc(&request, t)
        {
            for n in 0..given {
                frames.set(first.plus(n), Frame { state: FrameUse::Run { first }, ..Frame::default() });
            }
            return tree([(first, Run::new(HASH_TABLE, request, given))]);
        }
        pages /= 2;
    }
    Runs::default()
}
