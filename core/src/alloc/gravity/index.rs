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
    /// What is left of the fragment that single frames were last cut off, if nothing has been entered since.
    nibbled: Option<Part>,
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
        self.nibbled = None;
        self.enter(run);
    }

    /// A run is none any more: it is in use, or part of another. All is settled.
    #[inline]
    pub fn went(&mut self, run: Part) {
        let areas = self.areas_in(run.len);
        self.counts[FrameBits::word_of(run.start) as usize] -= areas;
        self.count -= areas;
        self.nibbled = None;
    }

    /// Notes that a frame may stand alone.
    #[inline]
    pub fn may_stand_alone(&mut self, frame: u32) {
        if self.keep > 1 {
            self.fragments.offer_single(FrameBits::word_of(frame));
        }
    }

    /// Enters what has changed.
    #[inline]
    pub fn settle(&mut self, bits: &mut FrameBits) {
        if !bits.is_settled() {
            self.take_over(bits);
        }
    }

    /// Enters what has changed, and the area remembered.
    #[inline]
    pub fn settle_all(&mut self, bits: &mut FrameBits) {
        self.forget();
        self.settle(bits);
    }

    #[inline(never)]
    fn take_over(&mut self, bits: &mut FrameBits) {
        self.forget();
        self.nibbled = None;
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

    /// Takes a single frame off the end of a fragment and enters the rest, if all else is entered. `false`: nothing
    /// was done.
    #[inline]
    pub fn nibble(&mut self, from: Part, taken: Part, bits: &mut FrameBits) -> bool {
        let is_end = taken.len == 1 && taken.end() == from.end() && (2..self.keep).contains(&from.len);
        if !is_end || !bits.is_settled() {
            return false;
        }
        bits.take_quietly(taken);
        let rest = Part { len: from.len - 1, ..from };
        self.fragments.offer_any(FrameBits::word_of(rest.start), rest.len);
        self.nibbled = Some(rest);
        true
    }

    /// Frees a single frame right after that rest, if the frame after it is in use. `false`: nothing was done.
    #[inline]
    pub fn give_back(&mut self, part: Part, bits: &mut FrameBits) -> bool {
        let Some(rest) = self.nibbled.filter(|rest| rest.end() == part.start && part.len == 1) else { return false };
        // The rest may have been taken since, as a frame that stood alone.
        let fits = bits.is_settled() && rest.len + 1 < self.keep && bits.is_free_below(part.start);
        if !fits || bits.is_free(part.end()) {
            return false;
        }
        bits.free_quietly(part);
        let run = Part { len: rest.len + 1, ..rest };
        self.fragments.offer(FrameBits::word_of(run.start), run.len);
        self.nibbled = Some(run);
        true
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.counts.len() * 4 + self.fragments.bytes() + self.areas.bytes()
    }
}
