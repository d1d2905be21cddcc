//! Where a request goes: to a top or a ceiling; what may not be moved first to the highest gap above a ceiling.

use super::{Heap, Heaps, run};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::report::Fit;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl Heaps {
    /// Where a heap with this top and ceiling has room for a request.
    #[inline]
    pub fn place(&self, top: u32, ceiling: u32, request: &Request) -> Option<u32> {
        match self.grows_down(request) {
            true => request.aligned_down(ceiling.checked_sub(request.pages)?).filter(|start| *start >= top),
            false => request.aligned_up(top).filter(|start| start.saturating_add(request.pages) <= ceiling),
        }
    }

    /// Searches at a top or a ceiling, or in the gaps above one; then, if settings allow, in any gap.
    #[inline]
    pub(super) fn search(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let down = self.grows_down(request);
        for zone in self.zones_for(request) {
            if self.available(zone, request) < request.pages {
                continue;
            }
            let heaps = self.heaps_of(zone);
            for n in 0..heaps.len() {
                let at = match down {
                    true => self.at_ceiling(heaps.end - 1 - n, request, t),
                    false => self.at_top(heaps.start + n, request, t),
                };
                if at.is_some() {
                    return at;
                }
            }
        }
        if self.settings.fill_gaps { self.alloc_gap(request, t) } else { None }
    }

    #[inline]
    fn at_top(&mut self, heap: usize, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let Heap { top, ceiling, .. } = self.heaps[heap];
        let start = self.place(top, ceiling, request)?;
        if start > top {
            t.emit(|| Event::Fit { pfn: Pfn(top), pages: start - top, fit: Fit::Gap });
        }
        self.take(heap, run(start, start + request.pages), t);
        Some(Pfn(start))
    }

    #[inline]
    fn at_ceiling(&mut self, heap: usize, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let Heap { top, ceiling, end, .. } = self.heaps[heap];
        if let Some(start) = self.last_gap(heap, (ceiling, end), request, t) {
            self.cut(heap, run(start, start + request.pages), t);
            return Some(Pfn(start));
        }
        let start = self.place(top, ceiling, request)?;
        let end = start + request.pages;
        if end < ceiling {
            t.emit(|| Event::Fit { pfn: Pfn(end), pages: ceiling - end, fit: Fit::Gap });
        }
        self.take_at_ceiling(heap, run(start, end), t);
        Some(Pfn(start))
    }

    /// The place in the highest gap that lies in a range and fits.
    #[inline]
    fn last_gap<T: Trace>(&mut self, heap: usize, range: (u32, u32), request: &Request, t: &mut T) -> Option<u32> {
        if request.is_single() {
            // The range ends where the heap does.
            let at = self.gaps[heap].highest_frame().filter(|at| *at >= range.0)?;
            let gap = if t.keeps() { self.gaps[heap].of(at) } else { None };
            t.emit(|| Event::Inspect { pfn: gap.map_or(Pfn(at), |gap| gap.start), looked: 1 });
            return Some(at);
        }
        self.gaps[heap].settle();
        let (found, looked) = self.gaps[heap].highest(range, request.pages, |gap| {
            let start = request.aligned_down((gap.start.0 + gap.len).checked_sub(request.pages)?)?;
            (start >= gap.start.0).then_some(start)
        });
        if looked.count > 0 {
            t.emit(|| Event::Inspect { pfn: Pfn(looked.last), looked: looked.count });
        }
        found.map(|(_, start)| start)
    }

    /// Allocates from the lowest gap that fits, or where there is room at all: for a request that cannot wait for
    /// compaction.
    pub fn alloc_gap(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        for zone in self.zones_for(request) {
            if self.available(zone, request) < request.pages {
                continue;
            }
            for heap in self.heaps_of(zone) {
                let Heap { top, ceiling, .. } = self.heaps[heap];
                self.gaps[heap].settle();
                let (found, looked) = self.gaps[heap].lowest(request.pages, |gap| {
                    let start = request.aligned_up(gap.start.0)?;
                    (start - gap.start.0 + request.pages <= gap.len).then_some(start)
                });
                if let Some((gap, start)) = found {
                    t.emit(|| Event::Inspect { pfn: gap.start, looked: looked.count });
                    self.cut(heap, run(start, start + request.pages), t);
                    return Some(Pfn(start));
                }
                if let Some(start) = request.aligned_up(top).filter(|start| start + request.pages <= ceiling) {
                    self.take(heap, run(start, start + request.pages), t);
                    return Some(Pfn(start));
                }
            }
        }
        None
    }
}
