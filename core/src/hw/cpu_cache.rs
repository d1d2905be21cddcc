//! The processor's cache: physically indexed, sets and ways, the line used least lately is replaced. It holds which
//! lines are there, not their bytes: what it changes is what an access costs.
//!
//! ```text
//! physical address   | tag          | set     | byte in line |        64 sets of 64 bytes: a page of 4 KiB is all sets
//!                    | frame        | byte in page           |        1024 sets: 16 pages are; which of 16 parts a
//!                           ^^ colour                                 page is held in is its colour
//! set                [ line used last | before that | .. | next to go ]
//! ```
//! Sources: Hennessy and Patterson, "Computer Architecture: A Quantitative Approach"; page colours: Kessler and Hill,
//! "Page Placement Algorithms for Large Real-Indexed Caches", 1992.

use crate::chunks::Chunks;

/// No line.
const NONE: u64 = u64::MAX;

/// The cache.
#[derive(Clone, Debug)]
pub struct CpuCache {
    ways: usize,
    sets: u64,
    line_shift: u32,
    /// The numbers of the lines held, set by set, in each set the line used last first.
    lines: Chunks<u64, 64>,
}

/// What a look at a line came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looked {
    /// Lines of its set that had been used since it was; `None`: a miss.
    pub at: Option<u8>,
    /// The line that it took the place of.
    pub evicted: Option<u64>,
}

impl CpuCache {
    /// An empty cache of so many sets, a power of two, of so many ways; a line has `line` bytes, a power of two.
    pub fn new(sets: u32, ways: u8, line: u32) -> CpuCache {
        let (sets, ways) = (u64::from(sets), usize::from(ways));
        CpuCache { ways, sets, line_shift: line.ilog2(), lines: Chunks::new(sets as usize * ways, &NONE) }
    }

    /// The number of the line that holds the byte at a physical address.
    pub fn line_of(&self, address: u64) -> u64 {
        address >> self.line_shift
    }

    /// Reads or writes a line, which is the one used last then.
    pub fn look(&mut self, line: u64) -> Looked {
        let at = self.set(line).position(|held| held == line);
        let last = at.unwrap_or(self.ways - 1);
        let evicted = Some(self.held(line, last)).filter(|held| at.is_none() && *held != NONE);
        for way in (0..last).rev() {
            let held = self.held(line, way);
            self.put(line, way + 1, held);
        }
        self.put(line, 0, line);
        Looked { at: at.map(|at| at as u8), evicted }
    }

    /// Takes back the last look at a line.
    pub fn unlook(&mut self, line: u64, Looked { at, evicted }: Looked) {
        let last = at.map_or(self.ways - 1, usize::from);
        for way in 0..last {
            let held = self.held(line, way + 1);
            self.put(line, way, held);
        }
        self.put(line, last, if at.is_some() { line } else { evicted.unwrap_or(NONE) });
    }

    /// Whether a line is held.
    pub fn holds(&self, line: u64) -> bool {
        self.set(line).any(|held| held == line)
    }

    fn set(&self, line: u64) -> impl Iterator<Item = u64> {
        (0..self.ways).map(move |way| self.held(line, way))
    }

    fn first_of_set(&self, line: u64) -> usize {
        (line & (self.sets - 1)) as usize * self.ways
    }

    fn held(&self, line: u64, way: usize) -> u64 {
        self.lines[self.first_of_set(line) + way]
    }

    fn put(&mut self, line: u64, way: usize, held: u64) {
        let at = self.first_of_set(line) + way;
        self.lines[at] = held;
    }
}

impl PartialEq for CpuCache {
    fn eq(&self, other: &CpuCache) -> bool {
        self.lines.iter().eq(other.lines.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_used_least_lately_goes_and_comes_back() {
        let mut cache = CpuCache::new(2, 2, 64);
        let line = |n: u64| n * 2;
        let misses = [line(1), line(2), line(1), line(3)].map(|n| cache.look(n).at.is_none());
        assert_eq!(misses, [true, true, false, true]);
        assert_eq!((cache.holds(line(1)), cache.holds(line(2)), cache.holds(line(3))), (true, false, true));
        assert!(cache.look(1).at.is_none(), "the other set");

        let before = cache.clone();
        let looks = [line(1), line(4), line(3), line(3), 1, 5].map(|n| (n, cache.look(n)));
        assert_ne!(cache, before);
        looks.into_iter().rev().for_each(|(n, looked)| cache.unlook(n, looked));
        assert_eq!(cache, before);
    }
}
