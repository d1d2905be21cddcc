//! The gaps of one heap: bits for its free frames, and for every power of two the words that a gap of that length
//! starts in.
//!
//! ```text
//!   word            1          2          3          4
//!   bits            0110 0000  1111 0110  0000 0011  1110 0000      the gap of 5 starts in word 3
//!   longest[word]   2          4          4          -              as a power of two
//!   words[1]        ✓          ✓          ✓                         the highest of words[4] that lies low enough has
//!   words[4]                   ✓          ✓                         the highest gap of 4; few looks, wherever it is
//! ```
//! A release sets bits and no more; words that have changed are examined when a gap is next searched for (`settle`). A
//! search for a gap that does not exist, because all are too short, therefore walks past none of them, unless the
//! length is not a power of two. For a single frame any gap will do, so only which words are not empty need be known:
//! they are in a set of their own, `some`. Invariant, once settled: `longest` says what the bitmap says, a word is in
//! the sets up to that.

use crate::alloc::sets::bits::Bits;
use crate::alloc::sets::frame_bits::{FrameBits, Part, Word};
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;

/// The gaps of a heap.
#[derive(Clone, Debug)]
pub struct Gaps {
    /// The heap's first frame.
    first: u32,
    bits: FrameBits,
    /// The words that are not empty.
    some: Bits,
    /// For each word, one more than the power of two of its longest gap; 0: no gap starts there.
    longest: Vec<u8>,
    /// For each power of two, the words where a gap of that many frames or more starts.
    words: Vec<Bits>,
}

/// The words that a run touches.
#[inline]
fn words_of(part: Part) -> std::ops::RangeInclusive<u32> {
    FrameBits::word_of(part.start)..=FrameBits::word_of(part.end() - 1)
}

/// A gap, and the first frame to take in it.
pub type Place = (FreeRun, u32);

impl Gaps {
    /// No gaps, in a heap of `frames` frames.
    pub fn new(first: u32, frames: u32) -> Gaps {
        let bits = FrameBits::new(frames);
        let words = vec![Bits::new(bits.words()); frames.checked_ilog2().map_or(0, |most| most as usize + 1)];
        Gaps { first, longest: vec![0; bits.words() as usize], some: Bits::new(bits.words()), bits, words }
    }

    #[inline]
    fn part(&self, run: FreeRun) -> Part {
        Part { start: run.start.0 - self.first, len: run.len }
    }

    #[inline]
    fn run(&self, part: Part) -> FreeRun {
        FreeRun { start: Pfn(self.first + part.start), len: part.len }
    }

    /// Marks frames as a gap.
    #[inline]
    pub fn add(&mut self, run: FreeRun) {
        let part = self.part(run);
        self.bits.free(part);
        words_of(part).for_each(|w| self.some.insert(w));
    }

    /// Marks frames as no part of a gap.
    #[inline]
    pub fn take(&mut self, run: FreeRun) {
        let part = self.part(run);
        self.bits.take(part);
        for w in words_of(part) {
            if self.bits.bits(w) == 0 {
                self.some.remove(w);
            }
        }
    }

    /// The highest frame that is in a gap; `None` if there are no gaps.
    #[inline]
    pub fn highest_frame(&self) -> Option<u32> {
        let w = self.some.last()?;
        Some(self.first + (w - 1) * 64 + self.bits.bits(w).ilog2())
    }

    /// The gap that holds a frame; `None` if none does.
    #[inline]
    pub fn of(&self, frame: u32) -> Option<FreeRun> {
        self.bits.run_of(frame.checked_sub(self.first)?).map(|part| self.run(part))
    }

    /// The gaps that start in a range, lowest first.
    pub fn range(&self, start: u32, end: u32) -> impl Iterator<Item = FreeRun> + '_ {
        self.bits.range(start - self.first, end - self.first).map(|part| self.run(part))
    }

    /// The last gap that starts below `end`; `None` if there is none.
    pub fn before(&self, end: u32) -> Option<FreeRun> {
        self.bits.before(end - self.first).map(|part| self.run(part))
    }

    /// Enters what has changed into the sets.
    #[inline]
    pub fn settle(&mut self) {
        if !self.bits.is_settled() {
            self.take_over();
        }
    }

    #[inline(never)]
    fn take_over(&mut self) {
        while let Some(words) = self.bits.pop() {
            words.into_iter().flatten().for_each(|w| self.look_at(w, self.bits.word(w)));
        }
    }

    #[inline]
    fn look_at(&mut self, w: u32, word: Word) {
        let longest = self.longest_in(w, word);
        let before = std::mem::replace(&mut self.longest[w as usize], longest);
        (before..longest).for_each(|power| self.words[usize::from(power)].insert(w));
        (longest..before).for_each(|power| _ = self.words[usize::from(power)].remove(w));
    }

    #[inline]
    fn longest_in(&self, w: u32, word: Word) -> u8 {
        let powers = word.longest_power();
        if powers < 7 {
            return powers;
        }
        // Only the last one goes so far.
        let start = (w - 1) * 64 + word.starts().ilog2();
        (self.bits.end(start) - start).ilog2() as u8 + 1
    }

    /// The highest gap that starts in a range and has a place for `pages` frames, as `place` says; and where a search
    /// that examined gaps ended, after how many. Call `settle` first.
    #[inline]
    pub fn highest(
        &self,
        range: (u32, u32),
        pages: u32,
        place: impl Fn(FreeRun) -> Option<u32>,
    ) -> (Option<Place>, Looked) {
        let (low, end) = (range.0 - self.first, range.1 - self.first);
        let mut looked = Looked::default();
        let Some(words) = self.words.get(pages.ilog2() as usize) else { return (None, looked) };
        let mut next = words.last_below((end + 127) >> 6);
        while let Some(w) = next {
            let mut starts = self.starts(w, pages);
            while starts != 0 {
                let start = (w - 1) * 64 + starts.ilog2();
                if start < low {
                    return (None, looked);
                }
                if start < end
                    && let Some(found) = self.try_at(start, &mut looked, &place)
                {
                    return (Some(found), looked);
                }
                starts ^= 1 << (start & 63);
            }
            next = words.last_below(w);
        }
        (None, looked)
    }

    /// The lowest gap that has a place for `pages` frames, as `place` says; and where the search ended, after how many
    /// gaps. Call `settle` first.
    pub fn lowest(&self, pages: u32, place: impl Fn(FreeRun) -> Option<u32>) -> (Option<Place>, Looked) {
        let mut looked = Looked::default();
        let Some(words) = self.words.get(pages.ilog2() as usize) else { return (None, looked) };
        let mut next = words.next(0);
        while let Some(w) = next {
            let mut starts = self.starts(w, pages);
            while starts != 0 {
                let start = (w - 1) * 64 + starts.trailing_zeros();
                if let Some(found) = self.try_at(start, &mut looked, &place) {
                    return (Some(found), looked);
                }
                starts &= starts - 1;
            }
            next = words.next(w + 1);
        }
        (None, looked)
    }

    /// Where gaps start in a word that may have `pages` frames: up to 64 frames, exactly those that have.
    #[inline]
    fn starts(&self, w: u32, pages: u32) -> u64 {
        self.bits.word(w).starts_of(pages.min(64))
    }

    #[inline]
    fn try_at(&self, start: u32, looked: &mut Looked, place: impl Fn(FreeRun) -> Option<u32>) -> Option<Place> {
        let gap = self.run(Part { start, len: self.bits.end(start) - start });
        *looked = Looked { last: gap.start.0, count: looked.count + 1 };
        place(gap).map(|start| (gap, start))
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.bits.bytes() + self.some.bytes() + self.longest.len() + self.words.iter().map(Bits::bytes).sum::<usize>()
    }
}

/// How far a search went.
#[derive(Clone, Copy, Default, Debug)]
pub struct Looked {
    /// Where the last gap starts.
    pub last: u32,
    pub count: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random gaps of one frame to many words: what is found is what a walk over all of them finds.
    #[test]
    fn found_as_by_a_walk() {
        for frames in [20, 64, 65, 700, 4097, 20_000] {
            let (mut gaps, mut free, mut seed) = (Gaps::new(100, frames), vec![false; frames as usize], 7u32);
            let mut next = |n: u32| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) % n
            };
            for _ in 0..600 {
                let (at, on) = (next(frames), next(2) == 0);
                let most = [3, 70, 900][next(3) as usize];
                let end = frames.min(at + 1 + next(most));
                let len = (at..end).take_while(|n| free[*n as usize] != on).count();
                if len == 0 {
                    continue;
                }
                let run = FreeRun { start: Pfn(100 + at), len: len as u32 };
                if on {
                    gaps.add(run)
                } else {
                    gaps.take(run)
                };
                free[at as usize..at as usize + len].fill(on);
                let all: Vec<FreeRun> = gaps.range(100, 100 + frames).collect();
                assert_eq!(
                    all.iter().map(|gap| gap.len).sum::<u32>(),
                    free.iter().filter(|free| **free).count() as u32
                );
                let highest = free.iter().rposition(|free| *free).map(|at| 100 + at as u32);
                assert_eq!(gaps.highest_frame(), highest);
                gaps.settle();
                let longest = [2, 70, 2000][next(3) as usize];
                let pages = 1 + next(longest);
                let (low, high) = (100 + next(frames), 100 + next(frames + 1));
                let place = |gap: FreeRun| (gap.len >= pages).then_some(gap.start.0);
                let inside = |gap: &&FreeRun| (low..high).contains(&gap.start.0) && gap.len >= pages;
                let highest = all.iter().rev().find(inside).map(|gap| (*gap, gap.start.0));
                assert_eq!(gaps.highest((low, high), pages, place).0, highest);
                let lowest = all.iter().find(|gap| gap.len >= pages).map(|gap| (*gap, gap.start.0));
                assert_eq!(gaps.lowest(pages, place).0, lowest);
                assert_eq!(gaps.before(high), all.iter().rev().find(|gap| gap.start.0 < high).copied());
            }
        }
    }
}
