//! Frames by their numbers: cut out of free blocks, and made into blocks at the start.

use super::zone::ZoneMarks;
use super::{Buddy, list_of};
use crate::alloc::usable::Usable;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::trace::Trace;

impl Buddy {
    /// Takes those of the run's frames that lie in one free block with `pfn` out; returns the frame where that block or
    /// the run ends.
    pub(super) fn carve(&mut self, pfn: Pfn, run: FreeRun, t: &mut impl Trace) -> u32 {
        let taken = self.cut(pfn, run, t);
        let zone = self.zone_of(pfn.0);
        self.zones[usize::from(zone)].free -= taken.len;
        taken.start.0 + taken.len
    }

    /// Takes those of the run's frames that lie in one free block with `pfn` out, but leaves the zone's count of free
    /// frames to the caller; returns the frames taken.
    pub(super) fn cut(&mut self, pfn: Pfn, run: FreeRun, t: &mut impl Trace) -> FreeRun {
        let zone = self.zone_of(pfn.0);
        let (block, list) =
            self.store.block_of(zone, pfn, self.max_order).expect("a frame that is taken by number is free");
        self.unlink(block, list, t);
        let end = block.start.0 + block.len;
        let (low, high) = (block.start.0.max(run.start.0), end.min(run.start.0 + run.len));
        for (start, len) in [(block.start.0, low - block.start.0), (high, end - high)] {
            self.each_block((start, len), self.max_order, |buddy, start, order| {
                let list = ListId { zone, list: list_of(order, buddy.group_of(start)) };
                buddy.link_behind(FreeRun { start: Pfn(start), len: 1 << order }, list, None, t);
            });
        }
        FreeRun { start: Pfn(low), len: high - low }
    }

    #[inline]
    pub(super) fn link_behind(&mut self, run: FreeRun, list: ListId, prev: Option<Pfn>, t: &mut impl Trace) {
        self.store.link(run, list, prev);
        t.emit(|| Event::Free { run, list, prev, linked: true });
    }

    #[inline]
    pub(super) fn unlink(&mut self, run: FreeRun, list: ListId, t: &mut impl Trace) {
        let prev = self.store.unlink(run, list);
        t.emit(|| Event::Free { run, list, prev, linked: false });
    }

    /// At the start: blocks of usable frames at the tails, so that the lowest are the first.
    pub(super) fn fill_zone(&mut self, zone: u8, usable: &Usable) {
        let ZoneMarks { start, end, .. } = self.zones[usize::from(zone)];
        for run in usable.within(start, end) {
            self.zones[usize::from(zone)].free += run.len;
            self.each_block((run.start.0, run.len), self.max_order, |buddy, start, order| {
                let list = ListId { zone, list: list_of(order, buddy.group_of(start)) };
                let tail = buddy.store.tail(list);
                buddy.store.link(FreeRun { start: Pfn(start), len: 1 << order }, list, tail);
            });
        }
    }
}
