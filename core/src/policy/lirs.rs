//! LIRS: pages are told apart by the time between their last two uses. Nearly all of memory is for those with a short
//! one (LIR); the others (HIR) stand in a small queue, and one that is used again soon enough changes places with the
//! LIR page that was not used for longest.
//!
//! ```text
//! stack, by last use   h  L  h  L  g  L          L: LIR, h: HIR in memory, g: HIR that is gone, a ghost
//!                      ^ before the first L       what stands before the oldest L is not in the stack
//! queue                h  h  -> victims          used while in the stack: becomes L, the oldest L goes to the queue
//! ```
//! A HIR page's place in the stack is its `number`, its place in the queue `at`. As many ghosts are remembered as there
//! are frames, at most: the stack would grow without an end. Source: Jiang and Zhang, SIGMETRICS
//! 2002, with a hundredth of memory for HIR pages.

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Rank, Ranked};

const LIR: u8 = 0;
const QUEUE: u8 = 1;
const GHOSTS: u8 = 2;
/// The value that says whether the page that is asked for was a ghost.
const RETURNS: u8 = 0;

/// LIRS.
pub struct Lirs;

/// LIR pages that there are at most.
fn most(desk: &Desk) -> u64 {
    desk.frames - (desk.frames / 100).max(1)
}

/// The place of the oldest LIR page: the stack begins there.
fn bottom(desk: &Desk) -> u64 {
    desk.oldest(LIR).map_or(0, |pfn| desk.rank(pfn).at)
}

/// Ghosts below the stack's bottom are forgotten.
fn prune(desk: &mut Desk) {
    let bottom = bottom(desk);
    loop {
        let oldest = desk.ranks().list(GHOSTS).next();
        match oldest.filter(|ghost| desk.ranks().get(*ghost).is_some_and(|rank| rank.at < bottom)) {
            Some(ghost) => desk.set(ghost, None),
            None => return,
        }
    }
}

/// Puts a page on top of the stack, among the LIR pages.
fn raise(desk: &mut Desk, pfn: Pfn) {
    desk.append(Ranked::Page(pfn), LIR, 0);
    if desk.len(LIR) > most(desk)
        && let Some(oldest) = desk.oldest(LIR)
    {
        desk.append(Ranked::Page(oldest), QUEUE, 0);
    }
    prune(desk);
}

/// Puts a page on top of the stack and at the queue's end.
fn queue(desk: &mut Desk, pfn: Pfn) {
    desk.append(Ranked::Page(pfn), QUEUE, 0);
    desk.count(pfn, desk.rank(pfn).at);
}

impl Replacement for Lirs {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        if desk.len(LIR) < most(desk) {
            desk.append(Ranked::Page(pfn), LIR, 0);
        } else {
            queue(desk, pfn);
        }
    }

    fn missed(&self, desk: &mut Desk, name: PageName) {
        desk.note_return(RETURNS, name);
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        if desk.take_return(RETURNS) {
            raise(desk, pfn);
        }
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        let rank = desk.rank(pfn);
        if rank.list == LIR {
            desk.append(Ranked::Page(pfn), LIR, 0);
            prune(desk);
        } else if rank.number > bottom(desk) {
            raise(desk, pfn);
        } else {
            queue(desk, pfn);
        }
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        [QUEUE, LIR].into_iter().find_map(|list| first(desk, list, memory))
    }

    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        let rank = desk.rank(pfn);
        desk.set(Ranked::Page(pfn), None);
        if let Some(name) = rank.name
            && rank.list == QUEUE
            && rank.number > bottom(desk)
        {
            let ghost = Rank { list: GHOSTS, at: rank.number, number: 0, name: None };
            desk.set(Ranked::Ghost(name), Some(ghost));
            desk.forget(GHOSTS, desk.frames);
        }
    }
}
