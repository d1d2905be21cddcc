//! Which frames are free, a bit each, and in which words that has changed since the index was last brought up to date.
//!
//! ```text
//!   words     |0000|  |0110|1111|1111|1000| ... |0000|    free runs are runs of ones: nothing is ever joined or parted
//!   broken     ✓       ✓              ✓           ✓       words that are not all ones: where a long run ends
//!   changed            3, 17, 4, ...                      where a change begins and ends, a stack, each word once
//! ```
//! A release sets bits and puts the words at its ends on the stack, if they are not there; in those between no run
//! started, and none does. So it costs a few cycles, in whatever order frames come; what an allocator wants to know of
//! the runs it works out word by word when it next looks for one, and then only for words that have changed. An empty
//! word at either end saves every question whether a neighbour exists. Frames are counted from the first. Invariant:
//! what starts in a word that is no concern of one on the stack (`concerned`) is what the index last found there. Who
//! knows which runs came and went tells the index so and changes the bits quietly.
//! Ours; that free memory is a bitmap and the rest follows from it is as old as bitmaps.

mod runs;
mod word;

use super::bits::Bits;
pub use word::Word;

/// A run of frames, counted from the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part {
    pub start: u32,
    pub len: u32,
}

impl Part {
    /// One past its last frame.
    #[inline]
    pub fn end(self) -> u32 {
        self.start + self.len
    }
}

/// The bitmap, with an index that follows it.
#[derive(Clone, Debug)]
pub struct FrameBits {
    /// Frame 0 is bit 0 of word 1.
    words: Vec<u64>,
    broken: Bits,
    /// For each word, whether it is on the stack `changed`.
    marks: Vec<bool>,
    changed: Vec<u32>,
}

impl FrameBits {
    /// A bitmap of `frames` frames, none of them free.
    pub fn new(frames: u32) -> FrameBits {
        let words = frames.div_ceil(64) + 2;
        FrameBits {
            words: vec![0; words as usize],
            broken: Bits::all(words),
            marks: vec![false; words as usize],
            changed: Vec::new(),
        }
    }

    /// Number of words, with those at the ends.
    pub fn words(&self) -> u32 {
        self.words.len() as u32
    }

    /// Marks the frames free.
    #[inline]
    pub fn free(&mut self, part: Part) {
        self.free_if(part, true);
    }

    /// Marks the frames used.
    #[inline]
    pub fn take(&mut self, part: Part) {
        self.take_if(part, true);
    }

    /// Marks the frames free. `concerns`: whether the change concerns the index. Without a branch on that, which could
    /// not be predicted.
    #[inline(always)]
    pub fn free_if(&mut self, part: Part, concerns: bool) {
        each_word(part, |w, mask| self.set(w, mask));
        self.mark_ends(part, concerns);
    }

    /// Marks the frames used. `concerns`: whether the change concerns the index. Without a branch on that.
    #[inline(always)]
    pub fn take_if(&mut self, part: Part, concerns: bool) {
        each_word(part, |w, mask| self.clear(w, mask));
        self.mark_ends(part, concerns);
    }

    /// Marks the frames free without a word to the index: the caller must keep it up to date.
    #[inline]
    pub fn free_quietly(&mut self, part: Part) {
        each_word(part, |w, mask| self.set(w, mask));
    }

    /// Marks the frames used without a word to the index: the caller must keep it up to date.
    #[inline]
    pub fn take_quietly(&mut self, part: Part) {
        each_word(part, |w, mask| self.clear(w, mask));
    }

    #[inline(always)]
    fn set(&mut self, w: u32, mask: u64) {
        let word = &mut self.words[w as usize];
        *word |= mask;
        if *word == u64::MAX {
            self.broken.remove(w);
        }
    }

    #[inline(always)]
    fn clear(&mut self, w: u32, mask: u64) {
        let word = &mut self.words[w as usize];
        let before = std::mem::replace(word, *word & !mask);
        if before == u64::MAX {
            self.broken.insert(w);
        }
    }

    /// Between the first and the last word of a change no run has started, and none does.
    #[inline(always)]
    fn mark_ends(&mut self, part: Part, concerns: bool) {
        let (first, last) = (Self::word_of(part.start), Self::word_of(part.end() - 1));
        self.mark_if(first, concerns);
        if last != first {
            self.mark_if(last, concerns);
        }
    }

    #[inline(always)]
    fn mark_if(&mut self, w: u32, concerns: bool) {
        if concerns & !self.marks[w as usize] {
            self.marks[w as usize] = true;
            self.changed.push(w);
        }
    }

    /// Whether the index is as the bitmap says.
    #[inline]
    pub fn is_settled(&self) -> bool {
        self.changed.is_empty()
    }

    /// The words that the next change on the stack concerns; `None` if there is none.
    #[inline]
    pub fn pop(&mut self) -> Option<[Option<u32>; 3]> {
        let w = self.changed.pop()?;
        self.marks[w as usize] = false;
        Some(self.concerned(w))
    }

    /// The word that a frame is in.
    #[inline]
    pub fn word_of(frame: u32) -> u32 {
        (frame >> 6) + 1
    }

    /// The bits of a word alone.
    #[inline]
    pub fn bits(&self, w: u32) -> u64 {
        self.words[w as usize]
    }

    /// A word, and its last and next neighbours' bits beside it.
    #[inline]
    pub fn word(&self, w: u32) -> Word {
        let w = w as usize;
        Word::new(self.words[w - 1], self.words[w], self.words[w + 1])
    }

    /// What starts in the words that these are about may be something else since word `w` changed: itself, the next one
    /// if a run goes on there or begins, and where the run begins that comes up to it.
    #[inline]
    fn concerned(&self, w: u32) -> [Option<u32>; 3] {
        let comes = (self.words[w as usize - 1] >> 63 == 1).then(|| self.starts_below(w));
        let goes = (self.words[w as usize + 1] & 1 == 1).then_some(w + 1);
        [comes, Some(w), goes]
    }

    /// The word where the run starts that comes up to word `w` from below.
    #[inline]
    fn starts_below(&self, w: u32) -> u32 {
        self.start(w * 64 - 1) >> 6
    }

    /// Whether a frame is free.
    #[inline]
    pub fn is_free(&self, frame: u32) -> bool {
        let at = frame + 64;
        self.words[at as usize >> 6] >> (at & 63) & 1 == 1
    }

    /// Whether one of a frame's neighbours is in another word.
    #[inline]
    pub fn is_at_border(frame: u32) -> bool {
        (frame & 63).wrapping_sub(1) >= 62
    }

    /// Whether a frame's neighbours are in the same word, and neither is free.
    #[inline]
    pub fn is_alone_inside(&self, frame: u32) -> bool {
        let (word, bit) = (self.words[(frame >> 6) as usize + 1], frame & 63);
        !Self::is_at_border(frame) & (word.rotate_right(bit.wrapping_sub(1)) & 0b101 == 0)
    }

    /// Whether the frame below it exists and is free.
    #[inline]
    pub fn is_free_below(&self, frame: u32) -> bool {
        let at = frame + 63;
        self.words[at as usize >> 6] >> (at & 63) & 1 == 1
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.words.len() * 9 + self.broken.bytes() + self.changed.capacity() * 4
    }
}

/// The words that a run touches, and which of their bits.
#[inline(always)]
fn each_word(part: Part, mut each: impl FnMut(u32, u64)) {
    let (first, last) = (part.start + 64, part.end() + 63);
    let (mut low, high) = (u64::MAX << (first & 63), u64::MAX >> (63 - (last & 63)));
    for w in first >> 6..last >> 6 {
        each(w, low);
        low = u64::MAX;
    }
    each(last >> 6, low & high);
}
