//! One zone's free memory: fragments in bitmaps by length, areas in two trees, joined as soon as they are neighbours.
//!
//! Frames are counted from the zone's first. Of every free run its first and last frame carry its length, all other frames
//! 0, so a run that is freed finds its neighbours without a search (Knuth's boundary tags). Invariant: no two free runs
//! are neighbours; a run is a fragment exactly if it is shorter than `keep`.

use super::bits::Bits;
use super::treap::Treap;
use crate::lab::event::{Event, Trace};
use crate::mm::alloc::{FreeRun, ListId, Request};
use crate::units::Pfn;

/// A free run, counted from the zone's first frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    pub start: u32,
    pub len: u32,
}

impl Part {
    fn end(self) -> u32 {
        self.start + self.len
    }
}

/// The tree by size is searched for areas of any length.
const ANY: u32 = u32::MAX;

/// A zone.
#[derive(Clone, Debug)]
pub struct Zone {
    number: u8,
    pub start: u32,
    pub len: u32,
    keep: u32,
    pub free: u32,
    /// The longest run that there can ever be.
    pub most: u32,
    /// Areas of `keep` frames, as many as fit in the free areas.
    areas: u32,
    /// Of a run's first and last frame its length.
    tags: Vec<u32>,
    /// First frames of the fragments, by length less one.
    fragments: Vec<Bits>,
    /// A bit for every length of which there are fragments.
    filled: u64,
    by_address: Treap,
    by_size: Treap,
}

/// The shorter first, by powers of two, so that an area that grows or shrinks seldom moves; of these the higher.
pub fn size_key(part: Part) -> u64 {
    u64::from(part.len.ilog2()) << 32 | u64::from(!part.start)
}

impl Zone {
    /// A zone with nothing free.
    pub fn new(number: u8, start: u32, len: u32, keep: u8) -> Zone {
        let keep = u32::from(keep);
        let areas = len / keep + 1;
        Zone {
            number,
            start,
            len,
            keep,
            free: 0,
            most: 0,
            areas: 0,
            tags: vec![0; len as usize],
            fragments: vec![Bits::new(len); keep as usize - 1],
            filled: 0,
            by_address: Treap::new(areas),
            by_size: Treap::new(areas),
        }
    }

    /// Where a request is served: a short one from the smallest run that is long enough, at its top; a long one from the
    /// lowest, at its bottom. `spare`: areas that a short one leaves alone.
    #[inline]
    pub fn find(&self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        if request.pages >= self.keep {
            return self.find_lowest(request, t);
        }
        if request.align > 1 {
            return self.find_fragment(request).or_else(|| self.find_smallest(request, spare, t));
        }
        let lengths = self.filled >> request.pages;
        if lengths != 0 {
            let len = request.pages + lengths.trailing_zeros();
            let start = self.fragments[len as usize - 1].last()?;
            return Some((Part { start, len }, start + len - request.pages));
        }
        self.find_smallest(request, spare, t)
    }

    /// Whether a free frame is in one of the last `spare` areas and the request is a short one.
    pub fn keeps(&self, at: u32, pages: u32, spare: u32) -> bool {
        pages < self.keep && self.areas <= spare && self.part_of(at).is_some_and(|part| part.len >= self.keep)
    }

    /// The smallest fragment with an aligned place, the highest of equal ones.
    fn find_fragment(&self, request: &Request) -> Option<(Part, u32)> {
        (request.pages..self.keep).filter(|len| self.filled >> len & 1 == 1).find_map(|len| {
            let bits = &self.fragments[len as usize - 1];
            let starts = std::iter::successors(bits.last(), |start| bits.last_below(*start));
            starts.map(|start| Part { start, len }).find_map(|part| Some((part, self.top_of(part, request)?)))
        })
    }

    /// The smallest area with a place, if enough areas stay.
    fn find_smallest(&self, request: &Request, spare: u32, t: &mut impl Trace) -> Option<(Part, u32)> {
        let place = |id| {
            let part = self.area(id);
            let at = self.top_of(part, request)?;
            let left = (at - part.start) / self.keep + (part.end() - at - request.pages) / self.keep;
            (self.areas - part.len / self.keep + left >= spare).then_some((part, at))
        };
        let (found, looked) = self.by_size.first(request.pages, |id| place(id).is_some());
        self.looked(found, looked, t);
        place(found?)
    }

    /// The lowest area with a place.
    fn find_lowest(&self, request: &Request, t: &mut impl Trace) -> Option<(Part, u32)> {
        let place = |id| {
            let part = self.area(id);
            let at = request.aligned_up(self.start + part.start)? - self.start;
            (at.checked_add(request.pages)? <= part.end()).then_some((part, at))
        };
        let (found, looked) = self.by_address.first(request.pages, |id| place(id).is_some());
        self.looked(found, looked, t);
        place(found?)
    }

    fn looked(&self, found: Option<u32>, looked: u32, t: &mut impl Trace) {
        if looked > 0 {
            let last = found.map_or(self.start, |id| self.start + self.area(id).start);
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
        let (left, right) = (taken.start - from.start, from.end() - taken.end());
        if right == 0 && left >= self.keep {
            let now = Part { start: from.start, len: left };
            return self.resize(from, now, t, |zone, t| zone.told_split(from.start, left, from.len - left, t));
        }
        self.unlink(from, t);
        if left > 0 {
            self.told_split(from.start, left, from.len - left, t);
            self.link(Part { start: from.start, len: left }, t);
        }
        if right > 0 {
            self.told_split(taken.start, taken.len, right, t);
            self.link(Part { start: taken.end(), len: right }, t);
        }
    }

    /// An area grows or shrinks and keeps its place in the trees, in the one by size at least as long as it stays between
    /// two powers of two.
    fn resize<T: Trace>(&mut self, before: Part, now: Part, t: &mut T, why: impl FnOnce(&Zone, &mut T)) {
        let id = now.start / self.keep;
        self.tell(before, false, t);
        why(self, t);
        self.tag(before, 0);
        self.tag(now, now.len);
        self.areas = self.areas - before.len / self.keep + now.len / self.keep;
        self.by_address.change(id, now.start.into(), now.len);
        if before.len.ilog2() == now.len.ilog2() {
            self.by_size.change(id, size_key(now), ANY);
        } else {
            self.by_size.remove(id);
            self.by_size.insert(id, size_key(now), ANY);
        }
        self.tell(now, true, t);
    }

    /// Gives frames back: joined with the free runs on both sides.
    #[inline]
    pub fn give(&mut self, part: Part, t: &mut impl Trace) {
        self.free += part.len;
        let below = if part.start > 0 { self.tags[part.start as usize - 1] } else { 0 };
        let above = self.tags.get(part.end() as usize).copied().unwrap_or(0);
        let (left, right) = (Part { start: part.start - below, len: below }, Part { start: part.end(), len: above });
        let whole = Part { start: left.start, len: below + part.len + above };
        // An area that stays where the trees have it only grows.
        let left_grows = below >= self.keep;
        let right_grows = !left_grows && above >= self.keep && right.start / self.keep == whole.start / self.keep;
        if below > 0 && !left_grows {
            self.unlink(left, t);
        }
        if above > 0 && !right_grows {
            self.unlink(right, t);
        }
        match (left_grows, right_grows) {
            (true, _) => self.resize(left, whole, t, |zone, t| zone.told_merges(below, part, above, t)),
            (_, true) => self.resize(right, whole, t, |zone, t| zone.told_merges(below, part, above, t)),
            _ => {
                self.told_merges(below, part, above, t);
                self.link(whole, t);
            }
        }
    }

    /// The free run that holds a frame.
    pub fn part_of(&self, at: u32) -> Option<Part> {
        let area = self.by_address.floor(at.into()).map(|id| self.area(id));
        area.filter(|part| at < part.end()).or_else(|| {
            (at.saturating_sub(self.keep)..=at).rev().find_map(|start| {
                let len = self.tags[start as usize];
                let first = len > 0 && len < self.keep && self.fragments[len as usize - 1].contains(start);
                (first && at < start + len).then_some(Part { start, len })
            })
        })
    }

    /// All free runs, lowest first.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let mut at = 0;
        std::iter::from_fn(move || {
            while self.tags.get(at as usize) == Some(&0) {
                at += 1;
            }
            let part = Part { start: at, len: *self.tags.get(at as usize)? };
            at += part.len;
            Some(part)
        })
    }

    /// The list of a run's length: that of its fragments, or the last one, of areas.
    pub fn list_of(&self, part: Part) -> ListId {
        ListId { zone: self.number, list: part.len.min(self.keep) as u8 }
    }

    fn area(&self, id: u32) -> Part {
        let (start, len) = self.by_address.span(id);
        Part { start: start as u32, len }
    }

    #[inline]
    fn link(&mut self, part: Part, t: &mut impl Trace) {
        self.tag(part, part.len);
        if part.len < self.keep {
            self.fragments[part.len as usize - 1].insert(part.start);
            self.filled |= 1 << part.len;
        } else {
            self.link_area(part);
        }
        self.tell(part, true, t);
    }

    #[inline]
    fn unlink(&mut self, part: Part, t: &mut impl Trace) {
        self.tag(part, 0);
        if part.len < self.keep {
            if self.fragments[part.len as usize - 1].remove(part.start) {
                self.filled &= !(1 << part.len);
            }
        } else {
            self.unlink_area(part);
        }
        self.tell(part, false, t);
    }

    fn link_area(&mut self, part: Part) {
        let id = part.start / self.keep;
        self.areas += part.len / self.keep;
        self.by_address.insert(id, part.start.into(), part.len);
        self.by_size.insert(id, size_key(part), ANY);
    }

    fn unlink_area(&mut self, part: Part) {
        self.areas -= part.len / self.keep;
        self.by_address.remove(part.start / self.keep);
        self.by_size.remove(part.start / self.keep);
    }

    #[inline]
    fn tag(&mut self, part: Part, len: u32) {
        self.tags[part.start as usize] = len;
        self.tags[part.end() as usize - 1] = len;
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

    /// A run was joined with as many frames below it and above it.
    #[inline]
    fn told_merges(&self, below: u32, part: Part, above: u32, t: &mut impl Trace) {
        let pfn = Pfn(self.start + part.start - below);
        if below > 0 {
            t.emit(|| Event::Merge { pfn, left: below, right: part.len });
        }
        if above > 0 {
            t.emit(|| Event::Merge { pfn, left: below + part.len, right: above });
        }
    }

    /// Broken invariants, in words.
    pub fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let parts: Vec<Part> = self.parts().collect();
        if let Some(pair) = parts.windows(2).find(|pair| pair[0].end() >= pair[1].start) {
            broken.push(format!("gravity: {pair:?} are neighbours or overlap"));
        }
        let tagged = self.tags.iter().filter(|tag| **tag > 0).count();
        if tagged != parts.iter().map(|part| 2.min(part.len as usize)).sum::<usize>() {
            broken.push("gravity: a tag is stale".into());
        }
        let areas: Vec<Part> = parts.iter().copied().filter(|part| part.len >= self.keep).collect();
        let rows = |tree: &Treap| tree.rows().into_iter().map(|(_, id)| self.area(id)).collect::<Vec<Part>>();
        let mut by_size = areas.clone();
        by_size.sort_by_key(|part| size_key(*part));
        if rows(&self.by_address) != areas || rows(&self.by_size) != by_size {
            broken.push("gravity: the trees do not hold the free areas".into());
        }
        let fragments = parts.iter().filter(|part| part.len < self.keep);
        let held = fragments.filter(|part| self.fragments[part.len as usize - 1].contains(part.start)).count();
        let filled: u64 = parts.iter().filter(|part| part.len < self.keep).fold(0, |bits, part| bits | 1 << part.len);
        if held + areas.len() != parts.len() || filled != self.filled {
            broken.push("gravity: the bitmaps do not hold the fragments".into());
        }
        let counted = (parts.iter().map(|part| part.len).sum(), areas.iter().map(|part| part.len / self.keep).sum());
        if counted != (self.free, self.areas) {
            broken.push(format!("gravity: free frames and areas are {counted:?}, not ({}, {})", self.free, self.areas));
        }
        broken
    }
}
