//! Where free runs start and how long they are, by place.
//!
//! ```text
//!   frame     0   1   2   3   4   5   6   7   8   9
//!   free      .   A   B   B   B   .   .   C   C   C       A: one frame, B: three, C: 300, to frame 306
//!   single    0   1   0   0   0   0   0   0   0   0
//!   longer    |   -   | 3 left|   -   | * rght|   -   |   length of the longer run that starts in the pair, and in
//!   long      |                  300                      which of the two; *: it is here, for the 64 frames
//! ```
//! Two runs of two frames or more never start in the same aligned pair, nor two of 64 in the same 64: so a byte for a
//! pair and a word for 64 frames are enough. To free a run is one write, of a bit or of a byte. All together it is less
//! than a byte for a frame: the 2 MiB of bits for single frames, of 16 M, stay in the cache. Invariant: no two runs
//! overlap.

use super::{FreeRun, end};
use crate::units::Pfn;

/// Frames that share an entry of `long`, and of a word of `single`; shorter lengths fit a byte with a bit to spare.
const LONG: u32 = 64;
/// In a pair's byte: the run starts at the right one.
const RIGHT: u8 = 0x80;
/// No run starts in the pair. Not 0: zeroes the host would hand out page by page as they are first written, which takes
/// longer than to free a run.
const NONE: u8 = u8::MAX;

/// Which frame begins a free run, and how long that is.
#[derive(Clone, Debug)]
pub struct Marks {
    single: Vec<u64>,
    longer: Vec<u8>,
    long: Vec<u32>,
}

impl Marks {
    /// Marks for `frames` frames, none of which begins a run.
    pub fn new(frames: u32) -> Marks {
        let words = (frames / LONG) as usize + 1;
        Marks { single: vec![0; words], longer: vec![NONE; words * LONG as usize / 2], long: vec![0; words] }
    }

    /// Marks the start of a free run.
    #[inline]
    pub fn set(&mut self, run: FreeRun) {
        let FreeRun { start: Pfn(start), len } = run;
        if len == 1 {
            self.single[(start / LONG) as usize] |= 1 << (start % LONG);
            return;
        }
        let right = if start % 2 == 1 { RIGHT } else { 0 };
        let length = if len < LONG { len as u8 } else { 0 };
        self.longer[start as usize / 2] = right | length;
        if length == 0 {
            self.long[(start / LONG) as usize] = len;
        }
    }

    /// Clears the mark of a run.
    #[inline]
    pub fn clear(&mut self, run: FreeRun) {
        let FreeRun { start: Pfn(start), len } = run;
        if len == 1 {
            self.single[(start / LONG) as usize] &= !(1 << (start % LONG));
        } else {
            self.longer[start as usize / 2] = NONE;
        }
    }

    /// Marks `rest`, which is what is left of `run`, instead of `run`.
    #[inline]
    pub fn replace(&mut self, run: FreeRun, rest: FreeRun) {
        if run.start.0 / 2 != rest.start.0 / 2 || rest.len == 1 {
            self.clear(run);
        }
        self.set(rest);
    }

    /// The run that starts at a frame; `None` if none does.
    #[inline]
    pub fn at(&self, start: u32) -> Option<FreeRun> {
        let is_single = self.single.get((start / LONG) as usize)? >> (start % LONG) & 1 == 1;
        let longer = self.longer[start as usize / 2];
        let len = match () {
            () if is_single => 1,
            () if longer != NONE && (longer & RIGHT != 0) == (start % 2 == 1) => self.length_of_longer(start),
            () => return None,
        };
        Some(FreeRun { start: Pfn(start), len })
    }

    /// The length of the run of two frames or more that starts at a frame.
    #[inline]
    pub fn length_of_longer(&self, start: u32) -> u32 {
        match self.longer[start as usize / 2] & !RIGHT {
            0 => self.long[(start / LONG) as usize],
            short => u32::from(short),
        }
    }

    /// The starts of runs among 64 frames, as bits.
    fn starts(&self, word: usize) -> u64 {
        let pairs = &self.longer[word * LONG as usize / 2..][..LONG as usize / 2];
        if pairs.iter().all(|pair| *pair == NONE) {
            return self.single[word];
        }
        let bit = |(n, pair): (usize, &u8)| u64::from(*pair != NONE) << (2 * n + usize::from(pair & RIGHT != 0));
        pairs.iter().enumerate().map(bit).fold(self.single[word], |all, bit| all | bit)
    }

    /// The lowest run that starts at `from` or above it; `None` if there is none.
    pub fn next(&self, from: u32) -> Option<FreeRun> {
        let first = (from / LONG) as usize;
        let starts = |word: usize| self.starts(word) & if word == first { !0 << (from % LONG) } else { !0 };
        let word = (first..self.single.len()).find(|word| starts(*word) != 0)?;
        self.at(word as u32 * LONG + starts(word).trailing_zeros())
    }

    /// The run that holds a frame; `None` if the frame is not free.
    pub fn holding(&self, pfn: u32) -> Option<FreeRun> {
        let last = (pfn / LONG) as usize;
        let starts = |word: usize| self.starts(word) & if word == last { !0 >> (LONG - 1 - pfn % LONG) } else { !0 };
        let word = (0..=last).rev().find(|word| starts(*word) != 0)?;
        self.at(word as u32 * LONG + LONG - 1 - starts(word).leading_zeros()).filter(|run| pfn < end(*run))
    }

    /// Every run, in the order of memory.
    pub fn all(&self) -> impl Iterator<Item = FreeRun> + '_ {
        std::iter::successors(self.next(0), |run| self.next(run.start.0 + 1))
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.single[..]) + size_of_val(&self.longer[..]) + size_of_val(&self.long[..])
    }
}
