//! Where free runs start and how long they are, by place.
//!
//! ```text
//!   frame     0   1   2   3   4   5   6   7   8   9
//!   free      .   A   B   B   B   .   .   C   C   .       A: one frame, B: three, C: two
//!   single    0   1   0   0   0   0   0   0   0   0
//!   longer    0   0   1   0   0   0   0   1   0   0
//!   length    |   -   |   3   |   -   |   2   |   -   |   of the longer run that starts in the pair; `-`: not looked at
//! ```
//! A quarter of a byte and two bytes for every frame. 16 M frames have 2 MiB of bits for single ones, so these stay in the
//! cache. Invariant: no two runs overlap.

use super::FreeRun;
use super::end;
use crate::units::Pfn;

#[derive(Clone, Debug)]
pub struct Marks {
    single: Vec<u64>,
    longer: Vec<u64>,
    length: Vec<u32>,
}

impl Marks {
    pub fn new(frames: u32) -> Marks {
        let words = frames as usize / 64 + 1;
        Marks { single: vec![0; words], longer: vec![0; words], length: vec![0; frames as usize / 2 + 1] }
    }

    #[inline]
    pub fn set(&mut self, run: FreeRun) {
        let (at, bit) = (run.start.index() / 64, 1 << (run.start.0 % 64));
        if run.len == 1 {
            self.single[at] |= bit;
        } else {
            self.longer[at] |= bit;
            self.length[run.start.index() / 2] = run.len;
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
            self.length[run.start.index() / 2] = rest.len;
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
            () if self.longer[at] & bit != 0 => self.length[start as usize / 2],
            () => return None,
        };
        Some(FreeRun { start: Pfn(start), len })
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
        size_of_val(&self.single[..]) + size_of_val(&self.longer[..]) + size_of_val(&self.length[..])
    }
}
