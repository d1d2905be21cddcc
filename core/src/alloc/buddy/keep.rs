//! Large blocks that smaller requests leave alone while there are others: a reservation.
//!
//! ```text
//! keep 2, keep_order 2     |a|b|c|d|      a to d: areas of four frames, in free blocks of order 2 or more
//! alloc(1), may wait       c is split: two areas stay. The next asks in vain, and other pages are reclaimed for it
//! alloc(1), atomic         takes what it needs
//! alloc(4)                 too: what is kept is kept for it
//! ```
//! "doesn't take pages from 64k free area's unless there are enough of them or the priority is high enough", Rik van
//! Riel on the allocation code after 2.1.77, linux-mm 1998. High enough is here: atomic, or nothing could be
//! reclaimed. What may be kept is counted when a block would be split, so the usual requests pay one comparison.

use super::{Buddy, order_of};
use crate::alloc::Kept;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::{Gfp, Request};

/// For whom a block is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    /// The mobility group.
    pub group: u8,
    /// Number of areas that have to stay whole in the zone; 0: nothing is kept from it.
    pub leaves: u32,
}

impl Buddy {
    /// Who asks by a request that may take all.
    #[inline]
    pub(super) fn urgent(&self, request: &Request) -> Asker {
        Asker { group: self.group(request), leaves: 0 }
    }

    /// Who asks by a request.
    #[inline]
    pub(super) fn asker(&self, request: &Request) -> Asker {
        let free_to = self.keep == 0 || request.gfp.contains(Gfp::ATOMIC) || order_of(request.pages) >= self.keep_order;
        Asker { group: self.group(request), leaves: if free_to { 0 } else { self.keep } }
    }

    /// Areas that a request for less than one breaks at most: with an offset its frames may lie in two.
    pub(super) fn breaks(&self, request: &Request) -> u32 {
        let step = request.align.min(1 << self.keep_order);
        let ends_within = request.offset % step + request.pages.next_power_of_two() <= step;
        if request.offset == 0 || ends_within { 1 } else { 2 }
    }

    /// Whether so many areas of a zone may be broken into, by who takes a block of order `found` apart.
    #[inline]
    pub(super) fn may_break(&mut self, zone: u8, found: u8, areas: u32, asker: Asker) -> bool {
        asker.leaves == 0 || found < self.keep_order || self.has_areas(zone, asker.leaves.saturating_add(areas))
    }

    /// Whether the smallest block for a request of `order` may be taken apart; `false` if there is none.
    #[cold]
    pub(super) fn smallest_is_open(&mut self, zone: u8, order: u8, asker: Asker) -> bool {
        self.store.settle(zone);
        let found = self.store.smallest(zone, order, asker.group);
        found.is_some_and(|found| self.may_break(zone, found, 1, asker))
    }

    /// Whether a zone has so many areas.
    #[cold]
    fn has_areas(&mut self, zone: u8, wanted: u32) -> bool {
        self.store.settle(zone);
        let groups = 1 + u8::from(self.pageblocks.is_some());
        let mut left = wanted;
        for order in (self.keep_order..=self.max_order).rev() {
            for group in 0..groups {
                let most = left.div_ceil(1 << (order - self.keep_order));
                left = left.saturating_sub(self.store.count(zone, order, group, most) << (order - self.keep_order));
            }
        }
        left == 0
    }

    /// The lowest areas of each zone, as many as are kept from a request.
    pub(super) fn kept_from(&self, request: &Request) -> Kept {
        let leaves = self.asker(request).leaves;
        if leaves == 0 {
            return Kept::default();
        }
        let area = 1 << self.keep_order;
        let mut left = vec![leaves; self.zones.len()];
        let mut kept = Vec::new();
        let blocks = self.store.lists(self.frames, self.zones.len() as u8);
        for (block, list) in blocks.all_runs().filter(|(block, _)| block.len >= area) {
            let left = &mut left[usize::from(list.zone)];
            let areas = (block.len / area).min(*left);
            *left -= areas;
            if areas > 0 {
                kept.push(FreeRun { start: Pfn(block.start.0), len: areas * area });
            }
        }
        Kept(kept)
    }
}
