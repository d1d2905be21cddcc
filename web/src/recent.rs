//! The events of the last command before the cursor that has any: made once, for all that is told of them.
//!
//! Invariant: they are those of one command without a gap, and of a history that has not been cut since.

use crate::changed::LARGE;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::event::Event;
use std::ops::Range;

/// Some events of a command; all of them, unless it is [`LARGE`].
#[derive(Clone, Debug, Default)]
pub struct Recent {
    first: u32,
    events: Vec<Event>,
}

impl Recent {
    /// Those at the session's cursor.
    #[cfg(test)]
    pub fn at(session: &Session) -> Recent {
        let mut recent = Recent::default();
        recent.sync(session);
        recent
    }

    /// Makes those at the session's cursor, unless they are here. Of a large command only what the session keeps is
    /// taken: making its events again takes long.
    pub fn sync(&mut self, session: &Session) {
        let wanted = wanted(session);
        if wanted != self.range() {
            *self = Recent { first: wanted.start, events: session.events_in(wanted) };
        }
    }

    /// The numbers of the events that are here.
    fn range(&self) -> Range<u32> {
        self.first..self.first + self.events.len() as u32
    }

    /// Those up to the session's cursor, the last that has happened last.
    pub fn done(&self, session: &Session) -> &[Event] {
        let done = session.cursor().event.saturating_sub(self.first) as usize;
        &self.events[..done.min(self.events.len())]
    }

    /// Hands on the events with these numbers, as [`Session::each_event`] does; what is here is not made again.
    pub fn each(&self, session: &Session, range: Range<u32>, mut hear: impl FnMut(u32, &Event)) {
        let here = self.range();
        if here.start <= range.start && range.end <= here.end {
            let from = (range.start - here.start) as usize;
            return range.zip(&self.events[from..]).for_each(|(at, event)| hear(at, event));
        }
        session.each_event(range, hear);
    }
}

fn wanted(session: &Session) -> Range<u32> {
    let Some(last) = session.cursor().event.checked_sub(1) else { return 0..0 };
    let all = session.events_of(session.step_of_event(last));
    let kept = session.events_kept();
    match all.len() as u32 {
        ..=LARGE => all,
        _ if kept.contains(&last) => kept,
        _ => 0..0,
    }
}
