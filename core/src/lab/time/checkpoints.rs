//! Copies of the machine along its history, from which any place in it is reached soon.
//!
//! ```text
//! events      0 . . . . . . . . . . . . . . . . . . . .>
//! checkpoints ^       ^       ^       ^       ^          every so many events; when they take too much, every
//!             ^               ^               ^          second one goes, and they are made half as often
//! ```

use super::place::Place;

/// Events between two checkpoints, at first.
const EVERY_EVENTS: u32 = 8192;
/// Commands between two checkpoints at most: those without an event take time, too.
const EVERY_STEPS: u32 = 4096;
/// Bytes that all checkpoints may take, estimated.
const MOST_BYTES: u64 = 128 << 20;

/// The checkpoints of a session; the first is the start.
#[derive(Clone, Debug)]
pub(super) struct Checkpoints {
    /// Each with the number of events before it.
    all: Vec<(u32, Place)>,
    /// How much further apart they are than at first.
    times: u32,
    most_bytes: u64,
}

impl Checkpoints {
    /// The start alone.
    pub fn new(start: Place) -> Checkpoints {
        Checkpoints { all: vec![(0, start)], times: 1, most_bytes: MOST_BYTES }
    }

    /// For one of so many sessions that share the memory of one.
    pub fn shared_by(self, sessions: u32) -> Checkpoints {
        Checkpoints { most_bytes: MOST_BYTES / u64::from(sessions), ..self }
    }

    /// The last one at or before a step.
    pub fn before(&self, step: u32) -> &Place {
        let after = self.all.partition_point(|(_, place)| place.step <= step);
        &self.all[after.saturating_sub(1)].1
    }

    /// Makes one of this place, with so many events before it, if the last is far enough away.
    pub fn consider(&mut self, place: &Place, event: u32) {
        let (last_event, last) = self.all.last().expect("the start");
        let far = event - last_event >= EVERY_EVENTS.saturating_mul(self.times)
            || place.step - last.step >= EVERY_STEPS.saturating_mul(self.times);
        if !far {
            return;
        }
        self.all.push((event, place.clone()));
        if self.bytes() > self.most_bytes && self.all.len() > 4 {
            let mut n = 0;
            self.all.retain(|_| {
                n += 1;
                n % 2 == 1
            });
            self.times *= 2;
        }
    }

    /// Their number.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Discards those after a step.
    pub fn cut(&mut self, step: u32) {
        self.all.retain(|(_, place)| place.step <= step);
    }

    /// What they take, estimated: some 100 bytes a frame and 30 a slot.
    fn bytes(&self) -> u64 {
        let config = &self.all[0].1.machine.config;
        (u64::from(config.frames) * 100 + u64::from(config.swap_slots) * 30) * self.all.len() as u64
    }
}
