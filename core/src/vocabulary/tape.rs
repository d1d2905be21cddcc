//! Where a machine's events go: they are handed on, or discarded. One type for both, since every type of listener is a
//! copy of all of the machine's code in the wasm file.

use super::event::Event;
use super::trace::Trace;
use std::fmt;

/// A listener with a limit: what comes after it is not built, and [`full`](Tape::full) says so.
pub struct Tape<'a> {
    to: To<'a>,
    /// Events that may still come.
    left: usize,
    /// Whether one came that had no room.
    pub full: bool,
}

enum To<'a> {
    Listener(&'a mut dyn FnMut(&Event)),
    Nobody,
}

impl<'a> Tape<'a> {
    /// Hands at most `most` events to the listener, and keeps none.
    pub fn handing_to(listener: &'a mut dyn FnMut(&Event), most: usize) -> Tape<'a> {
        Tape { to: To::Listener(listener), left: most, full: false }
    }

    /// Number of further events that have room.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Discards every event.
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
            To::Listener(listener) => listener(&event()),
            To::Nobody => {}
        }
    }
}

impl fmt::Debug for Tape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape").field("left", &self.left).field("full", &self.full).finish_non_exhaustive()
    }
}
