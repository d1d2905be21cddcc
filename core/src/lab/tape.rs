//! Who listens to a machine of a session: keeps the events, or counts them, or lets them pass. One type for all three,
//! since every type of listener is a copy of all of the machine's code in the wasm file.

use super::event::{Event, Trace};
use super::tally::Tally;
use crate::config::RmapKind;

/// A listener with a limit: what comes after it is not built, and [`full`](Tape::full) says so.
#[derive(Debug)]
pub struct Tape<'a> {
    to: To<'a>,
    /// Events that may still come.
    left: usize,
    /// Whether one came that had no room.
    pub full: bool,
}

#[derive(Debug)]
enum To<'a> {
    Events(&'a mut Vec<Event>),
    Tally(&'a mut Tally, RmapKind),
    Nobody,
}

impl<'a> Tape<'a> {
    /// Keeps events until there are `most`.
    pub fn keeping(events: &'a mut Vec<Event>, most: usize) -> Tape<'a> {
        let left = most.saturating_sub(events.len());
        Tape { to: To::Events(events), left, full: false }
    }

    /// Counts `most` events at most.
    pub fn counting(tally: &'a mut Tally, rmap: RmapKind, most: usize) -> Tape<'a> {
        Tape { to: To::Tally(tally, rmap), left: most, full: false }
    }

    /// Events that may still come.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Lets them pass.
    pub fn deaf() -> Tape<'static> {
        Tape { to: To::Nobody, left: 0, full: false }
    }
}

impl Trace for Tape<'_> {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        if self.left == 0 {
            self.full = true;
            return;
        }
        self.left -= 1;
        match &mut self.to {
            To::Events(events) => events.push(event()),
            To::Tally(tally, rmap) => tally.apply(&event(), *rmap),
            To::Nobody => {}
        }
    }
}
