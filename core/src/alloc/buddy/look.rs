//! What `memarea`, which is built around the buddy, asks of it. The buddy itself uses none of it.

use super::store::Store;
use super::{Buddy, order_of_list};
use crate::units::Pfn;
use crate::vocabulary::free_lists::ListId;
use crate::vocabulary::trace::Trace;

impl Buddy {
    /// Free frames of a zone, those of the per-CPU lists left out.
    pub fn free_in(&self, zone: u8) -> u32 {
        self.zones[usize::from(zone)].free
    }

    /// The length of the free block that begins at a frame of a zone.
    #[inline]
    pub fn free_block(&self, zone: u8, pfn: Pfn) -> Option<u32> {
        match &self.store {
            Store::Lists(lists) => lists.list_at(pfn.0).map(|list| 1 << order_of_list(ListId { zone, list })),
            Store::Bitmaps(zones) => {
                let order = zones[usize::from(zone)].order_at(pfn.0)?;
                pfn.0.is_multiple_of(1 << order).then_some(1 << order)
            }
        }
    }

    /// Keeps no blocks from smaller requests.
    pub fn keeps_nothing(self) -> Buddy {
        Buddy { keep: 0, ..self }
    }

    /// Empties the per-CPU lists, so that their frames can be part of a run.
    pub fn give_back_singles(&mut self, t: &mut impl Trace) {
        self.drain(t);
    }
}
