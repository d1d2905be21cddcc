//! One zone's free memory: a bitmap that says what is free, and two indexes that follow it when they are asked:
//! fragments by length, areas in trees.
//!
//! Frames are counted from the zone's first. A free run is a fragment exactly if it is shorter than `keep`. What a request
//! is given follows from which frames are free alone, so it makes no difference when the indexes are brought up to date.
//! With a listener, which wants to hear what was joined, a run's ends are looked for at once.

use super::super::frame_bits::{FrameBits, Part};
use super::areas::{AREAS, Areas};
use super::fragments::Fragments;
use super::single::Again;
use crate::lab::event::{Event, Trace};
use crate::mm::alloc::{FreeRun, ListId, Request};
use crate::units::Pfn;

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    number: u8,
    pub start: u32,
    pub len: u32,
    pub(super) keep: u32,
    pub free: u32,
    /// The longest run that there can ever be.
    pub most: u32,
    pub(super) bits: FrameBits<2>,
    pub(super) fragments: Fragments,
    pub(super) areas: Areas,
    pub(super) again: Again,
}

impl Zone {
    /// A zone with nothing free.
    pub fn new(number: u8, start: u32, len: u32, keep: u8) -> Zone {
        let (keep, bits) = (u32::from(keep), FrameBits::new(len));
        let (fragments, areas) = (Fragments::new(bits.words(), keep), Areas::new(bits.words(), len, keep));
        let again = Again::default();
        Zone { number, start, len, keep, free: 0, most: 0, bits, fragments, areas, again }
    }

    /// Where a request is served: a short one from the smallest run that is long enough, at its top; a long one from the
    /// lowest, at its bottom. `spare`: areas that a short one leaves alone.
    #[inline]
    pub fn find<T: Trace>(&mut self, request: &Request, spare: u32, t: &mut T) -> Option<(Part, u32)> {
        self.again = Again::Unknown;
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
        // Who listens is told of the search of the tree.
        if !T::LISTENS
            && let Some((area, left)) = self.areas.gnawed(request.pages, &self.bits)
            && left >= spare
        {
            return Some((area, area.end() - request.pages));
        }
        self.find_smallest(request, spare, t)
    }

    /// Whether a free frame is in one of the last `spare` areas and the request is a short one.
    pub fn keeps(&self, at: u32, pages: u32, spare: u32) -> bool {
        let is_area = |part: Part| part.len >= self.keep;
        pages < self.keep && self.bits.run_of(at).is_some_and(is_area) && self.areas_are_at_most(spare)
    }

    /// Whether that is all the areas there are. Counts no further than it must.
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

    /// The lowest area with a place.
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

    /// The highest aligned place within a run.
    fn top_of(&self, part: Part, request: &Request) -> Option<u32> {
        let at = request.aligned_down(self.start + part.end().checked_sub(request.pages)?)?;
        at.checked_sub(self.start).filter(|at| *at >= part.start)
    }

    /// Takes frames out of a free run.
    #[inline]
    pub fn take(&mut self, from: Part, taken: Part, t: &mut impl Trace) {
        self.free -= taken.len;
        self.again = Again::Unknown;
        self.occupy(taken);
        let (left, right) = (taken.start - from.start, from.end() - taken.end());
        self.tell(from, false, t);
        if left > 0 {
            self.told_split(from.start, left, from.len - left, t);
            self.tell(Part { start: from.start, len: left }, true, t);
        }
        if right > 0 {
            self.told_split(taken.start, taken.len, right, t);
            self.tell(Part { start: taken.end(), len: right }, true, t);
        }
    }

    /// A frame that stands alone, free or not, is in no longer fragment and no area. Were a neighbour in the next word, that
    /// word's change alone would not have this one looked at.
    #[inline]
    fn is_nobodys_business(&self, part: Part) -> bool {
        (part.len == 1) & (self.keep > 1) & self.bits.is_alone_inside(part.start)
    }

    /// Frames are free no more.
    #[inline(always)]
    pub(super) fn occupy(&mut self, part: Part) {
        if !self.areas.gnaw(part, &mut self.bits) {
            let concerns = !self.is_nobodys_business(part);
            self.bits.take_if(part, concerns);
            if concerns {
                self.fragments.taken(part, &self.bits);
            }
        }
    }

    /// Gives frames back: free runs on both sides and they are one.
    #[inline]
    pub fn give<T: Trace>(&mut self, part: Part, t: &mut T) {
        if T::LISTENS {
            self.tell_joining(part, t);
        }
        self.free += part.len;
        self.again = Again::Unknown;
        self.release(part);
    }

    /// Frames are free from now on.
    #[inline(always)]
    pub(super) fn release(&mut self, part: Part) {
        if !self.areas.regrow(part, &mut self.bits) {
            self.bits.free_if(part, !self.is_nobodys_business(part));
            self.fragments.freed(part);
        }
    }

    /// The frame that was taken last is free again. Since then no index has looked, so each has still to hear of what that
    /// changed, if it concerned it.
    #[inline]
    pub(super) fn put_back(&mut self, part: Part) {
        if !self.areas.regrow(part, &mut self.bits) {
            self.bits.free_quietly(part);
            self.fragments.freed(part);
        }
    }

    /// The highest frame that stands alone is free no more: it is in no area, and none beside it is free.
    #[inline(always)]
    pub(super) fn take_alone(&mut self) -> Option<u32> {
        let at = self.fragments.take_single(&self.bits)?;
        self.bits.take_if(Part { start: at, len: 1 }, FrameBits::<2>::is_at_border(at));
        Some(at)
    }

    /// The frame that was put back is taken once more: its neighbours are in the index since it was first.
    #[inline]
    pub(super) fn take_again(&mut self, part: Part) {
        if !self.areas.gnaw(part, &mut self.bits) {
            self.bits.take_quietly(part);
        }
    }

    fn tell_joining(&self, part: Part, t: &mut impl Trace) {
        let below = part.start.checked_sub(1).and_then(|at| self.bits.run_of(at));
        let above = self.bits.run_of(part.end());
        for joined in [below, above].into_iter().flatten() {
            self.tell(joined, false, t);
        }
        let (left, right) = (below.map_or(0, |run| run.len), above.map_or(0, |run| run.len));
        let whole = Part { start: part.start - left, len: left + part.len + right };
        let pfn = Pfn(self.start + whole.start);
        if left > 0 {
            t.emit(|| Event::Merge { pfn, left, right: part.len });
        }
        if right > 0 {
            t.emit(|| Event::Merge { pfn, left: left + part.len, right });
        }
        self.tell(whole, true, t);
    }

    /// The free run that holds a frame.
    pub fn part_of(&self, at: u32) -> Option<Part> {
        self.bits.run_of(at)
    }

    /// All free runs, lowest first.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.bits.range(0, self.len)
    }

    /// The list of a run's length: that of its fragments, or the last one, of areas.
    pub fn list_of(&self, part: Part) -> ListId {
        ListId { zone: self.number, list: part.len.min(self.keep) as u8 }
    }

    #[inline]
    fn tell(&self, part: Part, linked: bool, t: &mut impl Trace) {
        let run = FreeRun { start: Pfn(self.start + part.start), len: part.len };
        t.emit(|| Event::Free { run, list: self.list_of(part), prev: None, linked });
    }

    #[inline]
    fn told_split(&self, at: u32, left: u32, right: u32, t: &mut impl Trace) {
        t.emit(|| Event::Split { pfn: Pfn(self.start + at), left, right });
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.bits.bytes() + self.fragments.bytes() + self.areas.bytes()
    }
}
