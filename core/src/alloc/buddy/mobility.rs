//! Blocks grouped by mobility: what cannot be moved is kept together in pageblocks of its own, so that elsewhere whole
//! blocks can be freed by moving what is in the way. Linux's migrate types, of which there are two here: what
//! `Mobility` distinguishes.
//!
//! A free block stands on the list of its pageblock's group. A group without a block large enough first claims: it
//! takes the largest block of the other and, where that is most of a pageblock, the pageblock with it. Else it steals
//! the smallest that will do, which goes back to its group when freed. Source: Linux 6.18, `__rmqueue_claim`,
//! `__rmqueue_steal`, `try_to_claim_block` in `mm/page_alloc.c`.

use super::keep::Asker;
use super::{Buddy, list_of, order_of_list};
use crate::config::Config;
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::request::Mobility;
use crate::vocabulary::trace::Trace;

const UNMOVABLE: u8 = Mobility::Unmovable as u8;
const MOVABLE: u8 = Mobility::Movable as u8;

/// The group of every pageblock.
#[derive(Clone, Debug)]
pub struct Pageblocks {
    order: u8,
    groups: Vec<u8>,
    /// For each frame, a bit: given to a request for something movable.
    movable: Vec<u64>,
}

impl Pageblocks {
    /// All pageblocks are movable at first; a request of another kind claims what it needs.
    pub fn new(config: &Config) -> Option<Pageblocks> {
        let order = config.buddy.pageblock.min(config.max_order);
        let blocks = config.frames.div_ceil(1 << order) as usize;
        let movable = vec![0; config.frames.div_ceil(64) as usize];
        config.buddy.mobility.then(|| Pageblocks { order, groups: vec![MOVABLE; blocks], movable })
    }

    /// The order of a pageblock: 2 to the power of it frames.
    pub fn order(&self) -> u8 {
        self.order
    }

    /// The mobility group of the pageblock that a frame lies in.
    #[inline]
    pub fn group_of(&self, pfn: u32) -> u8 {
        self.groups[(pfn >> self.order) as usize]
    }

    /// Changes the group of the pageblocks that a block covers, or of the one it lies in, to `group`.
    pub fn convert(&mut self, start: u32, order: u8, group: u8) {
        let first = (start >> self.order) as usize;
        let count = 1 << order.saturating_sub(self.order);
        let end = (first + count).min(self.groups.len());
        self.groups[first..end].fill(group);
    }

    /// Notes whether frames were given to a request for something movable.
    pub fn note(&mut self, run: FreeRun, movable: bool) {
        for n in run.start.0..run.start.0 + run.len {
            let (word, bit) = (&mut self.movable[(n / 64) as usize], 1 << (n % 64));
            if movable { *word |= bit } else { *word &= !bit }
        }
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.groups.len() + self.movable.len() * 8
    }

    fn movable_in(&self, run: FreeRun) -> u32 {
        (run.start.0..run.start.0 + run.len).map(|n| (self.movable[(n / 64) as usize] >> (n % 64) & 1) as u32).sum()
    }
}

impl Buddy {
    /// A block of `order` for a group whose own lists have none.
    #[cold]
    pub(super) fn take_from_the_other(&mut self, zone: u8, order: u8, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let group = asker.group;
        let other = MOVABLE - group;
        for largest in (order..=self.max_order).rev() {
            if self.store.smallest(zone, largest, other) != Some(largest) || !self.may_break(zone, largest, 1, asker) {
                continue;
            }
            if !self.may_claim(largest, group) {
                break;
            }
            if let Some(start) = self.claim_block(zone, (largest, order), asker, t) {
                return Some(start);
            }
        }
        self.take_smallest(zone, order, Asker { group: other, ..asker }, t)
    }

    /// Whether a group may claim a pageblock. Unmovable requests always may: stealing a small block each time would
    /// spoil pageblock after pageblock.
    fn may_claim(&self, largest: u8, group: u8) -> bool {
        group == UNMOVABLE || self.pageblocks.as_ref().is_some_and(|blocks| largest >= blocks.order / 2)
    }

    /// Takes the other group's first block of order `largest`, with its pageblock. `None`: too little of the pageblock
    /// is compatible.
    fn claim_block(&mut self, zone: u8, (largest, order): (u8, u8), asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let group = asker.group;
        let list = ListId { zone, list: list_of(largest, MOVABLE - group) };
        let pageblock = self.pageblocks.as_ref()?.order;
        if largest >= pageblock {
            let start = self.store.find(list, 1, |_| Some(())).0?.0;
            self.unlink(FreeRun { start, len: 1 << largest }, list, t);
            self.pageblocks.as_mut()?.convert(start.0, largest, group);
            self.expand(start, (order, largest), (zone, group), t);
            return Some(start);
        }
        let first = self.store.find(list, 1, |_| Some(())).0?.0;
        let whole = FreeRun { start: Pfn(first.0 >> pageblock << pageblock), len: 1 << pageblock };
        let free = self.free_blocks_of(zone, whole)?;
        let free_frames: u32 = free.iter().map(|(run, _)| run.len).sum();
        let movable = self.pageblocks.as_ref()?.movable_in(whole);
        let alike =
            if group == MOVABLE { movable } else { whole.len - free_frames.saturating_add(movable).min(whole.len) };
        if free_frames + alike < whole.len / 2 {
            return None;
        }
        self.pageblocks.as_mut()?.convert(whole.start.0, pageblock, group);
        for (run, list) in free {
            self.unlink(run, list, t);
            let to = ListId { zone, list: list_of(order_of_list(list), group) };
            let tail = self.store.tail(to);
            self.link_behind(run, to, tail, t);
        }
        self.take_smallest(zone, order, asker, t)
    }

    /// The free blocks within a pageblock; `None` if the zone does not hold all of it.
    fn free_blocks_of(&self, zone: u8, whole: FreeRun) -> Option<Vec<(FreeRun, ListId)>> {
        let (mut at, end) = (whole.start.0, whole.start.0 + whole.len);
        let bounds = &self.zones[usize::from(zone)];
        if !bounds.holds(at) || !bounds.holds(end - 1) {
            return None;
        }
        let mut free = Vec::new();
        while at < end {
            let block = self.store.block_of(zone, Pfn(at), self.max_order);
            at += block.map_or(1, |(run, _)| run.len);
            free.extend(block);
        }
        Some(free)
    }
}
