//! S3-FIFO: three queues by arrival. Most new pages are used once, and fall out of a small queue quickly; those that
//! are used there go to the main queue, and so do ghosts that come back.
//!
//! ```text
//! new ---> small, a tenth of memory ---> ghosts, nine tenths
//!            | used twice                  | comes back
//!            v                             v
//!          main <--------------------------+     in it, a page used goes to the end again, once for each use up to 3
//! ```
//! Source: Yang, Zhang, Qiu, Yue and Rashmi, SOSP 2023.

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::{PageName, Ranked};

const SMALL: u8 = 0;
const MAIN: u8 = 1;
const GHOSTS: u8 = 2;
/// The value that says whether the page that is asked for was a ghost.
const RETURNS: u8 = 0;
/// The value that says whether memory was ever full: until then new pages go to the main queue once the small is full.
const FULL: u8 = 1;
/// Uses that are counted, and those that bring a page from the small queue to the main.
const MOST_USES: u64 = 3;
const WANTED: u64 = 2;

/// S3-FIFO.
pub struct S3Fifo;

fn small(desk: &Desk) -> u64 {
    (desk.frames / 10).max(1)
}

/// The first page of the main queue that was not used; what was goes to the end with one use less.
fn from_main(desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
    loop {
        let pfn = first(desk, MAIN, memory)?;
        let uses = desk.rank(pfn).number;
        if uses == 0 {
            return Some(pfn);
        }
        desk.append(Ranked::Page(pfn), MAIN, uses - 1);
    }
}

/// The first page of the small queue that was not used twice; what was goes to the main queue.
fn from_small(desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
    loop {
        let pfn = first(desk, SMALL, memory)?;
        if desk.rank(pfn).number < WANTED {
            return Some(pfn);
        }
        desk.append(Ranked::Page(pfn), MAIN, 0);
    }
}

impl Replacement for S3Fifo {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        let starting = desk.ranks().value(FULL) == 0 && desk.len(SMALL) >= small(desk);
        desk.append(Ranked::Page(pfn), if starting { MAIN } else { SMALL }, 0);
    }

    fn missed(&self, desk: &mut Desk, name: PageName) {
        desk.note_return(RETURNS, name);
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        if desk.take_return(RETURNS) {
            desk.append(Ranked::Page(pfn), MAIN, 0);
        }
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        let uses = desk.rank(pfn).number;
        desk.count(pfn, (uses + 1).min(MOST_USES));
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        desk.set_value(FULL, 1);
        let main_is_full = desk.len(MAIN) > desk.frames - small(desk);
        let small_first = if main_is_full { None } else { from_small(desk, memory) };
        small_first.or_else(|| from_main(desk, memory)).or_else(|| from_small(desk, memory))
    }

    fn evicted(&self, desk: &mut Desk, pfn: Pfn) {
        match desk.rank(pfn).list {
            SMALL => desk.remember(pfn, GHOSTS, desk.frames * 9 / 10),
            _ => desk.set(Ranked::Page(pfn), None),
        }
    }
}
