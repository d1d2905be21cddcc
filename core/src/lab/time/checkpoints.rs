//! Copies of the machine along its history, from which any place in it is reached soon.
//!
//! ```text
//! events      0 . . . . . . . . . . . . . . . . . . . .>
//! checkpoints ^       ^       ^       ^       ^          every so many events; when they take too much, every
//!             ^               ^               ^          second one goes, and they are made half as often
//! ```

use super::place::Place;
use super::samples::keep_every_second;
use crate::lab::measure::footprint::Footprint;

/// Events between two checkpoints, at first, on machines of at most `8 * LEAST_EVENTS` frames.
const LEAST_EVENTS: u32 = 1 << 13;
/// The same on the largest machines: some milliseconds of work.
const MOST_EVENTS: u32 = 1 << 17;
/// A copy does not share the allocator once either changes it, some bytes a frame: so many frames take an event more.
const FRAMES_AN_EVENT: u32 = 8;
/// So many are thinned one by one.
const FEW: usize = 8;
/// Commands between two checkpoints at most: those without an event take time, too.
const EVERY_STEPS: u32 = 4096;

#[derive(Clone, Debug)]
struct Checkpoint {
    /// The number of events before it.
    event: u32,
    place: Place,
    /// Bytes that it does not share with the next one; 0 for the last, which the machine itself still resembles.
    own: u64,
}

/// The checkpoints of a session; the first is the start.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    all: Vec<Checkpoint>,
    every_events: u32,
    /// How much further apart they are than at first.
    times: u32,
    most_bytes: u64,
}

impl Checkpoints {
    /// The start alone; all together may take `most_bytes`.
    pub fn new(start: Place, most_bytes: u64) -> Checkpoints {
        let every_events = (start.machine.config.frames / FRAMES_AN_EVENT).clamp(LEAST_EVENTS, MOST_EVENTS);
        Checkpoints { every_events, all: vec![Checkpoint { event: 0, place: start, own: 0 }], times: 1, most_bytes }
    }

    /// The last one at or before a step.
    pub fn before(&self, step: u32) -> &Place {
        let after = self.all.partition_point(|checkpoint| checkpoint.place.step <= step);
        &self.all[after.saturating_sub(1)].place
    }

    /// Makes one of this place, with so many events before it, if the last is far enough away.
    pub fn consider(&mut self, place: &Place, event: u32) {
        let last = self.all.last().expect("the start");
        let far = event - last.event >= self.every_events.saturating_mul(self.times)
            || place.step - last.place.step >= EVERY_STEPS.saturating_mul(self.times);
        if !far {
            return;
        }
        self.all.push(Checkpoint { event, place: place.clone(), own: 0 });
        self.weigh(self.all.len() - 2);
        while self.bytes() > self.most_bytes && self.all.len() > 1 {
            self.thin();
        }
    }

    /// Removes every second one, and makes them half as often; the oldest but the start where they are few, each of a
    /// large command.
    fn thin(&mut self) {
        if self.all.len() <= FEW {
            self.all.remove(1);
        } else {
            keep_every_second(&mut self.all);
            self.times *= 2;
        }
        (0..self.all.len() - 1).for_each(|n| self.weigh(n));
        self.all.last_mut().expect("the start").own = 0;
    }

    /// Lets them take so many bytes together.
    #[cfg(test)]
    pub fn limit(&mut self, bytes: u64) {
        self.most_bytes = bytes;
    }

    /// Their number.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Discards those after a step.
    pub fn cut(&mut self, step: u32) {
        self.all.retain(|checkpoint| checkpoint.place.step <= step);
        self.all.last_mut().expect("the start").own = 0;
    }

    /// Bytes that they take beside a machine that is like the last.
    pub fn bytes(&self) -> u64 {
        self.all.iter().map(|checkpoint| checkpoint.own).sum()
    }

    /// Notes what the one at `n` does not share with the one after it.
    fn weigh(&mut self, n: usize) {
        let (here, next) = (&self.all[n], &self.all[n + 1]);
        self.all[n].own = Footprint::beyond(&here.place.machine, &next.place.machine, next.event - here.event);
    }
}
