//! Linux's multi-generational LRU, as of 6.1: pages stand in up to four generations by when they were last found used.
//!
//! ```text
//! oldest                     youngest
//!  gen 4    gen 5    gen 6    gen 7
//!  f3 f9    f1 f4    f2       f7 f8      a page that comes in by a fault is of the youngest
//!    │                                   used, as the oldest is looked at: of the youngest, with its neighbours
//!    └─> goes, if it was not used        only two generations left: all tables are walked, what was
//!                                        used becomes of the youngest, and the next generation begins
//! ```
//! With three generations the walk is made, too, if most pages are of the youngest or few of the oldest. A look at a
//! page also looks at the PTEs beside it, up to 64, which costs no search. Not here: tiers and refaults of pages that
//! are read through file descriptors, the Bloom filter of tables worth a walk, separate generations of anonymous and
//! file pages. Source: Yu Zhao 2022, `Documentation/mm/multigen_lru.rst`.

use super::desk::Desk;
use super::{Memory, Replacement, first};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

/// Generations: at most so many, at least two.
const GENERATIONS: u64 = 4;
const FEWEST: u64 = 2;
/// The values that number the oldest generation, and how many follow it to the youngest.
pub const OLDEST: u8 = 0;
/// See [`OLDEST`].
pub const AFTER: u8 = 1;
/// Generations after the oldest at first.
pub const AT_FIRST: u64 = GENERATIONS - 1;

/// The multi-generational LRU.
pub struct Mglru;

impl Replacement for Mglru {
    /// Read ahead, perhaps: of the oldest until it is used.
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        join(desk, pfn, desk.ranks().value(OLDEST));
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        join(desk, pfn, youngest(desk));
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        let mut walks = 0;
        loop {
            if wants_walk(desk) {
                // After a walk all bits are clear: the second has found all that there is.
                if walks > 2 * GENERATIONS {
                    return None;
                }
                walk(desk, memory);
                walks += 1;
            }
            let oldest = desk.ranks().value(OLDEST);
            let Some(pfn) = first(desk, list(oldest), memory) else {
                leave_oldest(desk);
                continue;
            };
            let used = memory.was_used(pfn);
            if used {
                join(desk, pfn, youngest(desk));
                for neighbour in memory.used_beside(pfn) {
                    join(desk, neighbour, youngest(desk));
                }
            } else if memory.may_go(pfn) {
                return Some(pfn);
            }
        }
    }
}

fn list(generation: u64) -> u8 {
    (generation % GENERATIONS) as u8
}

fn youngest(desk: &Desk) -> u64 {
    desk.ranks().value(OLDEST) + desk.ranks().value(AFTER)
}

fn join(desk: &mut Desk, pfn: Pfn, generation: u64) {
    if desk.knows(pfn) && desk.rank(pfn).number == generation && desk.rank(pfn).list == list(generation) {
        return;
    }
    desk.append(Ranked::Page(pfn), list(generation), generation);
}

/// Whether all tables are to be walked.
fn wants_walk(desk: &Desk) -> bool {
    let (oldest, count) = (desk.ranks().value(OLDEST), desk.ranks().value(AFTER) + 1);
    if count != FEWEST + 1 {
        return count <= FEWEST;
    }
    let of = |generation| desk.len(list(generation));
    let total: u64 = (oldest..oldest + count).map(of).sum();
    of(youngest(desk)) * FEWEST > total || of(oldest) * (FEWEST + 2) < total
}

/// Walks all tables: what was used becomes of the youngest, and a new generation begins.
fn walk(desk: &mut Desk, memory: &mut dyn Memory) {
    for pfn in memory.walk() {
        if desk.knows(pfn) {
            join(desk, pfn, youngest(desk));
        }
    }
    desk.set_value(AFTER, desk.ranks().value(AFTER) + 1);
}

/// Nothing of the oldest generation may go: what is left of it is counted to the next.
fn leave_oldest(desk: &mut Desk) {
    let oldest = desk.ranks().value(OLDEST);
    while let Some(pfn) = desk.oldest(list(oldest)) {
        join(desk, pfn, oldest + 1);
    }
    desk.set_value(OLDEST, oldest + 1);
    desk.set_value(AFTER, desk.ranks().value(AFTER) - 1);
}
