//! One zone's free memory: a bitmap that says what is free, and an index of its runs that follows when it is asked.
//!
//! Frames are counted from the zone's first. A free run is a fragment exactly if it is shorter than `keep`. What a
//! request is given follows from which frames are free alone, so it makes no difference when the index is brought up to
//! date. Only a listener, which gets an event of each run that is joined, has a run's ends looked for at once.

use super::index::Index;
use crate::alloc::sets::frame_bits::{FrameBits, Part};
use crate::config::GravityConfig;
use crate::units::Pfn;
use crate::vocabulary::area::AreaTree;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::trace::Trace;

/// Bytes of a node of the tree of areas, on a 64-bit host.
const NODE_BYTES: usize = 64;

/// The free memory of one zone.
#[derive(Clone, Debug)]
pub struct ZoneRuns {
    pub(super) number: u8,
    pub start: u32,
    pub len: u32,
    pub free: u32,
    /// The length of the longest run that can ever be free.
    pub most: u32,
    pub(super) bits: FrameBits,
    pub(super) index: Index,
    /// The areas in a tree; `None`: they are found in `index`.
    pub(super) tree: Option<AreaTree>,
    /// Whether long requests leave the bottom alone.
    pub(super) sink: bool,
}

impl ZoneRuns {
    /// A zone with nothing free.
    pub fn new(number: u8, start: u32, len: u32, settings: &GravityConfig) -> ZoneRuns {
        let (keep, bits) = (u32::from(settings.keep), FrameBits::new(len));
        let index = Index::new(bits.words(), len, keep);
        let tree = settings.tree.balance().map(AreaTree::new);
        ZoneRuns { number, start, len, free: 0, most: 0, bits, index, tree, sink: settings.sink }
    }

    /// Takes frames out of a free run.
    #[inline]
    pub fn take(&mut self, from: Part, taken: Part, t: &mut impl Trace) {
        self.free -= taken.len;
        self.occupy(from, taken);
        self.uproot(from, taken, t);
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

    /// A frame that stands alone, free or not, is in no longer fragment and no area. Were a neighbour in the next word,
    /// that word's change alone would not have this one examined.
    #[inline]
    fn is_nobodys_business(&self, part: Part) -> bool {
        (part.len == 1) & (self.index.keep > 1) & self.bits.is_alone_inside(part.start)
    }

    /// Marks the frames used. Of a single one only its word is noted; with more, the run they are in is known.
    #[inline(always)]
    fn occupy(&mut self, from: Part, taken: Part) {
        if self.index.gnaw(taken, &mut self.bits) || self.index.nibble(taken, &mut self.bits) {
            return;
        }
        if taken.len > 1 {
            return self.occupy_some(from, taken);
        }
        let concerns = !self.is_nobodys_business(taken);
        self.bits.take_if(taken, concerns);
        if concerns {
            self.note_neighbours(taken.start);
        }
    }

    /// The frames beside one that was taken may stand alone.
    #[inline]
    fn note_neighbours(&mut self, frame: u32) {
        if self.bits.is_free_below(frame) {
            self.index.may_stand_alone(frame - 1);
        }
        if self.bits.is_free(frame + 1) {
            self.index.may_stand_alone(frame + 1);
        }
    }

    #[inline]
    fn occupy_some(&mut self, from: Part, taken: Part) {
        self.index.settle_all(&mut self.bits);
        self.bits.take_quietly(taken);
        self.index.went(from);
        let (left, right) = (taken.start - from.start, from.end() - taken.end());
        if left > 0 {
            self.index.came(Part { start: from.start, len: left });
        }
        if right > 0 {
            self.index.came(Part { start: taken.end(), len: right });
        }
    }

    /// Gives frames back; they and the free runs on both sides become one run.
    #[inline]
    pub fn give<T: Trace>(&mut self, part: Part, t: &mut T) {
        if T::LISTENS {
            self.tell_joining(part, t);
        }
        self.plant(part, t);
        self.free += part.len;
        self.release(part);
    }

    /// Marks the frames free.
    #[inline(always)]
    fn release(&mut self, part: Part) {
        if self.index.regrow(part, &mut self.bits) || self.index.give_back(part, &mut self.bits) {
            return;
        }
        if part.len > 1 {
            return self.release_some(part);
        }
        self.bits.free_if(part, !self.is_nobodys_business(part));
        self.index.may_stand_alone(part.start);
    }

    #[inline]
    fn release_some(&mut self, part: Part) {
        self.index.settle_all(&mut self.bits);
        let mut run = part;
        if self.bits.is_free_below(part.start) {
            let start = self.bits.start_of(part.start - 1);
            self.index.went(Part { start, len: part.start - start });
            run = Part { start, len: part.end() - start };
        }
        if self.bits.is_free(part.end()) {
            let above = self.bits.from(part.end());
            self.index.went(above);
            run.len += above.len;
        }
        self.bits.free_quietly(part);
        self.index.came(run);
    }

    /// The free runs right below and right above used frames.
    pub(super) fn beside(&self, part: Part) -> (Option<Part>, Option<Part>) {
        (part.start.checked_sub(1).and_then(|at| self.bits.run_of(at)), self.bits.run_of(part.end()))
    }

    fn tell_joining(&self, part: Part, t: &mut impl Trace) {
        let (below, above) = self.beside(part);
        for joined in [below, above].into_iter().flatten() {
            self.tell(joined, false, t);
        }
        let (left, right) = (below.map_or(0, |run| run.len), above.map_or(0, |run| run.len));
        let whole = Part { start: part.start - left, len: left + part.len + right };
        let pfn = Pfn(self.start + whole.start);
        if left > 0 {
            t.emit(|| Event::Join { pfn, left, right: part.len });
        }
        if right > 0 {
            t.emit(|| Event::Join { pfn, left: left + part.len, right });
        }
        self.tell(whole, true, t);
    }

    /// The free run that holds a frame; `None` if the frame is not free.
    pub fn part_of(&self, at: u32) -> Option<Part> {
        self.bits.run_of(at)
    }

    /// All free runs, lowest first.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.bits.range(0, self.len)
    }

    /// The list for a run's length: one of the fragments, or the last one, of areas.
    pub fn list_of(&self, part: Part) -> ListId {
        ListId { zone: self.number, list: part.len.min(self.index.keep) as u8 }
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
        let nodes = self.tree.as_ref().and_then(|tree| tree.root()).map_or(0, |root| root.sum().areas as usize);
        self.bits.bytes() + self.index.bytes() + nodes * NODE_BYTES
    }
}
