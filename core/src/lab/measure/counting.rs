//! A listener for those who want figures only: each event is counted and forgotten.
//!
//! An event is counted by what the fold counts it by ([`Tally::apply`]), where it is emitted: its variant is known
//! there, so the compiler leaves of it what is counted, and neither builds nor drops the rest. What would have to be
//! copied for it is left out ([`Trace::keeps`]). A property holds its counters equal to the fold's.

use super::tally::Tally;
use crate::config::RmapKind;
use crate::vocabulary::event::Event;
use crate::vocabulary::trace::Trace;

/// Counts events, and what they count, and keeps none.
#[derive(Clone, Debug)]
pub struct Counting {
    /// The counters.
    pub tally: Tally,
    /// Number of events.
    pub events: u64,
    rmap: RmapKind,
}

impl Counting {
    /// Counts from zero, on a machine with this reverse-mapping scheme.
    pub fn new(rmap: RmapKind) -> Counting {
        Counting { tally: Tally::default(), events: 0, rmap }
    }
}

impl Trace for Counting {
    #[inline(always)]
    fn emit(&mut self, event: impl FnOnce() -> Event) {
        self.events += 1;
        self.tally.apply(&event(), self.rmap);
    }

    #[inline(always)]
    fn keeps(&self) -> bool {
        false
    }
}
