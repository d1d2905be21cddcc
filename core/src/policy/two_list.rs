//! Linux 2.4.0, of January 2001: pages are active or inactive, and what ages is the page; but its PTEs are still found
//! by scanning the processes' tables.
//!
//! ```text
//!   in ──> active ──the scan lets go of the last PTE──> inactive, dirty ──written──> inactive, clean ──> goes
//!             ^ ages: +3 if used, up to 64; halved if not           │                     │
//!             └───────────────────── used again ────────────────────┴─────────────────────┘
//! ```
//! A page is asked for only when no inactive one is clean: dirty ones are written first, and if there are none, active
//! pages age and tables are scanned. Anonymous pages are written as the last PTE lets go of them, which 2.4.0 puts off.

use super::desk::{Desk, page};
use super::{Memory, Replacement, Scanned, pages, virtual_scan};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;

const ACTIVE: u8 = 0;
const DIRTY: u8 = 1;
const CLEAN: u8 = 2;
/// Age of a page that comes in, what a use adds, and the most.
const START: u64 = 2;
const ADVANCE: u64 = 3;
const MOST: u64 = 64;
/// Times that active pages age and tables are scanned before nothing is found: an age of 64 is halved away in 7.
const ROUNDS: u32 = 10;

/// The two lists of 2.4.
pub struct TwoList;

impl Replacement for TwoList {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append(Ranked::Page(pfn), ACTIVE, START);
    }

    /// A page that is used is active, from wherever it is.
    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        if desk.rank(pfn).list != ACTIVE {
            desk.append(Ranked::Page(pfn), ACTIVE, START);
        }
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        for _ in 0..ROUNDS {
            if let Some(pfn) = clean(desk, memory) {
                return Some(pfn);
            }
            launder(desk, memory);
            if let Some(pfn) = clean(desk, memory) {
                return Some(pfn);
            }
            age(desk, memory);
            for _ in 0..=memory.tasks().len() {
                let Some(pid) = virtual_scan::largest(desk, memory, |pages| pages) else { break };
                let gone = virtual_scan::look(desk, memory, pid, lets_go);
                desk.set_task(pid, desk.time(pid).saturating_sub(1), desk.cursor(pid));
                if let Some(pfn) = gone {
                    let list = if memory.is_dirty(pfn) { DIRTY } else { CLEAN };
                    desk.append(Ranked::Page(pfn), list, 0);
                    break;
                }
            }
        }
        // All is in use: what has been active longest.
        super::first(desk, ACTIVE, memory)
    }
}

/// The inactive clean page that goes next.
fn clean(desk: &Desk, memory: &mut dyn Memory) -> Option<Pfn> {
    desk.ranks().list(CLEAN).filter_map(page).find(|pfn| memory.mapcount(*pfn) == 0 && memory.may_go(*pfn))
}

/// Writes the inactive dirty pages, which are clean then.
fn launder(desk: &mut Desk, memory: &mut dyn Memory) {
    for pfn in pages(desk, DIRTY) {
        memory.write(pfn);
        desk.append(Ranked::Page(pfn), CLEAN, 0);
    }
}

/// Ages of active pages that nobody maps any more are halved here; those of mapped ones as the scan meets them. One
/// that is old becomes inactive.
fn age(desk: &mut Desk, memory: &mut dyn Memory) {
    for pfn in pages(desk, ACTIVE) {
        if memory.mapcount(pfn) > 0 {
            continue;
        }
        match desk.rank(pfn).number / 2 {
            0 => desk.append(Ranked::Page(pfn), if memory.is_dirty(pfn) { DIRTY } else { CLEAN }, 0),
            age => desk.count(pfn, age),
        }
    }
}

/// Whether a page's age is used up as the scan reads one of its PTEs.
fn lets_go(desk: &mut Desk, scanned: &Scanned) -> bool {
    let age = desk.rank(scanned.pfn).number;
    let age = if scanned.used { (age + ADVANCE).min(MOST) } else { age / 2 };
    desk.count(scanned.pfn, age);
    age == 0
}
