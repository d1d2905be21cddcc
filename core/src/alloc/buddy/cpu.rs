//! Blocks to and from the per-CPU lists: the short way of nearly every request and release, and the batches.

use super::blocks::{tell_half, whole_block};
use super::keep::Asker;
use super::per_cpu::Place;
use super::store::Store;
use super::{Buddy, list_of, order_of, per_cpu_list};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl Buddy {
    /// Pops a block off the highest zone's list, if nothing else has to be done for the request.
    #[inline(always)]
    pub(super) fn pop(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let order = order_of(request.pages);
        if self.per_cpu.front.get(usize::from(order))?.len() == 0
            || request.align != 1
            || request.zone.is_some()
            || !self.top_spares(1 << order)
        {
            return None;
        }
        let start = Pfn(self.per_cpu.front[usize::from(order)].pop()?);
        self.tell_cpu(start, None, self.front(order), false, t);
        Some(start)
    }

    /// Whether the highest zone has this many frames above the usual watermark. Also `false` if blocks are grouped.
    #[inline]
    fn top_spares(&self, frames: u32) -> bool {
        self.zones.last().is_some_and(|zone| zone.free >= frames.saturating_add(self.quick_mark))
    }

    /// Pushes a freed block to the head of the highest zone's list, if nothing else has to be done for it.
    #[inline(always)]
    pub(super) fn push(&mut self, run: FreeRun, t: &mut impl Trace) -> bool {
        let start = run.start.0;
        if start < self.quick_from || !run.len.is_power_of_two() || start & (run.len - 1) != 0 {
            return false;
        }
        let order = run.len.trailing_zeros();
        let pushed = self.per_cpu.front.get_mut(order as usize).is_some_and(|stack| stack.push(start));
        if pushed {
            self.tell_cpu(run.start, None, self.front(order as u8), true, t);
        }
        pushed
    }

    #[inline]
    fn front(&self, order: u8) -> Place {
        Place { zone: self.zones.len() as u8 - 1, group: 0, order }
    }

    /// Puts a freed block of any zone and group on its per-CPU list; a full list first gives a batch back. A block
    /// whose order has no list goes to the store.
    #[inline(never)]
    pub(super) fn push_or_give(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.note_given(run, false);
        if !self.per_cpu.is_used() {
            return self.give(run, t);
        }
        let zone = self.zone_of(run.start.0);
        let order = whole_block(run.start.0, run.len, self.free_order).filter(|order| self.per_cpu.keeps(*order));
        let Some(order) = order.filter(|_| run.start.0 + run.len <= self.zones[usize::from(zone)].end) else {
            return self.give(run, t);
        };
        let place = Place { zone, group: self.group_of(run.start.0), order };
        if !self.per_cpu.stack(place).push(run.start.0) {
            self.spill(place, self.per_cpu.batch(order) as usize, t);
            self.per_cpu.stack(place).push(run.start.0);
        }
        self.tell_cpu(run.start, None, place, true, t);
    }

    /// Pops the head of a list. An empty list first takes a batch of blocks, in the order in which the store gives
    /// them.
    pub(super) fn refill_and_pop(&mut self, place: Place, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        if self.per_cpu.stack(place).len() == 0 {
            self.refill(place, asker, t);
        }
        let start = Pfn(self.per_cpu.stack(place).pop()?);
        self.tell_cpu(start, None, place, false, t);
        Some(start)
    }

    fn refill(&mut self, place: Place, asker: Asker, t: &mut impl Trace) {
        let Place { zone, group, order } = place;
        let (mut left, mut behind) = (self.per_cpu.batch(order), None);
        while left > 0 {
            // Several blocks at once might be of several areas.
            let run = match &mut self.store {
                _ if asker.leaves > 0 => None,
                Store::Bitmaps(zones) => zones[usize::from(zone)].take_run(order, left << order),
                Store::Lists(lists) => lists.take_run(zone, order, group, left << order),
            };
            if let Some((block, len)) = run {
                left -= self.per_cpu.stack(place).push_run(block.0, len, order);
                behind = self.tell_run(block, len, (place, behind), t);
                continue;
            }
            let Some(pfn) = self.take_block(zone, order, asker, t) else { break };
            self.tell_cpu(pfn, behind, place, true, t);
            behind = self.keeps_order().then_some(pfn);
            self.per_cpu.stack(place).push(pfn.0);
            left -= 1;
        }
        let stack = self.per_cpu.stack(place);
        stack.turn_over();
        self.zones[usize::from(zone)].free -= (stack.len() as u32) << order;
    }

    /// Emits, for frames that a block gave at once, what would be emitted if one block after another had been asked
    /// for. `behind`: the block that the first comes after on the per-CPU list; returns that for the next.
    fn tell_run<T: Trace>(
        &self,
        (start, found): (u32, u8),
        len: u32,
        (place, mut behind): (Place, Option<Pfn>),
        t: &mut T,
    ) -> Option<Pfn> {
        if !T::LISTENS {
            return None;
        }
        for n in (0..len).step_by(1 << place.order) {
            let order = if n == 0 { found } else { n.trailing_zeros() as u8 };
            let list = ListId { zone: place.zone, list: list_of(order, place.group) };
            let run = FreeRun { start: Pfn(start + n), len: 1 << order };
            t.emit(|| Event::Free { run, list, prev: None, linked: false });
            for half in (place.order..order).rev() {
                tell_half(run.start, half, (place.zone, place.group), t);
            }
            self.tell_cpu(run.start, behind, place, true, t);
            behind = self.keeps_order().then_some(run.start);
        }
        behind
    }

    /// Gives `n` blocks back to the store, those longest on the list first.
    #[cold]
    pub(super) fn spill(&mut self, place: Place, n: usize, t: &mut impl Trace) {
        let order = place.order;
        let stack = self.per_cpu.stack(place);
        let n = n.min(stack.len());
        let next = stack.as_slice().get(n).copied();
        let batch = stack.as_slice()[..n].to_vec();
        stack.lose(n);
        for (i, pfn) in batch.iter().enumerate() {
            let prev = batch.get(i + 1).copied().or(next).filter(|_| self.keeps_order()).map(Pfn);
            self.tell_cpu(Pfn(*pfn), prev, place, false, t);
            self.give(FreeRun { start: Pfn(*pfn), len: 1 << order }, t);
        }
    }

    /// Empties every list.
    pub(super) fn drain(&mut self, t: &mut impl Trace) {
        while let Some(place) = self.per_cpu.filled() {
            self.spill(place, usize::MAX, t);
        }
    }

    /// Whether the lists have an order that events report.
    fn keeps_order(&self) -> bool {
        matches!(self.store, Store::Lists(_))
    }

    #[inline]
    fn tell_cpu(&self, start: Pfn, prev: Option<Pfn>, place: Place, linked: bool, t: &mut impl Trace) {
        t.emit(|| {
            let run = FreeRun { start, len: 1 << place.order };
            let list = ListId { zone: place.zone, list: per_cpu_list(place.order, place.group) };
            Event::Free { run, list, prev, linked }
        });
    }
}
