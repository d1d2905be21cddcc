//! The free runs of a zone, as searches need them: fragments by length, areas by address and by size, and how many.
//!
//! ```text
//!   several frames are freed or taken  ->  the run that there is now is entered
//!   a single one                       ->  its word is noted  ->  ... a search: settle
//!                                          the runs that start in such a word, come up to it, or go on are entered
//! ```
//! Frames that come back one by one in any order so touch no index; many of one word are one change. What is no run any
//! more stays entered until a search comes to it. The number of areas is kept by word, so that it can be worked out
//! again for one. Short requests gnaw at one area: it is remembered, and entered again when another request searches.
//! So is the fragment that single frames are cut off, since the frame cut last is often the next to come back.
//! Invariant, once settled: every free run of the bitmap is entered, and `count` is right.

use super::areas::Areas;
use super::fragments::Fragments;
use super::gnawed::Gnawed;
use crate::alloc::sets::frame_bits::{FrameBits, Part};

/// The index of a zone.
#[derive(Clone, Debug)]
pub struct Index {
    pub keep: u32,
    /// 2^32 divided by `keep`, rounded up: to multiply is quicker than to divide.
    inverse: u64,
    pub fragments: Fragments,
    pub areas: Areas,
    /// Areas of `keep` frames, as many as fit in the areas that start in each word.
    counts: Vec<u32>,
    /// Their sum.
    count: u32,
    gnawed: Option<Gnawed>,
    nibbled: Option<Nibbled>,
}

/// The first fragment for a single frame, which only requests for those have changed since it was found. The frames cut
/// off it are in use.
#[derive(Clone, Copy, Debug)]
struct Nibbled {
    rest: Part,
    /// Its length when it was found: longer again, another might be before it.
    whole: u32,
}

impl Index {
    /// No runs, in a bitmap of `words` words and `frames` frames.
    pub fn new(words: u32, frames: u32, keep: u32) -> Index {
        Index {
            keep,
            inverse: (1u64 << 32).div_ceil(keep.into()),
            fragments: Fragments::new(words, keep),
            areas: Areas::new(words, frames, keep),
            counts: vec![0; words as usize],
            count: 0,
            gnawed: None,
            nibbled: None,
        }
    }

    /// Number of areas of `keep` frames. Call `settle` first.
    #[inline]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Number of areas of `keep` frames that fit in a run, which is shorter than 2^26.
    #[inline]
    fn areas_in(&self, len: u32) -> u32 {
        ((u64::from(len) * self.inverse) >> 32) as u32
    }

    /// Enters a run.
    #[inline]
    fn enter(&mut self, run: Part) {
        let w = FrameBits::word_of(run.start);
        if run.len < self.keep { self.fragments.offer(w, run.len) } else { self.areas.offer(w, run.len) }
    }

    /// There is a run where there was none: what has become free, or what is left of another. All is settled.
    #[inline]
    pub fn came(&mut self, run: Part) {
        let areas = self.areas_in(run.len);
        self.counts[FrameBits::word_of(run.start) as usize] += areas;
        self.count += areas;
        self.enter(run);
    }

    /// A run is none any more: it is in use, or part of another. All is settled.
    #[inline]
    pub fn went(&mut self, run: Part) {
        let areas = self.areas_in(run.len);
        self.counts[FrameBits::word_of(run.start) as usize] -= areas;
        self.count -= areas;
    }

    /// Notes that a frame may stand alone.
    #[inline]
    pub fn may_stand_alone(&mut self, frame: u32) {
        if self.keep > 1 {
            self.forget_fragment();
            self.fragments.offer_single(FrameBits::word_of(frame));
        }
    }

    /// Enters what has changed.
    #[inline]
    pub fn settle(&mut self, bits: &mut FrameBits) {
        self.forget_fragment();
        if !bits.is_settled() {
            self.take_over(bits);
        }
    }

    /// Enters what has changed, and the area and the fragment remembered.
    #[inline]
    pub fn settle_all(&mut self, bits: &mut FrameBits) {
        self.forget();
        self.settle(bits);
    }

    #[inline(never)]
    fn take_over(&mut self, bits: &mut FrameBits) {
        self.forget();
        while let Some(words) = bits.pop() {
            words.into_iter().flatten().for_each(|w| self.look_at(w, bits));
        }
    }

    #[inline]
    fn look_at(&mut self, w: u32, bits: &FrameBits) {
        let (word, mut lengths, mut count) = (bits.word(w), 0u64, 0);
        let mut starts = if self.keep > 1 { word.starts() & !word.alone() } else { word.starts() };
        while starts != 0 {
            let bit = starts.trailing_zeros();
            starts &= starts - 1;
            let inside = (word.bits >> bit).trailing_ones();
            let len = if bit + inside < 64 { inside } else { bits.from((w - 1) * 64 + bit).len };
            if len < self.keep {
                lengths |= 1 << len;
            } else {
                self.areas.offer(w, len);
                count += self.areas_in(len);
            }
        }
        while lengths != 0 {
            self.fragments.offer(w, lengths.trailing_zeros());
            lengths &= lengths - 1;
        }
        self.count = self.count - std::mem::replace(&mut self.counts[w as usize], count) + count;
    }

    #[inline]
    fn forget(&mut self) {
        self.forget_fragment();
        if let Some(Gnawed { area, .. }) = self.gnawed.take() {
            self.enter(area);
        }
    }

    /// The area remembered, if nothing has changed since but by gnawing: then it is the first by size.
    #[inline]
    pub fn first_known(&self, bits: &FrameBits) -> Option<Part> {
        self.gnawed.filter(|_| bits.is_settled()).map(|gnawed| gnawed.area)
    }

    /// A short request finds its place at the end of the area that is the first by size: it is remembered.
    pub fn remember(&mut self, area: Part) {
        self.gnawed = Some(Gnawed::new(area, self.keep));
    }

    /// Takes frames, if they are the end of the area remembered and it keeps its class without them.
    #[inline(always)]
    pub fn gnaw(&mut self, taken: Part, bits: &mut FrameBits) -> bool {
        self.gnawed.is_some_and(|gnawed| gnawed.area.end() == taken.end()) && self.shrink(taken, bits)
    }

    #[inline]
    fn shrink(&mut self, taken: Part, bits: &mut FrameBits) -> bool {
        let fits = bits.is_settled() && taken.len < self.keep;
        let Some(mut gnawed) = self.gnawed.filter(|_| fits) else { return false };
        let Some(breaks) = gnawed.shrink(taken.len, self.keep) else { return false };
        bits.take_quietly(taken);
        self.counts[FrameBits::word_of(gnawed.area.start) as usize] -= u32::from(breaks);
        self.count -= u32::from(breaks);
        self.gnawed = Some(gnawed);
        true
    }

    /// Frees a few frames right after that area, if the frame after them is in use. `false`: nothing was done.
    #[inline(always)]
    pub fn regrow(&mut self, part: Part, bits: &mut FrameBits) -> bool {
        self.gnawed.is_some_and(|gnawed| gnawed.area.end() == part.start) && self.grow(part, bits)
    }

    #[inline]
    fn grow(&mut self, part: Part, bits: &mut FrameBits) -> bool {
        let fits = bits.is_settled() && part.len < self.keep && !bits.is_free(part.end());
        let Some(mut gnawed) = self.gnawed.filter(|_| fits) else { return false };
        let Some(makes) = gnawed.grow(part.len, self.keep) else { return false };
        bits.free_quietly(part);
        self.counts[FrameBits::word_of(gnawed.area.start) as usize] += u32::from(makes);
        self.count += u32::from(makes);
        self.gnawed = Some(gnawed);
        true
    }

    /// The fragment remembered, if nothing has changed since but by cutting single frames off it: then it is the first
    /// one for a single frame.
    #[inline]
    pub fn fragment_known(&self, bits: &FrameBits) -> Option<Part> {
        self.nibbled.map(|nibbled| nibbled.rest).filter(|rest| rest.len > 0 && bits.is_settled())
    }

    /// A request for a single frame finds its place at the end of a fragment: it is remembered.
    #[inline]
    pub fn remember_fragment(&mut self, fragment: Part) {
        self.nibbled = Some(Nibbled { rest: fragment, whole: fragment.len });
    }

    /// Takes a single frame, if it is the end of the fragment remembered. `false`: nothing was done.
    #[inline(always)]
    pub fn nibble(&mut self, taken: Part, bits: &mut FrameBits) -> bool {
        let Some(Nibbled { rest, .. }) = &mut self.nibbled else { return false };
        if taken.len != 1 || taken.end() != rest.end() || rest.len == 0 || !bits.is_settled() {
            return false;
        }
        rest.len -= 1;
        bits.take_quietly(taken);
        true
    }

    /// Frees a single frame that was cut off that fragment last. `false`: nothing was done.
    #[inline(always)]
    pub fn give_back(&mut self, part: Part, bits: &mut FrameBits) -> bool {
        let Some(Nibbled { rest, whole }) = &mut self.nibbled else { return false };
        if part.len != 1 || part.start != rest.end() || rest.len == *whole || !bits.is_settled() {
            return false;
        }
        // An area may have grown up to where the fragment was.
        if rest.len == 0 && bits.is_free_below(part.start) {
            return false;
        }
        rest.len += 1;
        bits.free_quietly(part);
        true
    }

    /// Enters what is left of the fragment remembered.
    #[inline]
    fn forget_fragment(&mut self) {
        if let Some(Nibbled { rest, .. }) = self.nibbled.take()
            && rest.len > 0
        {
            self.fragments.offer_any(FrameBits::word_of(rest.start), rest.len);
        }
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.counts.len() * 4 + self.fragments.bytes() + self.areas.bytes()
    }
}
