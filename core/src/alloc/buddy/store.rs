//! Where the free blocks are kept: on lists threaded through the frames, or in bitmaps. What the buddy asks of either.

use super::bitmap::Bitmap;
use super::links::Links;
use super::zone::ZoneMarks;
use super::{list_of, order_of_list};
use crate::config::{Config, StoreKind};
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};

/// The free blocks of all zones.
#[derive(Clone, Debug)]
pub enum Store {
    Lists(Links),
    /// A bitmap for each zone.
    Bitmaps(Vec<Bitmap>),
}

impl Store {
    /// The configured store, with nothing free.
    pub fn new(config: &Config, zones: &[ZoneMarks]) -> Store {
        match config.buddy.store {
            StoreKind::Lists => Store::Lists(Links::new(config.frames, zones, config.max_order)),
            StoreKind::Bitmap => {
                Store::Bitmaps(zones.iter().map(|zone| Bitmap::new(zone.start, zone.end, config.max_order)).collect())
            }
        }
    }

    /// The smallest order of a group, from `order` up, that has a block on a list.
    #[inline]
    pub fn smallest(&self, zone: u8, order: u8, group: u8) -> Option<u8> {
        match self {
            Store::Lists(lists) => lists.smallest(zone, order, group),
            Store::Bitmaps(zones) => (order..16).find(|order| zones[usize::from(zone)].has(*order)),
        }
    }

    /// Brings what is looked up by order up to date.
    pub fn settle(&mut self, zone: u8) {
        if let Store::Bitmaps(zones) = self {
            zones[usize::from(zone)].settle();
        }
    }

    /// Puts a block at the head of its list, or after `prev`.
    #[inline]
    pub fn link(&mut self, run: FreeRun, list: ListId, prev: Option<Pfn>) {
        match self {
            Store::Lists(lists) => lists.link(run.start.0, list, prev.map(|prev| prev.0)),
            Store::Bitmaps(zones) => zones[usize::from(list.zone)].set(run.start.0, run.len, true),
        }
    }

    /// Takes a block out; returns the one before it in its list, if that has an order.
    #[inline]
    pub fn unlink(&mut self, run: FreeRun, list: ListId) -> Option<Pfn> {
        match self {
            Store::Lists(lists) => lists.unlink(run.start.0, list).map(Pfn),
            Store::Bitmaps(zones) => {
                zones[usize::from(list.zone)].set(run.start.0, run.len, false);
                None
            }
        }
    }

    /// The last block of a list that has an order; `None` if the list is empty or has no order.
    pub fn tail(&self, list: ListId) -> Option<Pfn> {
        match self {
            Store::Lists(lists) => lists.tail(list).map(Pfn),
            Store::Bitmaps(_) => None,
        }
    }

    /// The list on which the frames from `start` are a free block of just this order, most likely `list`. With a
    /// bitmap, while the other half of the next larger block is not free.
    #[inline]
    pub fn block_at(&self, start: Pfn, order: u8, list: ListId) -> Option<ListId> {
        match self {
            Store::Lists(lists) if lists.is_on(start.0, list.list) => Some(list),
            Store::Lists(lists) => {
                let at = ListId { list: lists.list_at(start.0)?, ..list };
                (order_of_list(at) == order).then_some(at)
            }
            Store::Bitmaps(zones) => zones[usize::from(list.zone)].is_free(start.0, order).then_some(list),
        }
    }

    /// The free block that holds a frame; `None` if the frame is not free.
    pub fn block_of(&self, zone: u8, pfn: Pfn, max_order: u8) -> Option<(FreeRun, ListId)> {
        let block = |order: u8| FreeRun { start: Pfn(pfn.0 & !((1 << order) - 1)), len: 1 << order };
        match self {
            Store::Lists(_) => (0..=max_order).find_map(|order| {
                let list = self.block_at(block(order).start, order, ListId { zone, list: order })?;
                Some((block(order), list))
            }),
            Store::Bitmaps(zones) => {
                zones[usize::from(zone)].order_at(pfn.0).map(|order| (block(order), ListId { zone, list: order }))
            }
        }
    }

    /// The first block of a list for which `fits` has an answer, and how many blocks were examined, `most` at most.
    pub fn find<T>(&self, list: ListId, most: usize, fits: impl Fn(Pfn) -> Option<T>) -> (Option<(Pfn, T)>, u32) {
        let mut looked = 0;
        let mut look = |start| {
            looked += 1;
            fits(start).map(|found| (start, found))
        };
        let found = match self {
            Store::Lists(lists) => lists.blocks(list).take(most).find_map(look),
            Store::Bitmaps(zones) => {
                zones[usize::from(list.zone)].blocks(list.list).take(most).find_map(|start| look(Pfn(start)))
            }
        };
        (found, looked)
    }

    /// How many blocks a list has, counted up to `most`. Call `settle` first.
    pub fn count(&self, zone: u8, order: u8, group: u8, most: u32) -> u32 {
        let list = ListId { zone, list: list_of(order, group) };
        self.find(list, most as usize, |_| None::<()>).1
    }

    /// All free blocks as lists, for drawing and checking.
    pub fn lists(&self, frames: u32, zones: u8) -> FreeLists {
        let block = |start, order: u8| FreeRun { start, len: 1 << order };
        match self {
            Store::Lists(links) => {
                let mut lists = FreeLists::new(frames, zones);
                for id in links.filled_lists() {
                    let mut prev = None;
                    for start in links.blocks(id) {
                        lists.link(block(start, order_of_list(id)), id, prev.replace(start));
                    }
                }
                lists
            }
            Store::Bitmaps(bitmaps) => {
                let mut lists = FreeLists::unordered(frames, zones);
                for (zone, bitmap) in (0..).zip(bitmaps) {
                    for (start, order) in bitmap.all() {
                        lists.link(block(Pfn(start), order), ListId { zone, list: order }, None);
                    }
                }
                lists
            }
        }
    }

    /// Whether the parts of the store agree with each other.
    pub fn is_sound(&self) -> bool {
        match self {
            Store::Lists(lists) => lists.is_sound(),
            Store::Bitmaps(zones) => zones.iter().all(Bitmap::is_sound),
        }
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        match self {
            Store::Lists(lists) => lists.bytes(),
            Store::Bitmaps(zones) => zones.iter().map(Bitmap::bytes).sum(),
        }
    }
}
