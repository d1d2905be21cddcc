//! The binary buddy allocator, as Linux has it: free blocks of 2^order frames on LIFO lists, split on the way down,
//! merged eagerly on the way back up.
//!
//! ```text
//! order 3 |               0               |      the buddy of a block of order o at frame n is n XOR 2^o
//! order 2 |       0       |       4       |      alloc(order 0): 8 -> 4+4 -> 2+2 -> 1+1, the upper halves stay free
//! order 0 | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |      free: while the buddy is free and as large, join
//! ```
//! Invariant: no two free buddies of one order below the maximum, in one zone. Sources: Knowlton 1965; Linux
//! `mm/page_alloc.c` (`__rmqueue_smallest`, `__free_one_page`).

use super::FrameAllocator;
use super::free_lists::{FreeLists, FreeRun, ListId};
use super::request::Request;
use crate::config::Config;
use crate::lab::command::Refusal;
use crate::lab::event::{Event, NullTrace, Trace};
use crate::units::Pfn;
use std::borrow::Cow;

/// A buddy allocator over all zones.
#[derive(Clone, Debug)]
pub struct Buddy {
    lists: FreeLists,
    zones: Vec<(u32, u32)>,
    max_order: u8,
    min_free: u32,
}

impl Buddy {
    /// All frames for which `usable` holds are free, in the largest aligned blocks, lowest first in each list.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> Buddy {
        let zones: Vec<(u32, u32)> = config.effective_zones().iter().map(|z| (z.start, z.end)).collect();
        let lists = FreeLists::new(config.frames, zones.len() as u8);
        let mut buddy = Buddy { lists, zones, max_order: config.max_order, min_free: config.min_free };
        for zone in 0..buddy.zones.len() {
            buddy.fill_zone(zone as u8, usable);
        }
        buddy
    }

    fn fill_zone(&mut self, zone: u8, usable: &dyn Fn(Pfn) -> bool) {
        let (mut at, end) = self.zones[usize::from(zone)];
        while at < end {
            if !usable(Pfn(at)) {
                at += 1;
                continue;
            }
            let fits = |order: u8| {
                at & ((1 << order) - 1) == 0
                    && at + (1 << order) <= end
                    && (at..at + (1 << order)).all(|n| usable(Pfn(n)))
            };
            let order = (0..=self.max_order).rev().find(|o| fits(*o)).expect("order 0 always fits");
            let list = ListId { zone, list: order };
            let tail = self.lists.tail(list);
            self.lists.link(FreeRun { start: Pfn(at), len: 1 << order }, list, tail);
            at += 1 << order;
        }
    }

    fn alloc_in_zone(&mut self, zone: u8, order: u8, t: &mut impl Trace) -> Option<Pfn> {
        let list = self.lists.first_filled(zone, order)?;
        let run = self.lists.pop(list)?;
        t.emit(|| Event::Free { run, list, prev: None, linked: false });
        let (start, found) = (run.start, list.list);
        for half in (order..found).rev() {
            t.emit(|| Event::Split { pfn: start, left: 1 << half, right: 1 << half });
            self.link(start.plus(1 << half), half, zone, t);
        }
        Some(start)
    }

    #[inline]
    fn link(&mut self, start: Pfn, order: u8, zone: u8, t: &mut impl Trace) {
        let (run, list) = (FreeRun { start, len: 1 << order }, ListId { zone, list: order });
        self.lists.link(run, list, None);
        t.emit(|| Event::Free { run, list, prev: None, linked: true });
    }

    #[inline]
    fn unlink(&mut self, start: Pfn, order: u8, zone: u8, t: &mut impl Trace) {
        let (run, list) = (FreeRun { start, len: 1 << order }, ListId { zone, list: order });
        let prev = self.lists.unlink(start, list);
        t.emit(|| Event::Free { run, list, prev, linked: false });
    }

    fn free_in_zone(&mut self, pfn: Pfn, order: u8, zone: u8, t: &mut impl Trace) {
        let (low, high) = self.zones[usize::from(zone)];
        let (mut start, mut order) = (pfn.0, order);
        while order < self.max_order {
            let buddy = start ^ (1 << order);
            let inside = buddy >= low && buddy + (1 << order) <= high;
            if !inside || self.lists.run_at(Pfn(buddy)) != Some((1 << order, ListId { zone, list: order })) {
                break;
            }
            self.unlink(Pfn(buddy), order, zone, t);
            start &= !(1 << order);
            t.emit(|| Event::Merge { pfn: Pfn(start), left: 1 << order, right: 1 << order });
            order += 1;
        }
        self.link(Pfn(start), order, zone, t);
    }

    fn zone_of(&self, pfn: Pfn) -> u8 {
        self.zones.iter().position(|(start, end)| (*start..*end).contains(&pfn.0)).expect("every frame is in a zone")
            as u8
    }

    /// Free frames of a zone.
    pub(super) fn free_in(&self, zone: u8) -> u32 {
        (0..=self.max_order).map(|order| self.lists.frames(ListId { zone, list: order })).sum()
    }

    fn try_zones(&mut self, order: u8, reserve: u32, t: &mut impl Trace) -> Option<Pfn> {
        for zone in (0..self.zones.len() as u8).rev() {
            if reserve > 0 && self.free_in(zone) < reserve + (1 << order) {
                continue;
            }
            if let Some(pfn) = self.alloc_in_zone(zone, order, t) {
                return Some(pfn);
            }
        }
        None
    }

    /// The aligned blocks that make up a run, lowest first: as large as alignment, the run and the zone allow.
    fn blocks(&self, run: FreeRun) -> impl Iterator<Item = (Pfn, u8, u8)> + use<> {
        let zones = self.zones.clone();
        let (mut at, end, max_order) = (run.start.0, run.start.0 + run.len, u32::from(self.max_order));
        std::iter::from_fn(move || {
            if at == end {
                return None;
            }
            let zone = zones.iter().position(|(start, end)| (*start..*end).contains(&at)).expect("a zone has it");
            let left = end.min(zones[zone].1) - at;
            let order = at.trailing_zeros().min(left.ilog2()).min(max_order);
            let block = (Pfn(at), order as u8, zone as u8);
            at += 1 << order;
            Some(block)
        })
    }

    /// The length of the free block that begins at a frame.
    #[inline]
    pub(super) fn free_block(&self, pfn: Pfn) -> Option<u32> {
        self.lists.run_at(pfn).map(|(len, _)| len)
    }

    /// The free block that holds a frame.
    fn block_of(&self, pfn: Pfn) -> Option<(FreeRun, ListId)> {
        (0..=self.max_order).find_map(|order| {
            let start = Pfn(pfn.0 & !((1 << order) - 1));
            let (len, list) = self.lists.run_at(start).filter(|(len, _)| *len == 1 << order)?;
            Some((FreeRun { start, len }, list))
        })
    }

    /// Takes one free frame's block out and gives the rest of it, without the run's frames, back.
    fn carve(&mut self, pfn: Pfn, run: FreeRun, t: &mut impl Trace) -> u32 {
        let (block, list) = self.block_of(pfn).expect("a frame that is claimed is free");
        self.unlink(block.start, list.list, list.zone, t);
        let (end, run_end) = (block.start.0 + block.len, run.start.0 + run.len);
        for (start, order, zone) in
            self.blocks(FreeRun { start: block.start, len: run.start.0.saturating_sub(block.start.0) })
        {
            self.link(start, order, zone, t);
        }
        for (start, order, zone) in
            self.blocks(FreeRun { start: Pfn(run_end.min(end)), len: end.saturating_sub(run_end) })
        {
            self.link(start, order, zone, t);
        }
        end.min(run_end)
    }
}

/// The smallest order whose blocks hold `pages` frames.
pub fn order_of(pages: u32) -> u8 {
    pages.next_power_of_two().trailing_zeros() as u8
}

impl FrameAllocator for Buddy {
    fn name(&self) -> &'static str {
        "buddy"
    }

    fn given(&self, request: &Request) -> Result<u32, Refusal> {
        let most = 1u32 << self.max_order;
        if request.pages > most {
            let what =
                format!("alloc: {} pages are more than a block of order {} holds", request.pages, self.max_order);
            return Err(Refusal::new(what, format!("ask for at most {most}")));
        }
        Ok(request.pages.next_power_of_two())
    }

    fn alignment(&self, request: &Request) -> u32 {
        let size = if request.offset == 0 { request.pages.next_power_of_two() } else { 1 };
        request.align.max(size)
    }

    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let got = self.try_zones(order_of(request.pages), self.min_free, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        if run.len == 1 {
            return self.free_in_zone(run.start, 0, self.zone_of(run.start), t);
        }
        for (start, order, zone) in self.blocks(run) {
            self.free_in_zone(start, order, zone, t);
        }
    }

    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        let mut at = run.start.0;
        while at < run.start.0 + run.len {
            at = self.carve(Pfn(at), run, t);
        }
    }

    /// An aligned block freed frame by frame ends as that block: its parts come and go at the heads of their lists.
    fn free_singles(&mut self, run: FreeRun) {
        self.free(run, &mut NullTrace);
    }

    fn free_frames(&self) -> u32 {
        self.lists.total_frames()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        Cow::Borrowed(&self.lists)
    }

    fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        for (run, list) in self.lists.all_runs() {
            let size = 1 << list.list;
            if run.len != size || !run.start.0.is_multiple_of(size) {
                broken.push(format!(
                    "buddy: block {} of {} frames on the list of order {}",
                    run.start, run.len, list.list
                ));
            }
            let buddy = Pfn(run.start.0 ^ size);
            if list.list < self.max_order && self.lists.run_at(buddy) == Some((size, list)) {
                broken.push(format!(
                    "buddy: {} and {buddy} of order {} are both free and not merged",
                    run.start, list.list
                ));
            }
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Zone;

    /// Frames freed as one run leave the lists that freeing them one by one leaves, across zones and blocks.
    #[test]
    fn a_run_of_frames_freed_at_once_leaves_the_same_lists() {
        let zones =
            vec![Zone { name: "low".into(), start: 0, end: 200 }, Zone { name: "high".into(), start: 200, end: 1024 }];
        let config = Config { frames: 1024, zones, max_order: 5, ..Config::default() };
        let mut buddy = Buddy::new(&config, &|_| true);
        while buddy.alloc(&Request::of(1), &mut NullTrace).is_some() {}
        let mut free = vec![false; 1024];
        let mut seed = 1u32;
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % n
        };
        for _ in 0..400 {
            let start = next(1024);
            let taken = free[start as usize..].iter().take_while(|free| !**free).count() as u32;
            let count = taken.min(1 + next(100));
            let mut one_by_one = buddy.clone();
            (start..start + count).for_each(|n| one_by_one.free(FreeRun { start: Pfn(n), len: 1 }, &mut NullTrace));
            if count > 0 {
                buddy.free_singles(FreeRun { start: Pfn(start), len: count });
            }
            assert_eq!(buddy.lists, one_by_one.lists);
            free[start as usize..(start + count) as usize].fill(true);
            for _ in 0..next(30) {
                if let Some(pfn) = buddy.alloc(&Request::of(1), &mut NullTrace) {
                    free[pfn.index()] = false;
                }
            }
        }
        assert_eq!(buddy.check(), Vec::<String>::new());
    }
}
