//! The binary buddy allocator, as Linux has it: free blocks of 2^order frames, split on the way down, merged eagerly on
//! the way back up.
//!
//! ```text
//! order 3 |               0               |      the buddy of a block of order o at frame n is n XOR 2^o
//! order 2 |       0       |       4       |      alloc(order 0): 8 -> 4+4 -> 2+2 -> 1+1, the upper halves stay free
//! order 0 | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |      free: while the buddy is free and as large, join
//! ```
//! The way of a request, and what each step costs:
//!
//! ```text
//! alloc -> cpu: pop    a block freed last, whole       three comparisons; inlined into every caller
//!           | none     cpu: refill                     a batch, cut out of one block after another
//!           v          store: Links or Bitmap          a list's head and splits, or an index of bits
//! free  -> cpu: push   to the head                     as cheap
//!           | full     cpu: spill                      a batch goes back; here blocks merge
//! ```
//! Around the blocks, as settings: per-CPU lists of what was freed last, mobility groups, large blocks kept from
//! smaller requests, watermarks that wake background reclaim. Invariant: no two free buddies of one order below the
//! maximum, in one zone. Sources: Knowlton
//! 1965; Linux `mm/page_alloc.c` (`get_page_from_freelist`, `__rmqueue_smallest`, `__free_one_page`,
//! `rmqueue_bulk`).

mod allocator;
mod bitmap;
mod blocks;
mod check;
mod cpu;
mod cut;
mod describe;
mod keep;
mod layer;
mod links;
mod look;
mod mobility;
mod per_cpu;
mod read_bits;
mod recent;
mod requests;
mod store;
mod zone;

use crate::alloc::usable::Usable;
use crate::config::Config;
use crate::config::buddy::Stop;
use crate::units::Pfn;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::request::{Mobility, Request};
use crate::vocabulary::trace::Trace;
use keep::Asker;
use mobility::Pageblocks;
use per_cpu::PerCpu;
use store::Store;
use zone::ZoneMarks;

/// Lists of a zone: orders of the first group, from 16 those of the second, from here the per-CPU lists.
const PER_CPU_LISTS: u8 = 32;

/// A buddy allocator over all zones.
#[derive(Clone, Debug)]
pub struct Buddy {
    store: Store,
    zones: Vec<ZoneMarks>,
    per_cpu: PerCpu,
    /// `Some` with the setting `mobility`.
    pageblocks: Option<Pageblocks>,
    max_order: u8,
    /// Largest blocks in which frames are given back: as on Linux not over a pageblock, which has one group.
    free_order: u8,
    /// Whether freed blocks go to the tail of their list.
    fifo: bool,
    /// Areas that a zone keeps from smaller requests, and the order of such a block.
    keep: u32,
    keep_order: u8,
    kswapd: bool,
    stop: Stop,
    /// The highest zone of a request that was not served above the low watermark; `None` if there was none since
    /// `kswapd_sleeps`.
    woken: Option<u8>,
    frames: u32,
    /// First frame of the highest zone if its blocks are not grouped: from here on, releases go the short way.
    quick_from: u32,
    /// Frames that the highest zone has to keep where a request goes the short way.
    quick_mark: u32,
}

/// The list of an order and a group.
#[inline]
const fn list_of(order: u8, group: u8) -> u8 {
    order + 16 * group
}

/// The order of a list of blocks.
pub const fn order_of_list(list: ListId) -> u8 {
    list.list % 16
}

/// The per-CPU list of an order and a group.
#[inline]
const fn per_cpu_list(order: u8, group: u8) -> u8 {
    PER_CPU_LISTS + list_of(order, group)
}

/// The smallest order whose blocks hold `pages` frames.
#[inline]
pub fn order_of(pages: u32) -> u8 {
    pages.next_power_of_two().trailing_zeros() as u8
}

impl Buddy {
    /// A buddy in which the `usable` frames are free, in the largest aligned blocks, lowest first in
    /// each list.
    pub fn new(config: &Config, usable: &Usable) -> Buddy {
        let zones = ZoneMarks::all(config, |start, end| usable.within(start, end).map(|run| run.len).sum());
        let pageblocks = Pageblocks::new(config);
        let free_order = pageblocks.as_ref().map_or(config.max_order, Pageblocks::order);
        let top = zones.last().expect("there is a zone");
        let quick = (top.start, if config.buddy.kswapd { top.low } else { top.min });
        let settings = &config.buddy;
        let is_quick = settings.per_cpu > 0 && pageblocks.is_none();
        let (quick_from, quick_mark) = if is_quick { quick } else { (u32::MAX, u32::MAX) };
        let kept = settings.per_cpu_order.min(free_order);
        let mut buddy = Buddy {
            store: Store::new(config, &zones),
            per_cpu: PerCpu::new(zones.len() as u8, settings.per_cpu, settings.batch(), kept),
            max_order: config.max_order,
            free_order,
            fifo: config.buddy.fifo,
            pageblocks,
            quick_from,
            quick_mark,
            keep: config.buddy.keep,
            keep_order: config.buddy.keep_order,
            kswapd: config.buddy.kswapd,
            stop: config.buddy.stop,
            woken: None,
            frames: config.frames,
            zones,
        };
        for zone in 0..buddy.zones.len() {
            buddy.fill_zone(zone as u8, usable);
        }
        buddy
    }

    /// Allocates a block, without an event for the request. The short way is short enough to be inlined into every
    /// caller.
    #[inline(always)]
    pub(super) fn serve(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        match self.pop(request, t) {
            None => self.serve_from_store(request, self.asker(request), t),
            got => got,
        }
    }

    #[inline(never)]
    fn serve_from_store(&mut self, request: &Request, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let quick = if self.per_cpu.is_used() { None } else { self.take_from_top(request, asker, t) };
        let got = quick.or_else(|| self.search(request, asker, t));
        if let (Some(start), Some(_)) = (got, &self.pageblocks) {
            let run = FreeRun { start, len: request.pages.next_power_of_two() };
            self.note_given(run, request.mobility == Mobility::Movable);
        }
        got
    }

    #[inline]
    fn group(&self, request: &Request) -> u8 {
        if self.pageblocks.is_some() { request.mobility as u8 } else { 0 }
    }

    /// The group of the pageblock that holds a frame.
    #[inline]
    fn group_of(&self, pfn: u32) -> u8 {
        self.pageblocks.as_ref().map_or(0, |blocks| blocks.group_of(pfn))
    }

    #[inline]
    fn zone_of(&self, pfn: u32) -> u8 {
        self.zones.iter().position(|zone| zone.holds(pfn)).expect("every frame is in a zone") as u8
    }

    #[inline]
    fn note_given(&mut self, run: FreeRun, movable: bool) {
        if let Some(blocks) = &mut self.pageblocks {
            blocks.note(run, movable);
        }
    }

    /// Whether some zone has a place for the request when all of its frames are free.
    fn has_place(&self, request: &Request, given: u32) -> bool {
        let top = request.zone.map_or(self.zones.len(), |zone| usize::from(zone) + 1);
        self.zones[..top.min(self.zones.len())].iter().any(|zone| {
            let end = request.aligned_up(zone.start).and_then(|start| start.checked_add(given));
            end.is_some_and(|end| end <= zone.end)
        })
    }
}
