//! The counters along a history, for plots: after every command at first, after every second when they are many, and so
//! on.
//!
//! ```text
//! commands 0 1 2 3 4 5 6 7 8
//! kept     ^   ^   ^   ^   ^      every 2nd: at most so many are kept, and a plot has fewer points than that
//! ```

use crate::lab::measure::tally::Tally;

/// At most this many are kept: more than a screen has pixels.
const MOST: usize = 2048;

/// Tallies after commands; `all[n]` is that after `n * every` of them.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    every: u32,
    all: Vec<Tally>,
}

impl Samples {
    /// The start alone.
    pub fn new() -> Samples {
        Samples { every: 1, all: vec![Tally::default()] }
    }

    /// Enters the tally after `step` commands, if it is one of those that are kept; the commands before were entered.
    pub fn enter(&mut self, step: u32, tally: &Tally) {
        if !step.is_multiple_of(self.every) {
            return;
        }
        // Thinned before there is one too many, for which the array would take twice the memory.
        if self.all.len() == MOST {
            keep_every_second(&mut self.all);
            self.every *= 2;
            if !step.is_multiple_of(self.every) {
                return;
            }
        }
        self.all.push(tally.clone());
    }

    /// The last one that is kept at or before `step`.
    pub fn before(&self, step: u32) -> &Tally {
        &self.all[(step / self.every) as usize]
    }

    /// Discards those after a step.
    pub fn cut(&mut self, step: u32) {
        self.all.truncate((step / self.every) as usize + 1);
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> u64 {
        let beside: usize = self.all.last().map_or(0, |last| last.longer.bytes() * self.all.len());
        (self.all.capacity() * size_of::<Tally>() + beside) as u64
    }
}

/// Keeps the first, the third, the fifth and so on.
pub(super) fn keep_every_second<T>(all: &mut Vec<T>) {
    let mut n = 0;
    all.retain(|_| {
        n += 1;
        n % 2 == 1
    });
}
