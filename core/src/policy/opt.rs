//! The best that is possible: the page goes whose next use is furthest away. It has to be told the future.
//!
//! ```text
//! references   7 0 1 2 0 3 0 4     of each, the next reference to the same page: - 4 - - 6 - - -
//! at the 2:    7 never, 0 at 4, 1 never                  7 and 1 are as good; the one that came last goes
//! ```
//! Source: Belady 1966 (MIN).

use super::desk::{Desk, MOST_NUMBER};
use super::{Memory, Replacement, last};
use crate::units::Pfn;
use crate::vocabulary::rank::Ranked;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The value that counts the references that were made.
const POSITION: u8 = 0;

/// What comes. Told in pieces, of which there may be many: each is added without looking at those before it again.
#[derive(Clone, Debug, Default)]
pub struct Future {
    /// Of each reference, which one is the next to the same page; [`MOST_NUMBER`]: none.
    next: Rc<Vec<u64>>,
    /// Of each page, its last reference.
    last: Rc<BTreeMap<u64, u64>>,
}

impl Future {
    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        self.next.is_empty()
    }

    /// Adds references after those that are known.
    pub fn add(&mut self, more: &[u64]) {
        let (next, last) = (Rc::make_mut(&mut self.next), Rc::make_mut(&mut self.last));
        for page in more {
            let position = next.len() as u64;
            if let Some(before) = last.insert(*page, position) {
                next[before as usize] = position;
            }
            next.push(MOST_NUMBER);
        }
    }

    fn next(&self, position: u64) -> u64 {
        self.next.get(position as usize).copied().unwrap_or(MOST_NUMBER)
    }
}

/// The optimal policy.
pub struct Opt;

/// A reference is made, to this page.
fn reference(desk: &mut Desk, pfn: Pfn) {
    let position = desk.ranks().value(POSITION);
    let next = desk.future.next(position);
    desk.set_value(POSITION, position + 1);
    desk.reorder(pfn, next);
}

impl Replacement for Opt {
    fn entered(&self, desk: &mut Desk, pfn: Pfn) {
        desk.append_by(Ranked::Page(pfn), 0, MOST_NUMBER);
    }

    fn arrived(&self, desk: &mut Desk, pfn: Pfn, _: bool) {
        reference(desk, pfn);
    }

    fn used(&self, desk: &mut Desk, pfn: Pfn) {
        reference(desk, pfn);
    }

    fn victim(&self, desk: &mut Desk, memory: &mut dyn Memory) -> Option<Pfn> {
        last(desk, 0, memory)
    }
}
