//! The search for the lowest place of a run: down where a node knows of one, past the others.
//!
//! ```text
//! root       longest 40, wanted 50: no such run in all of memory, one look
//! nodes      end 30 | start 25                 too short each, but 55 together: found where they meet
//! words      ..0111 | 1110..                   frame by frame only in a word that holds what is wanted, or one end
//! ```

use super::{FANOUT, RunMap, WORD};
use crate::units::Pfn;
use crate::vocabulary::request::Request;

impl RunMap {
    /// The lowest place for `pages` frames in `low..high` as the request wants it aligned, and how many words and nodes
    /// were examined. Call `settle` first.
    pub fn find(&self, (low, high): (u32, u32), pages: u32, request: &Request) -> (Option<Pfn>, u32) {
        let place = |start: u32, end: u32| {
            let at = request.aligned_up(start)?;
            at.checked_add(pages).is_some_and(|last| last <= end.min(high)).then_some(Pfn(at))
        };
        let (mut at, mut start, mut looked) = (low, low, 0);
        let top = self.levels.len();
        let mut level = top;
        while at < high {
            // The largest node that begins here, unless a larger one has just turned out to hold a run.
            while level < top && at.trailing_zeros() >= WORD + FANOUT * (level as u32 + 1) {
                level += 1;
            }
            while level > 0 && at & (self.span(level) - 1) != 0 {
                level -= 1;
            }
            loop {
                looked += 1;
                let (span, whole) = (self.span(level), at & (self.span(level) - 1) == 0);
                if level == 0 && (!whole || self.in_word(at, pages)) {
                    if let Some(found) = self.walk_word(&mut start, at, &place) {
                        return (Some(found), looked);
                    }
                    at = (at | (span - 1)) + 1;
                    break;
                }
                let sum = self.sum(level, at / span);
                if let Some(found) = place(start, at + sum.start) {
                    return (Some(found), looked);
                }
                if level > 0 && sum.longest >= pages {
                    level -= 1;
                    continue;
                }
                start = if sum.start == span { start } else { at + span - sum.end };
                at += span;
                break;
            }
        }
        (None, looked)
    }

    fn in_word(&self, at: u32, pages: u32) -> bool {
        self.sum(0, at >> WORD).longest >= pages
    }

    /// Goes through the rest of one word frame by frame.
    fn walk_word(&self, start: &mut u32, from: u32, place: &impl Fn(u32, u32) -> Option<Pfn>) -> Option<Pfn> {
        let bits = self.words[(from >> WORD) as usize];
        for at in from..(from | ((1 << WORD) - 1)) + 1 {
            if bits >> (at & 63) & 1 == 0 {
                *start = at + 1;
            } else if let Some(found) = place(*start, at + 1) {
                return Some(found);
            }
        }
        None
    }
}
