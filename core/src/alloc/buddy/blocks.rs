//! Blocks: splitting, merging, giving back. What the buddy algorithm is.

use super::keep::Asker;
use super::store::Store;
use super::{Buddy, list_of};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::trace::Trace;

/// The order of the one block that frames make up; `None` if they are not one block.
#[inline]
pub(super) fn whole_block(start: u32, len: u32, max_order: u8) -> Option<u8> {
    let is_block = len.is_power_of_two() && start & (len - 1) == 0 && len <= 1 << max_order;
    is_block.then(|| len.trailing_zeros() as u8)
}

impl Buddy {
    /// A block of `order`: of the smallest of the asker's group, else of the other group's.
    #[inline]
    pub(super) fn take_block(&mut self, zone: u8, order: u8, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        match self.take_smallest(zone, order, asker, t) {
            None if self.pageblocks.is_some() => self.take_from_the_other(zone, order, asker, t),
            got => got,
        }
    }

    /// A block of `order` of the smallest the asker's group has, if that is not kept; the upper halves stay free.
    #[inline]
    pub(super) fn take_smallest(&mut self, zone: u8, order: u8, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        if asker.leaves > 0 && !self.smallest_is_open(zone, order, asker) {
            return None;
        }
        let group = asker.group;
        let (start, found) = match &mut self.store {
            Store::Lists(lists) => {
                let found = lists.smallest(zone, order, group)?;
                (Pfn(lists.pop(ListId { zone, list: list_of(found, group) })?), found)
            }
            Store::Bitmaps(zones) => {
                let block = zones[usize::from(zone)].find(order)?;
                zones[usize::from(zone)].take(block, 1 << order);
                (Pfn(block.0), block.1)
            }
        };
        let list = ListId { zone, list: list_of(found, group) };
        t.emit(|| Event::Free { run: FreeRun { start, len: 1 << found }, list, prev: None, linked: false });
        self.expand(start, (order, found), (zone, group), t);
        Some(start)
    }

    /// Splits a block of order `found` down to `order`, of which the lowest is kept. In a bitmap there is nothing to
    /// do.
    #[inline]
    pub(super) fn expand(&mut self, start: Pfn, (order, found): (u8, u8), (zone, group): (u8, u8), t: &mut impl Trace) {
        for half in (order..found).rev() {
            if let Store::Lists(lists) = &mut self.store {
                lists.link(start.0 + (1 << half), ListId { zone, list: list_of(half, group) }, None);
            }
            tell_half(start, half, (zone, group), t);
        }
    }

    /// Gives frames of any number and place back in the largest aligned blocks, lowest first.
    pub(super) fn give(&mut self, run: FreeRun, t: &mut impl Trace) {
        let (mut at, end) = (run.start.0, run.start.0 + run.len);
        while at < end {
            let zone = self.zone_of(at);
            let part = end.min(self.zones[usize::from(zone)].end) - at;
            self.zones[usize::from(zone)].free += part;
            if let (Store::Bitmaps(zones), Some(order)) = (&mut self.store, whole_block(at, part, self.max_order)) {
                zones[usize::from(zone)].note(at, order);
            }
            self.each_block((at, part), self.free_order, |buddy, start, order| match buddy.store {
                Store::Lists(_) => buddy.merge(start, order, zone, t),
                Store::Bitmaps(_) => buddy.mark_free(start, order, zone, t),
            });
            at += part;
        }
    }

    /// The aligned blocks of at most some order that make up frames of one zone, lowest first.
    pub(super) fn each_block(&mut self, (start, len): (u32, u32), most: u8, mut give: impl FnMut(&mut Buddy, u32, u8)) {
        let (mut at, end) = (start, start + len);
        while at < end {
            let order = at.trailing_zeros().min((end - at).ilog2()).min(u32::from(most));
            give(self, at, order as u8);
            at += 1 << order;
        }
    }

    /// Marks a block free in the bitmap, where that joins it with what is free beside it: how, only events say.
    #[inline]
    fn mark_free<T: Trace>(&mut self, pfn: u32, order: u8, zone: u8, t: &mut T) {
        if T::LISTENS {
            self.merge(pfn, order, zone, t);
        }
        let Store::Bitmaps(zones) = &mut self.store else { return };
        match order {
            0 => zones[usize::from(zone)].free_one(pfn),
            _ => zones[usize::from(zone)].free(pfn, 1 << order),
        }
    }

    /// Joins a block with its buddy as often as the buddy is free, and links the block that results. A bitmap is only
    /// read.
    fn merge(&mut self, pfn: u32, size: u8, zone: u8, t: &mut impl Trace) {
        let bounds = &self.zones[usize::from(zone)];
        let (low, high, group) = (bounds.start, bounds.end, self.group_of(pfn));
        let (mut start, mut order) = (pfn, size);
        while order < self.max_order {
            let buddy = start ^ (1 << order);
            if buddy < low || buddy + (1 << order) > high {
                break;
            }
            let own = ListId { zone, list: list_of(order, group) };
            let Some(list) = self.store.block_at(Pfn(buddy), order, own) else { break };
            let prev = match &mut self.store {
                Store::Lists(lists) => lists.unlink(buddy, list).map(Pfn),
                Store::Bitmaps(_) => None,
            };
            t.emit(|| Event::Free { run: FreeRun { start: Pfn(buddy), len: 1 << order }, list, prev, linked: false });
            if list != own
                && let Some(blocks) = &mut self.pageblocks
            {
                blocks.convert(buddy, order, group);
            }
            start &= !(1 << order);
            t.emit(|| Event::Join { pfn: Pfn(start), left: 1 << order, right: 1 << order });
            order += 1;
        }
        let (run, list) =
            (FreeRun { start: Pfn(start), len: 1 << order }, ListId { zone, list: list_of(order, group) });
        let mut prev = None;
        if let Store::Lists(lists) = &mut self.store {
            prev = if self.fifo { lists.tail(list) } else { None };
            lists.link(start, list, prev);
        }
        t.emit(|| Event::Free { run, list, prev: prev.map(Pfn), linked: true });
    }
}

/// Emits that a block was split, and its upper half, of order `half`, linked.
#[inline]
pub(super) fn tell_half(start: Pfn, half: u8, (zone, group): (u8, u8), t: &mut impl Trace) {
    let (run, list) =
        (FreeRun { start: start.plus(1 << half), len: 1 << half }, ListId { zone, list: list_of(half, group) });
    t.emit(|| Event::Split { pfn: start, left: 1 << half, right: 1 << half });
    t.emit(|| Event::Free { run, list, prev: None, linked: true });
}
