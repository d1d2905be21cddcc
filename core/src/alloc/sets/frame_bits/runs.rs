//! Runs read off the bits: where one begins and ends, which is next. A long run is passed by the set of words that are
//! not all ones, so its end is found in a few steps.

use super::{FrameBits, Part};

impl FrameBits {
    /// The free run that holds a frame; `None` if the frame is not free.
    pub fn run_of(&self, frame: u32) -> Option<Part> {
        if !self.is_free(frame) {
            return None;
        }
        let start = self.start_of(frame);
        Some(Part { start, len: self.end(frame) - start })
    }

    /// The run, or its rest, from a free frame on.
    #[inline]
    pub fn from(&self, frame: u32) -> Part {
        Part { start: frame, len: self.end(frame) - frame }
    }

    /// Where the run of a free frame starts.
    #[inline]
    pub fn start_of(&self, frame: u32) -> u32 {
        self.start(frame + 64) - 64
    }

    /// The first used frame after a free one.
    #[inline]
    pub fn end(&self, frame: u32) -> u32 {
        let at = frame + 64;
        let (w, bit) = (at >> 6, at & 63);
        let ones = (self.words[w as usize] >> bit).trailing_ones();
        if bit + ones < 64 {
            return frame + ones;
        }
        let w = self.broken.next(w + 1).expect("the word at the end is empty");
        (w - 1) * 64 + self.words[w as usize].trailing_ones()
    }

    /// Where the run of a free frame starts, both counted as bits.
    #[inline]
    pub(super) fn start(&self, at: u32) -> u32 {
        let (w, bit) = (at >> 6, at & 63);
        let ones = (self.words[w as usize] << (63 - bit)).leading_ones();
        if ones <= bit {
            return at + 1 - ones;
        }
        let w = self.broken.last_below(w).expect("the word at the start is empty");
        (w + 1) * 64 - self.words[w as usize].leading_ones()
    }

    /// The first run that starts at a frame or above; `None` if there is none.
    pub fn next(&self, frame: u32) -> Option<Part> {
        let at = frame + 64;
        let mut mask = u64::MAX << (at & 63);
        for w in at >> 6..self.words() - 1 {
            let starts = self.word(w).starts() & mask;
            if starts != 0 {
                let start = (w - 1) * 64 + starts.trailing_zeros();
                return Some(Part { start, len: self.end(start) - start });
            }
            mask = u64::MAX;
        }
        None
    }

    /// The last run that starts below a frame; `None` if there is none.
    pub fn before(&self, frame: u32) -> Option<Part> {
        let at = (frame + 64).min((self.words() - 1) * 64);
        let mut mask = (1 << (at & 63)) - 1;
        for w in (1..=(at >> 6).min(self.words() - 2)).rev() {
            let here = if w == at >> 6 { mask } else { u64::MAX };
            mask = u64::MAX;
            let starts = self.word(w).starts() & here;
            if starts != 0 {
                let start = (w - 1) * 64 + starts.ilog2();
                return Some(Part { start, len: self.end(start) - start });
            }
        }
        None
    }

    /// All runs that start in a range, lowest first.
    pub fn range(&self, start: u32, end: u32) -> impl Iterator<Item = Part> + '_ {
        let mut at = start;
        std::iter::from_fn(move || {
            let run = self.next(at).filter(|run| run.start < end)?;
            at = run.end();
            Some(run)
        })
    }
}
