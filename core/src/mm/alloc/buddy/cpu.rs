//! Single frames to and from the per-CPU lists.

use super::blocks::listens;
use super::store::Store;
use super::{Buddy, per_cpu_list};
use crate::lab::event::{Event, Trace};
use crate::mm::alloc::free_lists::{FreeRun, ListId};
use crate::units::Pfn;

impl Buddy {
    #[inline]
    pub(super) fn pop_from_cpu(&mut self, zone: u8, group: u8, t: &mut impl Trace) -> Option<Pfn> {
        let start = Pfn(self.per_cpu.stack(zone, group).pop()?);
        self.tell_cpu(start, None, (zone, group), false, t);
        Some(start)
    }

    /// A freed frame goes to the head; beyond the limit a batch leaves from the tail.
    #[inline]
    pub(super) fn push_to_cpu(&mut self, pfn: Pfn, t: &mut impl Trace) {
        let (zone, group) = (self.zone_of(pfn.0), self.group_of(pfn.0));
        let stack = self.per_cpu.stack(zone, group);
        stack.push(pfn.0);
        let over = stack.len() as u32 > self.per_cpu.most;
        self.tell_cpu(pfn, None, (zone, group), true, t);
        if over {
            self.spill(zone, group, self.per_cpu.batch as usize, t);
        }
    }

    /// An empty list takes a batch of frames, in the order in which the blocks give them.
    pub(super) fn fill_cpu(&mut self, zone: u8, group: u8, t: &mut impl Trace) {
        if self.per_cpu.stack(zone, group).len() > 0 {
            return;
        }
        let (mut left, mut behind) = (self.per_cpu.batch, None);
        while left > 0 {
            let stack = self.per_cpu.stack(zone, group);
            if let (false, Store::Bitmaps(zones)) = (listens(t), &mut self.store) {
                let Some((start, len)) = zones[usize::from(zone)].take_singles(left) else { break };
                (start..start + len).for_each(|pfn| stack.push(pfn));
                left -= len;
                continue;
            }
            let Some(pfn) = self.take_block(zone, 0, group, t) else { break };
            self.tell_cpu(pfn, behind, (zone, group), true, t);
            behind = self.keeps_order().then_some(pfn);
            self.per_cpu.stack(zone, group).push(pfn.0);
            left -= 1;
        }
        let stack = self.per_cpu.stack(zone, group);
        stack.turn_over();
        self.zones[usize::from(zone)].free -= stack.len() as u32;
    }

    /// Gives `n` frames back to the blocks, those longest on the list first.
    #[cold]
    pub(super) fn spill(&mut self, zone: u8, group: u8, n: usize, t: &mut impl Trace) {
        let stack = self.per_cpu.stack(zone, group);
        let n = n.min(stack.len());
        if let (false, Store::Bitmaps(zones)) = (listens(t), &mut self.store) {
            let bitmap = &mut zones[usize::from(zone)];
            stack.as_slice()[..n].iter().for_each(|pfn| bitmap.free_one(*pfn));
            stack.lose(n);
            self.zones[usize::from(zone)].free += n as u32;
            return;
        }
        let next = stack.as_slice().get(n).copied();
        let batch = stack.as_slice()[..n].to_vec();
        stack.lose(n);
        for (i, pfn) in batch.iter().enumerate() {
            let prev = batch.get(i + 1).copied().or(next).filter(|_| self.keeps_order()).map(Pfn);
            self.tell_cpu(Pfn(*pfn), prev, (zone, group), false, t);
            self.free_run(FreeRun { start: Pfn(*pfn), len: 1 }, t);
        }
    }

    /// Empties every list.
    pub(super) fn drain(&mut self, t: &mut impl Trace) {
        while let Some((zone, group)) = self.per_cpu.filled() {
            self.spill(zone, group, usize::MAX, t);
        }
    }

    /// Whether the lists have an order that events tell of.
    fn keeps_order(&self) -> bool {
        matches!(self.store, Store::Lists(_))
    }

    #[inline]
    fn tell_cpu(&self, start: Pfn, prev: Option<Pfn>, (zone, group): (u8, u8), linked: bool, t: &mut impl Trace) {
        let (run, list) = (FreeRun { start, len: 1 }, ListId { zone, list: per_cpu_list(group) });
        t.emit(|| Event::Free { run, list, prev, linked });
    }
}
