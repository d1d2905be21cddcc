//! From a request to a block: the short ways of the usual requests, zones and their watermarks, alignment. Linux's
//! `get_page_from_freelist`.

use super::keep::Asker;
use super::per_cpu::Place;
use super::zone::ZoneMarks;
use super::{Buddy, list_of, order_of};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl Buddy {
    /// A block of the highest zone, if any will do and the watermark allows.
    #[inline]
    pub(super) fn take_from_top(&mut self, request: &Request, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let (order, top) = (order_of(request.pages), self.zones.len() - 1);
        let zone = &self.zones[top];
        let mark = if self.kswapd { zone.low } else { zone.floor(request) };
        if request.align != 1 || request.zone.is_some() || zone.free < mark + (1 << order) {
            return None;
        }
        let got = self.take_block(top as u8, order, asker, t)?;
        self.zones[top].free -= 1 << order;
        Some(got)
    }

    /// The general way: zones from the highest allowed downwards; after a miss, once more with what the per-CPU lists
    /// held.
    #[inline(never)]
    pub(super) fn search(&mut self, request: &Request, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let top = request.highest(self.zones.len());
        let got = self.try_zones(request, (top, asker), t);
        if got.is_some() || self.per_cpu.filled().is_none() {
            return got;
        }
        self.drain(t);
        self.try_zones(request, (top, asker), t)
    }

    fn try_zones(&mut self, request: &Request, (top, asker): (u8, Asker), t: &mut impl Trace) -> Option<Pfn> {
        if self.kswapd {
            if let Some(pfn) = self.try_above(request, (top, asker), ZoneMarks::low_mark, t) {
                return Some(pfn);
            }
            self.woken = self.woken.max(Some(top));
        }
        self.try_above(request, (top, asker), ZoneMarks::floor, t)
    }

    fn try_above(
        &mut self,
        request: &Request,
        (top, asker): (u8, Asker),
        mark: fn(&ZoneMarks, &Request) -> u32,
        t: &mut impl Trace,
    ) -> Option<Pfn> {
        let order = order_of(request.pages);
        (0..=top).rev().find_map(|n| {
            let zone = &self.zones[usize::from(n)];
            let left = zone.free.checked_sub(1 << order);
            if left.is_some_and(|left| left >= mark(zone, request)) {
                self.take((n, order), request, asker, t)
            } else {
                None
            }
        })
    }

    fn take(&mut self, (zone, order): (u8, u8), request: &Request, asker: Asker, t: &mut impl Trace) -> Option<Pfn> {
        let natural = request.offset == 0 && request.align <= 1 << order;
        if natural && self.per_cpu.keeps(order) {
            return self.refill_and_pop(Place { zone, group: asker.group, order }, asker, t);
        }
        let got = if natural {
            self.take_block(zone, order, asker, t)
        } else {
            self.take_placed((zone, order), request, asker, t)
        };
        if got.is_some() {
            self.zones[usize::from(zone)].free -= 1 << order;
        }
        got
    }

    /// A block that holds frames aligned as the request says, the rest of it given back.
    fn take_placed(
        &mut self,
        (zone, order): (u8, u8),
        request: &Request,
        asker: Asker,
        t: &mut impl Trace,
    ) -> Option<Pfn> {
        let len = 1 << order;
        let own = asker.group;
        let groups = if self.pageblocks.is_some() { [own, 1 - own] } else { [0, 0] };
        let lists = groups.into_iter().take(1 + usize::from(self.pageblocks.is_some()));
        let (mut looked, mut found, mut last) = (0, None, None);
        self.store.settle(zone);
        let broken = self.breaks(request);
        'search: for group in lists {
            for size in order..=self.max_order {
                if self.store.smallest(zone, size, group) != Some(size) || !self.may_break(zone, size, broken, asker) {
                    continue;
                }
                // Blocks at least as large as the alignment are all alike.
                let most = if request.align <= 1 << size { 1 } else { usize::MAX };
                let fits = |block: Pfn| {
                    let start = request.aligned_up(block.0)?;
                    (u64::from(start) + len <= u64::from(block.0) + (1 << size)).then_some(start)
                };
                let (at, n) = self.store.find(ListId { zone, list: list_of(size, group) }, most, fits);
                looked += n;
                last = at.map(|(block, _)| block).or(last);
                if let Some((_, start)) = at {
                    found = Some(start);
                    break 'search;
                }
            }
        }
        t.emit(|| Event::Inspect { pfn: last.unwrap_or(Pfn(0)), looked });
        let run = FreeRun { start: Pfn(found?), len: len as u32 };
        self.cut(run.start, run, t);
        Some(run.start)
    }
}
