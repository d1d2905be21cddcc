//! Where free runs start and how long they are, by place.
//!
//! ```text
//!   frame     0   1   2   3   4   5   6   7   8   9
//!   free      .   A   B   B   B   .   .   C   C   .       A: one frame, B: three, C: 300, to frame 306
//!   single    0   1   0   0   0   0   0   0   0   0
//!   longer    0   0   1   0   0   0   0   1   0   0
//!   short     |   -   |   3   |   -   |   0   |   -   |   length of the longer run that starts in the pair; 0: see `long`
//!   long      |                  300                      length of the run of 256 or more that starts in these 256 frames
//! ```
//! Two runs of two frames or more never start in the same aligned pair, nor two of 256 in the same 256: so a byte for a
//! pair and a word for 256 frames are enough, and what is not marked is not looked at. All together it is less than a byte
//! for a frame: the 2 MiB of bits for single frames, of 16 M, stay in the cache. Invariant: no two runs overlap.

use super::FreeRun;
use super::end;
use crate::units::Pfn;

/// Frames that share an entry of `long`; shorter lengths fit a byte.
const LONG: u32 = 256;

/// No longer run has started here yet. Not 0: zeroes the host would hand out page by page as they are first written, which
/// takes longer than to free a run.
const NEVER: u8 = u8::MAX;

#[derive(Clone, Debug)]
pub struct Marks {
    single: Vec<u64>,
    longer: Vec<u64>,
    short: Vec<u8>,
    long: Vec<u32>,
}

impl Marks {
    pub fn new(frames: u32) -> Marks {
        let words = frames as usize / 64 + 1;
        let (short, long) = (vec![NEVER; frames as usize / 2 + 1], vec![0; (frames / LONG) as usize + 1]);
        Marks { single: vec![0; words], longer: vec![0; words], short, long }
    }

    #[inline]
    pub fn set(&mut self, run: FreeRun) {
        let (at, bit) = (run.start.index() / 64, 1 << (run.start.0 % 64));
        if run.len == 1 {
            self.single[at] |= bit;
        } else {
            self.longer[at] |= bit;
            self.set_length(run);
        }
    }

    #[inline]
    fn set_length(&mut self, run: FreeRun) {
        let short = if run.len < LONG { run.len as u8 } else { 0 };
        self.short[run.start.index() / 2] = short;
        if short == 0 {
            self.long[(run.start.0 / LONG) as usize] = run.len;
        }
    }

    #[inline]
    pub fn clear(&mut self, run: FreeRun) {
        let (at, bit) = (run.start.index() / 64, 1 << (run.start.0 % 64));
        let bits = if run.len == 1 { &mut self.single } else { &mut self.longer };
        bits[at] &= !bit;
    }

    /// `rest` is what is left of `run`.
    #[inline]
    pub fn replace(&mut self, run: FreeRun, rest: FreeRun) {
        if run.start == rest.start && rest.len > 1 {
            self.set_length(rest);
        } else {
            self.clear(run);
            self.set(rest);
        }
    }

    /// The run that starts at a frame.
    #[inline]
    pub fn at(&self, start: u32) -> Option<FreeRun> {
        let (at, bit) = (start as usize / 64, 1 << (start % 64));
        let len = match () {
            () if self.single.get(at)? & bit != 0 => 1,
            () if self.longer[at] & bit != 0 => self.length_of_longer(start),
            () => return None,
        };
        Some(FreeRun { start: Pfn(start), len })
    }

    /// The length of a run of two frames or more.
    #[inline]
    pub fn length_of_longer(&self, start: u32) -> u32 {
        match self.short[start as usize / 2] {
            0 => self.long[(start / LONG) as usize],
            short => u32::from(short),
        }
    }

    /// The lowest run that starts at `from` or above it.
    pub fn next(&self, from: u32) -> Option<FreeRun> {
        let first = from as usize / 64;
        let starts = |n: usize| (self.single[n] | self.longer[n]) & if n == first { !0 << (from % 64) } else { !0 };
        let at = (first..self.single.len()).find(|n| starts(*n) != 0)?;
        self.at(at as u32 * 64 + starts(at).trailing_zeros())
    }

    /// The run that holds a frame.
    pub fn holding(&self, pfn: u32) -> Option<FreeRun> {
        let last = pfn as usize / 64;
        let starts = |n: usize| (self.single[n] | self.longer[n]) & if n == last { !0 >> (63 - pfn % 64) } else { !0 };
        let at = (0..=last).rev().find(|n| starts(*n) != 0)?;
        self.at(at as u32 * 64 + 63 - starts(at).leading_zeros()).filter(|run| pfn < end(*run))
    }

    /// Every run, in the order of memory.
    pub fn all(&self) -> impl Iterator<Item = FreeRun> + '_ {
        std::iter::successors(self.next(0), |run| self.next(run.start.0 + 1))
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let bits = size_of_val(&self.single[..]) + size_of_val(&self.longer[..]);
        bits + size_of_val(&self.short[..]) + size_of_val(&self.long[..])
    }
}
