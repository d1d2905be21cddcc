//! The events of a session's commands, made again: the nearest machine before them carries their commands out once
//! more.

use super::place::Place;
use super::session::Session;
use super::view::View;
use crate::lab::measure::tally::Tally;
use crate::vocabulary::event::Event;
use std::ops::Range;

impl Session {
    /// The machine after `step` commands, from the nearest that is kept at or before it.
    pub(super) fn place_at(&self, step: u32) -> Place {
        if step == self.end_place().step {
            return self.end_place().clone();
        }
        let checkpoint = self.checkpoints.before(step);
        let nearer = self.here.as_ref().filter(|here| (checkpoint.step..=step).contains(&here.step));
        let mut place = nearer.unwrap_or(checkpoint).clone();
        self.take_to(&mut place, step);
        place
    }

    /// The machine as seen after `step` commands, wherever the cursor is.
    pub fn view_at(&self, step: u32) -> View {
        self.place_at(step.min(self.steps.len() as u32)).view()
    }

    /// Takes a machine on to a later step.
    pub(super) fn take_to(&self, place: &mut Place, step: u32) {
        for done in &self.steps[place.step as usize..step as usize] {
            place.again(&done.command);
        }
    }

    /// Hands on the events with these numbers, in their order, each with its number. Those around the cursor inside a
    /// step are there; others are made again.
    pub fn each_event(&self, range: Range<u32>, mut hear: impl FnMut(u32, &Event)) {
        if range.is_empty() {
            return;
        }
        if let Some(kept) = self.window.as_ref().and_then(|window| window.events_in(&range)) {
            return range.zip(kept).for_each(|(at, event)| hear(at, event));
        }
        let mut place = self.place_at(self.step_of_event(range.start));
        while let Some(done) = self.steps.get(place.step as usize) {
            let mut at = self.events_of(place.step).start;
            if at >= range.end {
                break;
            }
            place.hear(&done.command, &mut |event| {
                if range.contains(&at) {
                    hear(at, event);
                }
                at += 1;
            });
        }
    }

    /// The numbers of the events around the cursor that are there without carrying anything out again; none between two
    /// commands, unless the cursor has just left one.
    pub fn events_kept(&self) -> Range<u32> {
        self.window.as_ref().map_or(0..0, |window| window.first..window.first + window.events.len() as u32)
    }

    /// The events with these numbers. A single command can have millions: whoever does not need them all at once asks
    /// [`each_event`](Self::each_event).
    pub fn events_in(&self, range: Range<u32>) -> Vec<Event> {
        let mut events = Vec::new();
        self.each_event(range, |_, event| events.push(event.clone()));
        events
    }

    /// The number of the last event before number `before` that `is_it` holds of; `None` if there is none.
    pub fn last_event(&self, before: u32, mut is_it: impl FnMut(&Event) -> bool) -> Option<u32> {
        let mut end = before;
        while end > 0 {
            // From checkpoint to checkpoint, the latest first.
            let start = self.checkpoints.before(self.step_of_event(end - 1)).step;
            let start = self.events_of(start).start;
            let mut found = None;
            self.each_event(start..end, |at, event| {
                if is_it(event) {
                    found = Some(at);
                }
            });
            if found.is_some() {
                return found;
            }
            end = start;
        }
        None
    }

    /// A digest of all events: equal on every host for the same recording.
    pub fn digest(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        self.each_event(0..self.event_count(), |_, event| {
            let bytes = postcard::to_stdvec(event).expect("events have plain fields");
            hasher.update(&bytes);
        });
        hasher.digest()
    }
}

/// A machine that goes through a session's commands from the first to the last, for whoever needs all events in turn.
#[derive(Clone, Debug)]
pub struct Playback {
    place: Place,
}

impl Playback {
    /// Before a session's first command.
    pub fn new(session: &Session) -> Playback {
        Playback { place: session.checkpoints.before(0).clone() }
    }

    /// The number of commands that have been carried out.
    pub fn step(&self) -> u32 {
        self.place.step
    }

    /// The counters there.
    pub fn tally(&self) -> &Tally {
        &self.place.tally
    }

    /// Carries out the session's next command. Returns `false` if there is none.
    pub fn skip(&mut self, session: &Session) -> bool {
        let Some(done) = session.steps.get(self.place.step as usize) else { return false };
        self.place.again(&done.command);
        true
    }

    /// Carries out the session's next command and hands on its events. Returns `false` if there is none.
    pub fn next(&mut self, session: &Session, hear: &mut dyn FnMut(&Event)) -> bool {
        let Some(done) = session.steps.get(self.place.step as usize) else { return false };
        self.place.hear(&done.command, hear);
        true
    }
}
