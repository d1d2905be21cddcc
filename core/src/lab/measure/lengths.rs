//! How many requests the allocator was asked for, by their length in frames: exact up to 16, by doubling above.
//!
//! "99.99% of requests are for single blocks anyway" (Jagdis, Nov 1996). Counted is each time that the allocator was
//! asked (`Event::Alloc`), whoever asked it: a fault, a page table, a run, each page of a vmalloc area. A request that
//! is asked again after reclaim counts again. Invariant: single frames are all that the tally counts less the longer
//! ones, so that the most frequent request costs nothing more to count.

use super::tally::Tally;
use crate::config::MAX_FRAMES;
use serde::Serialize;

/// Lengths up to this one have a count each.
const EXACT: u32 = 16;
/// 2 to 16, then 17 to 32, 33 to 64, and so on, up to the largest machine.
const CLASSES: usize = EXACT as usize - 1 + (MAX_FRAMES.ilog2() - EXACT.ilog2()) as usize;
const _: () = assert!(MAX_FRAMES.is_power_of_two());

/// Number of times that the allocator was asked for some length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Times {
    pub served: u64,
    pub missed: u64,
}

/// Requests for more than one frame; nothing, as with most programs, takes no memory: a session keeps many tallies.
#[derive(Clone, Debug, Default)]
pub struct Longer(Option<Box<[Times; CLASSES]>>);

/// Lengths, and how often the allocator was asked for them.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Asked {
    /// The shortest and the longest length counted here, in frames: the same up to 16.
    pub from: u32,
    pub to: u32,
    /// Number of times, and how many of them were misses.
    pub asked: u64,
    pub missed: u64,
}

const NOTHING: [Times; CLASSES] = [Times { served: 0, missed: 0 }; CLASSES];

impl PartialEq for Longer {
    fn eq(&self, other: &Longer) -> bool {
        self.times() == other.times()
    }
}

impl Eq for Longer {}

impl Longer {
    /// Counts a request for `pages` frames, more than one, so many times; minus one times takes it back.
    #[inline(never)]
    pub(super) fn add(&mut self, pages: u32, served: bool, times: u64) {
        let class = &mut self.0.get_or_insert_with(|| Box::new(NOTHING))[class(pages)];
        let counter = if served { &mut class.served } else { &mut class.missed };
        *counter = counter.wrapping_add(times);
    }

    /// Bytes that it takes beside the tally.
    pub(in crate::lab) fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |times| size_of_val(&**times))
    }

    fn times(&self) -> &[Times; CLASSES] {
        self.0.as_deref().unwrap_or(&NOTHING)
    }

    fn sum(&self) -> Times {
        let add = |sum: Times, each: &Times| Times {
            served: sum.served.wrapping_add(each.served),
            missed: sum.missed.wrapping_add(each.missed),
        };
        self.times().iter().fold(Times::default(), add)
    }
}

impl Tally {
    /// Every length that the allocator was asked for, the shortest first.
    pub fn lengths(&self) -> Vec<Asked> {
        let longer = self.longer.sum();
        let single =
            Times { served: self.allocations - longer.served, missed: self.failed_allocations - longer.missed };
        let classes = self.longer.times().iter().enumerate().map(|(class, times)| (range(class), times));
        std::iter::once(((1, 1), &single))
            .chain(classes)
            .map(|((from, to), Times { served, missed })| Asked { from, to, asked: served + missed, missed: *missed })
            .filter(|asked| asked.asked > 0)
            .collect()
    }
}

fn class(pages: u32) -> usize {
    match pages {
        ..=EXACT => pages as usize - 2,
        _ => (EXACT - 1 + (pages - 1).ilog2() - EXACT.ilog2()) as usize,
    }
}

/// The lengths of a class, from and to.
fn range(class: usize) -> (u32, u32) {
    match class as u32 + 2 {
        pages @ ..=EXACT => (pages, pages),
        beyond => {
            let half = EXACT << (beyond - EXACT - 1);
            (half + 1, 2 * half)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_is_in_one_class() {
        let mut next = 2;
        for n in 0..CLASSES {
            let (from, to) = range(n);
            assert_eq!((from, class(from), class(to)), (next, n, n), "{from} to {to}");
            next = to + 1;
        }
        assert_eq!(next, MAX_FRAMES + 1, "the last ends with the largest machine");
    }
}
