//! Heaps in programs: their settings, what the C library keeps of each, and what the machine remembers of them.
//!
//! A heap's own bookkeeping is bytes in the process's memory, reached through the MMU as all else, so it is no part of
//! what stands here. What does stand here is what a debugger would write down beside it: which blocks were given, which
//! pages the heap asked the kernel for, and counters.

mod few;
mod message;
mod settings;
mod stats;
mod text;

pub use few::Few;
pub use message::HeapMessage;
pub use settings::*;
pub use stats::HeapStats;

use crate::trees::Map;
use crate::units::{HeapId, Pid, VirtAddr, Vpn};
use crate::vocabulary::pages::Pages;
use serde::Serialize;

/// A heap, without its blocks and pages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HeapInfo {
    pub settings: HeapSettings,
    /// The page of the allocator's static variables; 0 for a list over addresses of its own, which has none.
    pub statics: VirtAddr,
    /// The free blocks of a list over addresses of its own, as `(address, bytes)` in the list's order.
    pub list: Vec<(u64, u64)>,
    pub stats: HeapStats,
}

/// A heap. Copies share what is equal.
#[derive(Clone, PartialEq, Debug)]
pub struct Heap {
    pub info: HeapInfo,
    /// The blocks in use: what `malloc` answered, with the bytes asked for.
    pub blocks: Map<VirtAddr, u64>,
    /// The pages that the heap has of the kernel: first page and the page after the last, no two ranges adjacent.
    pub held: Few<Vpn, Vpn>,
}

/// The heaps of one process.
pub type Heaps = Few<HeapId, Heap>;
/// The heaps of all processes that have any.
pub type HeapTable = Few<Pid, Heaps>;

impl Heap {
    /// A heap that has asked for nothing yet.
    pub fn new(info: HeapInfo) -> Heap {
        Heap { info, blocks: Map::default(), held: Few::default() }
    }

    /// Enters a block, or with `None` takes it out; returns the bytes asked for of what was there.
    pub fn set_block(&mut self, addr: VirtAddr, bytes: Option<u64>) -> Option<u64> {
        match bytes {
            Some(bytes) => self.blocks.insert(addr, bytes),
            None => self.blocks.remove(&addr),
        }
    }

    /// Enters pages among those held, or takes them out.
    pub fn set_held(&mut self, pages: Pages, held: bool) {
        let Pages { start, end } = pages;
        if start >= end {
            return;
        }
        // The ranges that overlap these pages, or border on them.
        let first = self.held.entries().partition_point(|(_, to)| *to < start);
        let last = self.held.entries().partition_point(|(from, _)| *from <= end);
        let touching = &self.held.entries()[first..last];
        let low = touching.first().map_or(start, |(from, _)| (*from).min(start));
        let high = touching.last().map_or(end, |(_, to)| (*to).max(end));
        let left = if held { vec![(low, high)] } else { vec![(low, start), (end, high)] };
        self.held.replace(first..last, left.into_iter().filter(|(from, to)| from < to));
    }

    /// The parts of a range that are held, or, with `held` false, that are not.
    pub fn parts(&self, Pages { start, end }: Pages, held: bool) -> Vec<Pages> {
        let first = self.held.entries().partition_point(|(_, to)| *to <= start);
        let inside = self.held.entries()[first..].iter().take_while(|(from, _)| *from < end);
        let mut parts = Vec::new();
        let mut at = start;
        for (from, to) in inside {
            let (from, to) = ((*from).max(start), (*to).min(end));
            parts.push(if held { Pages::new(from, to) } else { Pages::new(at, from) });
            at = to;
        }
        if !held {
            parts.push(Pages::new(at, end));
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Whether a page is held.
    pub fn holds(&self, page: Vpn) -> bool {
        let n = self.held.entries().partition_point(|(_, to)| *to <= page);
        self.held.entries().get(n).is_some_and(|(from, _)| *from <= page)
    }

    /// The number of pages held.
    pub fn held_pages(&self) -> u64 {
        self.held.iter().map(|(from, to)| to.0 - from.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ranges_are_a_set_of_pages() {
        let list = HeapSettings::default();
        let info = HeapInfo { settings: list, statics: VirtAddr(0), list: Vec::new(), stats: HeapStats::default() };
        let (mut heap, mut pages) = (Heap::new(info), BTreeSet::new());
        let mut random = 1_u64;
        for _ in 0..2000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (start, len, held) = ((random >> 33) % 60, (random >> 40) % 9, random >> 63 == 0);
            let range = Pages::at(Vpn(start), len);
            let parts: Vec<u64> =
                heap.parts(range, held).into_iter().flat_map(|part| part.start.0..part.end.0).collect();
            assert_eq!(parts, (start..start + len).filter(|page| pages.contains(page) == held).collect::<Vec<_>>());
            heap.set_held(range, held);
            for page in start..start + len {
                if held {
                    pages.insert(page)
                } else {
                    pages.remove(&page)
                };
            }
            let all: Vec<u64> = heap.held.iter().flat_map(|(from, to)| from.0..to.0).collect();
            assert_eq!(all, pages.iter().copied().collect::<Vec<_>>());
            let ends: Vec<(u64, u64)> = heap.held.iter().map(|(from, to)| (from.0, to.0)).collect();
            assert!(ends.windows(2).all(|pair| pair[0].1 < pair[1].0), "neighbours are one range: {ends:?}");
        }
    }
}
