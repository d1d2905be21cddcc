//! The kernel's own frames of a machine with `kernel: "apart"`: first fit by address, neighbours joined at once.
//!
//! ```text
//! frames  | studied, the allocator's | 0 T T . . T k k . . . . |        . free   0 zeroes   T table   k kernel's heap
//!         0                    first ^                         ^ end
//! ```
//! Nothing of it is to be studied, so it emits no events of its own: what a frame is used for is in its descriptor, and
//! a frame of the pool is free when that says so. So views need no list of it.

use crate::trees::Map;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;

/// The pool; empty where the kernel's frames are among all others.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pool {
    first: u32,
    /// Free runs: first frame and length. No two are side by side.
    free: Map<u32, u32>,
}

impl Pool {
    /// A pool of `frames` frames from `first` on, all free.
    pub fn new(first: u32, frames: u32) -> Pool {
        let mut free = Map::default();
        if frames > 0 {
            free.insert(first, frames);
        }
        Pool { first: if frames > 0 { first } else { u32::MAX }, free }
    }

    /// Whether a frame is the pool's.
    #[inline]
    pub fn has(&self, pfn: Pfn) -> bool {
        pfn.0 >= self.first
    }

    /// Takes `len` contiguous frames from the lowest run that has them; `None` if none has.
    pub fn take(&mut self, len: u32) -> Option<Pfn> {
        let (start, had) = self.free.iter().find(|(_, had)| **had >= len).map(|(start, had)| (*start, *had))?;
        self.free.remove(&start);
        if had > len {
            self.free.insert(start + len, had - len);
        }
        Some(Pfn(start))
    }

    /// Takes frames back.
    pub fn give(&mut self, FreeRun { start, len }: FreeRun) {
        let (mut start, mut len) = (start.0, len);
        if let Some(behind) = self.free.remove(&(start + len)) {
            len += behind;
        }
        let before = self.free.get_prev(&start).map(|(start, len)| (*start, *len));
        if let Some((first, had)) = before.filter(|(first, had)| first + had == start) {
            (start, len) = (first, had + len);
        }
        self.free.insert(start, len);
    }

    /// Number of free runs.
    pub fn runs(&self) -> usize {
        self.free.len()
    }

    /// The free runs, lowest first.
    pub fn free(&self) -> impl Iterator<Item = FreeRun> + '_ {
        self.free.iter().map(|(start, len)| FreeRun { start: Pfn(*start), len: *len })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_that_fits_is_taken_and_neighbours_join() {
        let mut pool = Pool::new(10, 8);
        let run = |start, len| FreeRun { start: Pfn(start), len };
        assert_eq!((pool.take(2), pool.take(3), pool.take(4)), (Some(Pfn(10)), Some(Pfn(12)), None));
        pool.give(run(10, 2));
        assert_eq!(pool.free().collect::<Vec<_>>(), [run(10, 2), run(15, 3)]);
        assert_eq!((pool.take(3), pool.take(1)), (Some(Pfn(15)), Some(Pfn(10))));
        for part in [run(16, 1), run(12, 3), run(15, 1), run(10, 1), run(17, 1)] {
            pool.give(part);
        }
        assert_eq!(pool, Pool::new(10, 8), "as it was, in one run");
        assert_eq!((pool.has(Pfn(9)), pool.has(Pfn(10)), Pool::new(10, 0).has(Pfn(10))), (false, true, false));
    }
}
