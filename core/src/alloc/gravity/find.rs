//! Where in a zone a request is served: short ones from fragments, else from the smallest area; long ones from the
//! lowest.

use super::areas::AREAS;
use super::zone::ZoneRuns;
use crate::alloc::sets::frame_bits::Part;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl ZoneRuns {
    /// Where a request is served: a short one from the smallest run that is long enough, at its top; a long one from
    /// the lowest, at its bottom. `spare`: areas that a short one leaves alone.
    #[inline]
    pub fn find(&mut self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        if request.pages >= self.keep {
            return self.find_lowest(request, t);
        }
        if request.is_single()
            && let Some(part) = self.fragments.single(&self.bits)
        {
            return Some((part, part.start));
        }
        self.fragments.settle(&mut self.bits);
        if request.align > 1 {
            return self.find_fragment(request).or_else(|| self.find_smallest(request, spare, t));
        }
        if let Some(len) = self.fragments.shortest(request.pages) {
            let part = self.fragments.highest(len, &self.bits)?;
            return Some((part, part.end() - request.pages));
        }
        self.find_smallest(request, spare, t)
    }

    /// Whether a free frame is in one of the last `spare` areas and the request is a short one.
    pub fn keeps(&self, at: u32, pages: u32, spare: u32) -> bool {
        let is_area = |part: Part| part.len >= self.keep;
        pages < self.keep && self.bits.run_of(at).is_some_and(is_area) && self.areas_are_at_most(spare)
    }

    /// Whether there are at most `most` areas. Counts no further than it must.
    fn areas_are_at_most(&self, most: u32) -> bool {
        if self.bits.is_settled(AREAS) {
            return self.areas.count <= most;
        }
        let mut left = Some(most);
        for part in self.parts() {
            left = left.and_then(|left| left.checked_sub(part.len / self.keep));
            if left.is_none() {
                return false;
            }
        }
        true
    }

    /// The smallest fragment with an aligned place, the highest of equal ones.
    fn find_fragment(&self, request: &Request) -> Option<(Part, u32)> {
        (request.pages..self.keep).find_map(|len| {
            let mut fragments = self.fragments.of(len, &self.bits);
            fragments.find_map(|part| Some((part, self.top_of(part, request)?)))
        })
    }

    /// The smallest area with a place, if enough areas stay.
    fn find_smallest(&mut self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        self.areas.settle(&mut self.bits);
        self.areas.settle_sizes();
        let place = |id| {
            let part = self.areas.area(id);
            let at = self.top_of(part, request)?;
            let left = (at - part.start) / self.keep + (part.end() - at - request.pages) / self.keep;
            (self.areas.count - part.len / self.keep + left >= spare).then_some((part, at))
        };
        let (found, looked) = self.areas.by_size.first(request.pages, |id| place(id).is_some());
        self.looked(found, looked, t);
        let found = place(found?);
        if let Some((part, _)) = found {
            self.areas.remember(part);
        }
        found
    }

    /// The lowest area with a place; `None` if none has one.
    fn find_lowest(&mut self, request: &Request, t: &mut impl Trace) -> Option<(Part, u32)> {
        self.areas.settle(&mut self.bits);
        let place = |id| {
            let part = self.areas.area(id);
            let at = request.aligned_up(self.start + part.start)? - self.start;
            (at.checked_add(request.pages)? <= part.end()).then_some((part, at))
        };
        let (found, looked) = self.areas.by_address.first(request.pages, |id| place(id).is_some());
        self.looked(found, looked, t);
        place(found?)
    }

    fn looked(&self, found: Option<u32>, looked: u32, t: &mut impl Trace) {
        if looked > 0 {
            let last = found.map_or(self.start, |id| self.start + self.areas.area(id).start);
            t.emit(|| Event::Inspect { pfn: Pfn(last), looked });
        }
    }

    /// The highest aligned place within a run; `None` if it has none.
    fn top_of(&self, part: Part, request: &Request) -> Option<u32> {
        let at = request.aligned_down(self.start + part.end().checked_sub(request.pages)?)?;
        at.checked_sub(self.start).filter(|at| *at >= part.start)
    }
}
