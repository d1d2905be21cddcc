//! Where a machine's events go: they are handed on, or discarded. One type for both, since every type of listener is a
//! copy of all of the machine's code in the wasm file.

use super::event::Event;
use super::trace::Trace;
use std::fmt;

/// A listener with a limit: what comes after it is not built, and [`full`](Tape::full) says so.
pub struct Tape<'a> {
    to: Option<&'a mut dyn FnMut(&Event)>,
    keeps: bool,
    /// Events that may still come.
    left: usize,
    /// Whether one came that had no room.
    pub full: bool,
}

impl<'a> Tape<'a> {
    /// Hands at most `most` events to the listener, and keeps none.
    pub fn handing_to(listener: &'a mut dyn FnMut(&Event), most: usize) -> Tape<'a> {
        Tape { to: Some(listener), keeps: true, left: most, full: false }
    }

    /// For a listener that only counts: what takes a copy or a search is left out of the events ([`Trace::keeps`]).
    pub fn that_counts(self) -> Tape<'a> {
        Tape { keeps: false, ..self }
    }

    /// Number of further events that have room.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Discards every event.
    pub fn deaf() -> Tape<'static> {
        Tape { to: None, keeps: false, left: 0, full: false }
    }
}

impl Trace for Tape<'_> {
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        if self.left == 0 {
            self.full = true;
            return;
        }
        self.left -= 1;
        if let Some(listener) = &mut self.to {
            listener(&event());
        }
    }

    #[inline(always)]
    fn keeps(&self) -> bool {
        self.keeps
    }
}

impl fmt::Debug for Tape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape").field("left", &self.left).field("full", &self.full).finish_non_exhaustive()
    }
}
