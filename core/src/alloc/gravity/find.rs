//! Where in a zone a request is served: short ones from fragments, else from the smallest area; long ones from the
//! lowest, or the highest.

use super::zone::ZoneRuns;
use crate::alloc::sets::frame_bits::Part;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl ZoneRuns {
    /// Where a request is served: a short one from the smallest run that is long enough, at its top; a long one from
    /// the lowest, at its bottom, or, with `sink`, from the highest, at its top. `spare`: areas that a short one leaves
    /// alone.
    #[inline]
    pub fn find(&mut self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        if request.pages >= self.index.keep {
            return self.find_long(request, t);
        }
        if request.is_single() {
            if let Some(part) = self.index.fragment_known(&self.bits) {
                return Some((part, part.end() - 1));
            }
            if let Some(part) = self.index.fragments.single(&self.bits) {
                return Some((part, part.start));
            }
        }
        self.index.settle(&mut self.bits);
        if request.align > 1 {
            return self.find_fragment(request).or_else(|| self.find_smallest(request, spare, t));
        }
        if let Some(part) = self.index.fragments.shortest(request.pages, &self.bits) {
            if request.is_single() {
                self.index.remember_fragment(part);
            }
            return Some((part, part.end() - request.pages));
        }
        self.find_smallest(request, spare, t)
    }

    /// The lowest `spare` areas, each of `keep` frames, if a request for `pages` is a short one.
    pub fn kept(&self, pages: u32, spare: u32) -> Vec<FreeRun> {
        let (keep, mut left, mut kept) = (self.index.keep, spare, Vec::new());
        let mut parts = self.parts();
        while left > 0 && pages < keep {
            let Some(part) = parts.next() else { break };
            let areas = left.min(part.len / keep);
            if areas > 0 {
                kept.push(FreeRun { start: Pfn(self.start + part.start), len: areas * keep });
            }
            left -= areas;
        }
        kept
    }

    /// The smallest fragment with an aligned place, the highest of equal ones.
    fn find_fragment(&self, request: &Request) -> Option<(Part, u32)> {
        (request.pages..self.index.keep).find_map(|len| {
            let mut fragments = self.index.fragments.of(len, &self.bits);
            fragments.find_map(|part| Some((part, top_of(self.start, part, request)?)))
        })
    }

    /// The smallest area with a place, if enough areas stay.
    #[inline(never)]
    fn find_smallest(&mut self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        let (start, keep) = (self.start, self.index.keep);
        // The highest aligned place within an area, if enough areas stay.
        let place = |area: Part, count: u32| {
            let at = top_of(start, area, request)?;
            let left = (at - area.start) / keep + (area.end() - at - request.pages) / keep;
            (count - area.len / keep + left >= spare).then_some(at)
        };
        if let Some(tree) = &self.tree {
            self.index.settle_all(&mut self.bits);
            let count = self.index.count();
            let search = self.short_in(tree, |area| place(area, count));
            self.looked(search.looked, search.last, t);
            return search.found;
        }
        if let Some(area) = self.index.first_known(&self.bits)
            && let Some(at) = place(area, self.index.count())
        {
            self.looked(1, Some(area), t);
            return Some((area, at));
        }
        self.index.settle_all(&mut self.bits);
        let count = self.index.count();
        let search = self.index.areas.smallest(&self.bits, |area| place(area, count));
        self.looked(search.looked, search.last, t);
        if search.looked == 1
            && let Some((area, _)) = search.found
        {
            self.index.remember(area);
        }
        search.found
    }

    /// The lowest area with a place, or, with `sink`, the highest; `None` if none has one.
    #[inline(never)]
    fn find_long(&mut self, request: &Request, t: &mut impl Trace) -> Option<(Part, u32)> {
        self.index.settle_all(&mut self.bits);
        let (start, sink) = (self.start, self.sink);
        let place = |area| if sink { top_of(start, area, request) } else { bottom_of(start, area, request) };
        let search = match &self.tree {
            Some(tree) => self.long_in(tree, request.pages, place),
            None if sink => self.index.areas.highest(request.pages, &self.bits, place),
            None => self.index.areas.lowest(request.pages, &self.bits, place),
        };
        self.looked(search.looked, search.last, t);
        search.found
    }

    fn looked(&self, looked: u32, last: Option<Part>, t: &mut impl Trace) {
        if looked > 0 {
            let last = last.map_or(self.start, |area| self.start + area.start);
            t.emit(|| Event::Inspect { pfn: Pfn(last), looked });
        }
    }
}

/// The lowest aligned place within a run of a zone that starts at a frame; `None` if it has none.
fn bottom_of(zone: u32, part: Part, request: &Request) -> Option<u32> {
    let at = request.aligned_up(zone + part.start)? - zone;
    (at.checked_add(request.pages)? <= part.end()).then_some(at)
}

/// The highest aligned place within a run of a zone that starts at a frame; `None` if it has none.
fn top_of(zone: u32, part: Part, request: &Request) -> Option<u32> {
    let at = request.aligned_down(zone + part.end().checked_sub(request.pages)?)?;
    at.checked_sub(zone).filter(|at| *at >= part.start)
}
