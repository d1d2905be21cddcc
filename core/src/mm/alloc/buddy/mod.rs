//! The binary buddy allocator, as Linux has it: free blocks of 2^order frames, split on the way down, merged eagerly on
//! the way back up.
//!
//! ```text
//! order 3 |               0               |      the buddy of a block of order o at frame n is n XOR 2^o
//! order 2 |       0       |       4       |      alloc(order 0): 8 -> 4+4 -> 2+2 -> 1+1, the upper halves stay free
//! order 0 | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |      free: while the buddy is free and as large, join
//! ```
//! Around the blocks, as settings: per-CPU lists of what was freed last, mobility groups, watermarks that wake background
//! reclaim. Invariant: no two free buddies of one order below the maximum, in one zone. Sources: Knowlton 1965; Linux
//! `mm/page_alloc.c` (`get_page_from_freelist`, `__rmqueue_smallest`, `__free_one_page`, `rmqueue_bulk`).

mod bitmap;
mod blocks;
mod check;
mod cpu;
mod layer;
mod links;
mod look;
mod mobility;
mod per_cpu;
mod recent;
mod requests;
mod set64;
mod store;
#[cfg(test)]
mod tests;
mod zone;

use super::FrameAllocator;
use super::free_lists::{FreeLists, FreeRun, ListId};
use super::request::{Mobility, Request};
use crate::config::Config;
use crate::lab::event::{Event, NullTrace, Trace};
use crate::refusal::Refusal;
use crate::units::Pfn;
use mobility::Pageblocks;
use per_cpu::{PerCpu, Place};
use std::borrow::Cow;
use store::Store;
use zone::Zone;

/// Lists of a zone: orders of the first group, from 16 those of the second, from here the per-CPU lists.
const PER_CPU_LISTS: u8 = 32;

/// A buddy allocator over all zones.
#[derive(Clone, Debug)]
pub struct Buddy {
    store: Store,
    zones: Vec<Zone>,
    per_cpu: PerCpu,
    /// With the setting `mobility`.
    pageblocks: Option<Pageblocks>,
    max_order: u8,
    /// Largest blocks in which frames are given back: as on Linux not over a pageblock, which has one group.
    free_order: u8,
    kswapd: bool,
    /// The highest zone of a request that was not served above the low watermark.
    woken: Option<u8>,
    frames: u32,
    /// Frames from here on are the highest zone's and not grouped: their releases go the short way.
    quick_from: u32,
    /// So many frames the highest zone has to keep where a request goes the short way.
    quick_mark: u32,
}

/// The list of an order and a group.
#[inline]
pub const fn list_of(order: u8, group: u8) -> u8 {
    order + 16 * group
}

/// The order of a list of blocks.
pub const fn order_of_list(list: ListId) -> u8 {
    list.list % 16
}

/// The per-CPU list of an order and a group.
#[inline]
pub const fn per_cpu_list(order: u8, group: u8) -> u8 {
    PER_CPU_LISTS + list_of(order, group)
}

/// The smallest order whose blocks hold `pages` frames.
#[inline]
pub fn order_of(pages: u32) -> u8 {
    pages.next_power_of_two().trailing_zeros() as u8
}

impl Buddy {
    /// All frames for which `usable` holds are free, in the largest aligned blocks, lowest first in each list.
    pub fn new(config: &Config, usable: &dyn Fn(Pfn) -> bool) -> Buddy {
        let zones = Zone::all(config, |start, end| (start..end).filter(|n| usable(Pfn(*n))).count() as u32);
        let pageblocks = Pageblocks::new(config);
        let free_order = pageblocks.as_ref().map_or(config.max_order, Pageblocks::order);
        let top = zones.last().expect("there is a zone");
        let quick = (top.start, if config.buddy.kswapd { top.low } else { top.min });
        let (quick_from, quick_mark) = if pageblocks.is_none() { quick } else { (u32::MAX, u32::MAX) };
        let settings = &config.buddy;
        let kept = settings.per_cpu_order.min(free_order);
        let mut buddy = Buddy {
            store: Store::new(config, &zones),
            per_cpu: PerCpu::new(zones.len() as u8, settings.per_cpu, settings.batch(), kept),
            max_order: config.max_order,
            free_order,
            pageblocks,
            quick_from,
            quick_mark,
            kswapd: config.buddy.kswapd,
            woken: None,
            frames: config.frames,
            zones,
        };
        for zone in 0..buddy.zones.len() {
            buddy.fill_zone(zone as u8, usable);
        }
        buddy
    }

    /// A block, without a word about the request. The short way is short enough to be part of whoever asks.
    #[inline(always)]
    pub(super) fn serve(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        match self.pop(request, t) {
            None => self.serve_from_store(request, t),
            got => got,
        }
    }

    #[inline(never)]
    fn serve_from_store(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let quick = if self.per_cpu.is_used() { None } else { self.take_from_top(request, t) };
        let got = quick.or_else(|| self.search(request, t));
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
        let given = request.pages.next_power_of_two();
        if !self.has_place(request, given) {
            let what = format!(
                "alloc: no zone has a place for {given} frames at {} beyond a multiple of {}",
                request.offset, request.align
            );
            return Err(Refusal::new(what, "use a smaller alignment or offset, or a higher zone"));
        }
        Ok(given)
    }

    fn alignment(&self, request: &Request) -> u32 {
        let size = if request.offset == 0 { request.pages.next_power_of_two() } else { 1 };
        request.align.max(size)
    }

    #[inline(always)]
    fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let got = self.serve(request, t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    #[inline(always)]
    fn free(&mut self, run: FreeRun, t: &mut impl Trace) {
        if !self.push(run, t) {
            self.push_or_give(run, t);
        }
    }

    /// An aligned block freed frame by frame ends as that block: its parts come and go at the heads of their lists.
    fn free_singles(&mut self, run: FreeRun) {
        if !self.per_cpu.is_used() {
            self.note_given(run, false);
            return self.free_one_by_one(run);
        }
        for n in 0..run.len {
            self.free(FreeRun { start: run.start.plus(n), len: 1 }, &mut NullTrace);
        }
    }

    /// The per-CPU lists are emptied first, as `alloc_contig_range` does. What is claimed is held by something that moves.
    fn claim(&mut self, run: FreeRun, t: &mut impl Trace) {
        self.drain(t);
        let mut at = run.start.0;
        while at < run.start.0 + run.len {
            at = self.carve(Pfn(at), run, t);
        }
        self.note_given(run, true);
    }

    fn free_frames(&self) -> u32 {
        self.zones.iter().map(|zone| zone.free).sum::<u32>() + self.per_cpu.frames()
    }

    fn lists(&self) -> Cow<'_, FreeLists> {
        let mut lists = self.store.lists(self.frames, self.zones.len() as u8);
        for (Place { zone, group, order }, blocks) in self.per_cpu.all() {
            for pfn in blocks {
                let list = ListId { zone, list: per_cpu_list(order, group) };
                lists.link(FreeRun { start: Pfn(*pfn), len: 1 << order }, list, None);
            }
        }
        Cow::Owned(lists)
    }

    fn wakes(&mut self) -> Option<u8> {
        self.woken.take()
    }

    fn lacks(&self, top: u8) -> (u32, Pfn) {
        let mut on_cpu = vec![0; self.zones.len()];
        for (place, blocks) in self.per_cpu.all() {
            on_cpu[usize::from(place.zone)] += (blocks.len() as u32) << place.order;
        }
        let zones = &self.zones[..=usize::from(top)];
        let lack = zones.iter().zip(on_cpu).map(|(zone, on_cpu)| zone.high.saturating_sub(zone.free + on_cpu)).min();
        (lack.unwrap_or(0), Pfn(zones.last().map_or(0, |zone| zone.end)))
    }

    fn bytes(&self) -> Option<usize> {
        let grouping = self.pageblocks.as_ref().map_or(0, Pageblocks::bytes);
        Some(self.store.bytes() + self.per_cpu.bytes() + grouping)
    }

    fn check(&self) -> Vec<String> {
        self.broken()
    }
}
