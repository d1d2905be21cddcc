//! Which queue an array is on, and where each starts of which only the last frame is known.

use crate::alloc::sets::run_queues::Lengths;
use crate::config::{Config, Joining};
use crate::vocabulary::free_lists::FreeRun;

/// Queues by length.
#[derive(Clone, Debug)]
pub struct ByLength {
    pub longest: u8,
    /// Frames of an array, at most.
    most: u32,
    /// Used with eager joining only: for each array's last frame, its first (Knuth's boundary tag). An entry that is
    /// stale does not agree with the queues.
    firsts: Vec<u32>,
}

impl ByLength {
    /// Queues as configured: the longest array with a queue of its own, and whether frames are joined when they are
    /// freed.
    pub fn new(config: &Config) -> ByLength {
        let eager = config.page_array.coalesce == Joining::Eager;
        ByLength {
            longest: config.page_array.longest,
            most: config.page_array.most(),
            firsts: if eager { vec![0; config.frames as usize] } else { Vec::new() },
        }
    }

    /// The first frame of the array whose last frame it is, if it is one's.
    pub fn first_of(&self, last: u32) -> u32 {
        self.firsts[last as usize]
    }

    /// Bytes of its own metadata, for the benchmarks.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.firsts[..])
    }
}

impl Lengths for ByLength {
    #[inline]
    fn list(&self, len: u32) -> u8 {
        queue_of(self.longest, len)
    }

    #[inline]
    fn least(&self, list: u8) -> u32 {
        if list <= self.longest { u32::from(list) } else { (u32::from(self.longest) << (list - self.longest - 1)) + 1 }
    }

    fn most(&self) -> u32 {
        self.most
    }

    #[inline]
    fn enters(&mut self, _zone: u8, run: FreeRun) {
        if let Some(first) = self.firsts.get_mut((run.start.0 + run.len - 1) as usize) {
            *first = run.start.0;
        }
    }
}

/// Numbers queues by length up to the longest; after it come those of at most twice, four times, ... its length.
#[inline]
pub fn queue_of(longest: u8, len: u32) -> u8 {
    let own = u32::from(longest);
    if len <= own {
        return len as u8;
    }
    // The doublings of `longest` that are less than `len`: as many as there are between their highest bits, or one
    // fewer.
    let doublings = (len - 1).ilog2() - own.ilog2();
    longest + 1 + doublings as u8 - u8::from(own << doublings >= len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_a_queue_is_on_it_and_no_shorter_one() {
        for longest in [1, 3, 64, 100] {
            let lengths = ByLength { longest, most: u32::MAX, firsts: Vec::new() };
            let mut list = 0;
            for len in 1..5000 {
                assert!([list, list + 1].contains(&lengths.list(len)));
                assert_eq!(lengths.list(len) > list, lengths.least(list + 1) == len, "{longest} {len}");
                list = lengths.list(len);
            }
        }
    }
}
