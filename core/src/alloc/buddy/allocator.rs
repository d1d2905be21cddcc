//! The buddy as an allocator among others.

use super::mobility::Pageblocks;
use super::per_cpu::Place;
use super::{Buddy, per_cpu_list};
use crate::alloc::{FrameAllocator, Kept};
use crate::config::buddy::Stop;
use crate::refusal::Refusal;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeLists, FreeRun, ListId};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::borrow::Cow;

impl FrameAllocator for Buddy {
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

    /// The per-CPU lists are emptied first, as `alloc_contig_range` does. What is claimed is held by something that
    /// moves.
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

    fn bytes(&self) -> Option<usize> {
        let grouping = self.pageblocks.as_ref().map_or(0, Pageblocks::bytes);
        Some(self.store.bytes() + self.per_cpu.bytes() + grouping)
    }

    fn check(&self) -> Vec<String> {
        self.broken()
    }

    fn kept(&self, request: &Request) -> Kept {
        self.kept_from(request)
    }

    /// Allocates also from the blocks that are kept.
    fn alloc_kept(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        if self.asker(request).leaves == 0 {
            return None;
        }
        let got = self.serve_from_store(request, self.urgent(request), t);
        t.emit(|| Event::Alloc { request: *request, got });
        got
    }

    fn kswapd_wakes(&self) -> Option<u8> {
        self.woken
    }

    fn kswapd_sleeps(&mut self) {
        self.woken = None;
    }

    fn lacks(&mut self, top: u8) -> (u32, Pfn) {
        if self.stop == Stop::TwoBlocks {
            let lack = if self.has_two_blocks(top) { 0 } else { u32::MAX };
            return (lack, Pfn(self.zones[usize::from(top)].end));
        }
        let mut on_cpu = vec![0; self.zones.len()];
        for (place, blocks) in self.per_cpu.all() {
            on_cpu[usize::from(place.zone)] += (blocks.len() as u32) << place.order;
        }
        let zones = &self.zones[..=usize::from(top)];
        let lack = zones.iter().zip(on_cpu).map(|(zone, on_cpu)| zone.high.saturating_sub(zone.free + on_cpu)).min();
        (lack.unwrap_or(0), Pfn(zones.last().map_or(0, |zone| zone.end)))
    }
}

impl Buddy {
    /// Whether one of the three highest orders has two free blocks in the zones up to `top`.
    fn has_two_blocks(&mut self, top: u8) -> bool {
        let groups = 1 + u8::from(self.pageblocks.is_some());
        (0..=top).for_each(|zone| self.store.settle(zone));
        let count = |order| {
            let lists = (0..=top).flat_map(|zone| (0..groups).map(move |group| (zone, group)));
            lists.map(|(zone, group)| self.store.count(zone, order, group, 2)).sum::<u32>()
        };
        (self.max_order.saturating_sub(2)..=self.max_order).any(|order| count(order) >= 2)
    }
}
