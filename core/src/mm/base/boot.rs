//! Memory as it is before the first command.

use crate::alloc::{Allocator, FrameAllocator};
use crate::config::Config;
use crate::trees::tree;
use crate::units::Pfn;
use crate::vocabulary::frame::{Frame, FrameTable, FrameUse};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Request;
use crate::vocabulary::run::{HASH_TABLE, Run, Runs};
use crate::vocabulary::trace::Trace;

/// Memory as it is when the machine starts: holes and reserved frames set aside, one frame for the zero page, the
/// rest free.
pub fn boot(config: &Config, t: &mut impl Trace) -> (Allocator, FrameTable, Pfn) {
    let mut frames = FrameTable::new(config.frames);
    let mut mark = |range: std::ops::Range<u32>, state| {
        for n in range {
            frames.set(Pfn(n), Frame { state, ..Frame::default() });
        }
    };
    for hole in &config.holes {
        mark(hole.start..hole.start + hole.frames, FrameUse::Hole);
    }
    let mut left = config.reserved;
    for n in 0..config.frames {
        if left > 0 && frames.get(Pfn(n)).state == FrameUse::Free {
            frames.set(Pfn(n), Frame { state: FrameUse::Reserved, ..Frame::default() });
            left -= 1;
        }
    }
    let mut alloc = Allocator::new(config, &|pfn| frames.get(pfn).state == FrameUse::Free);
    let zero =
        frames.iter().find(|(_, frame)| frame.state == FrameUse::Free).expect("a validated machine has frames").0;
    alloc.claim(FreeRun { start: zero, len: 1 }, t);
    frames.set(zero, Frame { state: FrameUse::Zero, ..Frame::default() });
    (alloc, frames, zero)
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
            return tree([(first, Run { id: HASH_TABLE, request, given, pins: 0, mapped: None })]);
        }
        pages /= 2;
    }
    Runs::default()
}
