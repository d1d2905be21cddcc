//! Areas in two trees, by address and by size, brought up to date when one of them is searched.
//!
//! ```text
//!   frames are freed and taken  ->  words change  ->  ... a tree is searched: settle
//!                                                         1. areas that no longer start where they did: out of both
//!                                                         2. those that are new: in; those of another length: changed
//!   by address: now;  by size: noted, `behind`         ->  ... the tree by size is searched: settle_sizes
//! ```
//! Long requests search the tree by address, short ones that by size, and only when there is no fragment: so the second
//! is brought up to date less often, and an area that has come and gone meanwhile never enters it. Frames that come
//! back one by one in any order so walk no tree; many releases in one area are one change. Short requests gnaw at one
//! area, frame by frame: it is remembered, and the trees are updated when another request searches them. Invariant,
//! once settled: both trees hold every run of `keep` frames or more.

use super::treap::Treap;
use crate::alloc::sets::frame_bits::{FrameBits, Part};

/// Number of the bitmap's stack that the areas use.
pub const AREAS: usize = 1;

/// A length that stands for any: the tree by size is searched for areas of any length.
const ANY: u32 = u32::MAX;

/// The areas: the trees by address and by size.
#[derive(Clone, Debug)]
pub struct Areas {
    keep: u32,
    /// For each word, the bits where areas start, as the trees have it.
    starts: Vec<u64>,
    pub by_address: Treap,
    pub by_size: Treap,
    /// Places whose areas differ from those in the tree by size, each once.
    behind: Vec<u32>,
    is_behind: Vec<bool>,
    /// Areas of `keep` frames, as many as fit in the free areas.
    pub count: u32,
    gnawed: Option<Gnawed>,
}

/// The first area of the tree by size, which only short requests have changed since the trees were up to date.
#[derive(Clone, Copy, Debug)]
struct Gnawed {
    area: Part,
    /// Its frames beyond a multiple of `keep`.
    rest: u32,
    /// The area keeps its place in the tree while it has at least this many frames, and less than twice as many.
    least: u32,
    most: u32,
}

/// The shorter first, by powers of two, so that an area that grows or shrinks seldom moves; of these the higher.
pub fn size_key(part: Part) -> u64 {
    u64::from(part.len.ilog2()) << 32 | u64::from(!part.start)
}

impl Areas {
    /// No areas, in a bitmap of `words` words and `frames` frames.
    pub fn new(words: u32, frames: u32, keep: u32) -> Areas {
        let places = frames / keep + 1;
        Areas {
            keep,
            starts: vec![0; words as usize],
            by_address: Treap::new(places),
            by_size: Treap::new(places),
            behind: Vec::new(),
            is_behind: vec![false; places as usize],
            count: 0,
            gnawed: None,
        }
    }

    /// The area of a node that is in the trees.
    pub fn area(&self, id: u32) -> Part {
        let (start, len) = self.by_address.span(id);
        Part { start: start as u32, len }
    }

    /// Enters what has changed into the tree by address.
    #[inline]
    pub fn settle(&mut self, bits: &mut FrameBits<2>) {
        if let Some(Gnawed { area, .. }) = self.gnawed.take() {
            self.by_address.change(area.start / self.keep, area.start.into(), area.len);
        }
        if !bits.is_settled(AREAS) {
            self.take_over(bits);
        }
    }

    fn take_over(&mut self, bits: &mut FrameBits<2>) {
        let mut changed = Vec::new();
        while let Some(w) = bits.pop(AREAS) {
            for w in bits.concerned(w).into_iter().flatten() {
                let starts = bits.word(w).starts_of(self.keep);
                // All words within one run lead to where it starts.
                if starts | self.starts[w as usize] != 0 && !changed.iter().rev().take(2).any(|(last, _)| *last == w) {
                    changed.push((w, starts));
                }
            }
        }
        // A place of a tree may be wanted by an area that starts beside the one that had it: first all that are gone.
        for (w, starts) in &changed {
            let gone = self.starts[*w as usize] & !starts;
            ones(gone).for_each(|bit| self.remove((w - 1) * 64 + bit));
            self.starts[*w as usize] &= starts;
        }
        for (w, starts) in changed {
            for bit in ones(starts) {
                let start = (w - 1) * 64 + bit;
                let area = Part { start, len: bits.end(start) - start };
                match self.starts[w as usize] >> bit & 1 {
                    0 => self.insert(area),
                    _ => self.resize(area),
                }
            }
            self.starts[w as usize] = starts;
        }
    }

    fn insert(&mut self, area: Part) {
        let id = area.start / self.keep;
        self.count += area.len / self.keep;
        self.by_address.insert(id, area.start.into(), area.len);
        self.note(id);
    }

    fn remove(&mut self, start: u32) {
        let id = start / self.keep;
        self.count -= self.area(id).len / self.keep;
        self.by_address.remove(id);
        self.note(id);
    }

    /// An area keeps its place in the tree by size as long as it stays between two powers of two.
    fn resize(&mut self, area: Part) {
        let id = area.start / self.keep;
        let before = self.area(id).len;
        if before == area.len {
            return;
        }
        self.count = self.count - before / self.keep + area.len / self.keep;
        self.by_address.change(id, area.start.into(), area.len);
        if before.ilog2() != area.len.ilog2() {
            self.note(id);
        }
    }

    #[inline]
    fn note(&mut self, id: u32) {
        if !std::mem::replace(&mut self.is_behind[id as usize], true) {
            self.behind.push(id);
        }
    }

    /// Brings the tree by size up to date with that by address.
    pub fn settle_sizes(&mut self) {
        while let Some(id) = self.behind.pop() {
            self.is_behind[id as usize] = false;
            let (before, now) = (self.by_size.key(id), self.by_address.key(id).map(|_| size_key(self.area(id))));
            if before == now {
                continue;
            }
            if before.is_some() {
                self.by_size.remove(id);
            }
            if let Some(key) = now {
                self.by_size.insert(id, key, ANY);
            }
        }
    }

    /// A request finds its place at the end of an area, in settled trees: if it is the first one, it is remembered.
    pub fn remember(&mut self, area: Part) {
        if self.by_size.leftmost() == Some(area.start / self.keep) {
            let least = 1 << area.len.ilog2();
            let (least, most) = (least.max(self.keep), least * 2 - 1);
            self.gnawed = Some(Gnawed { area, rest: area.len % self.keep, least, most });
        }
    }

    /// Takes frames, if they are the end of that area and it keeps its place without them.
    #[inline(always)]
    pub fn gnaw(&mut self, taken: Part, bits: &mut FrameBits<2>) -> bool {
        self.gnawed.is_some_and(|gnawed| gnawed.area.end() == taken.end()) && self.shrink(taken, bits)
    }

    #[inline]
    fn shrink(&mut self, taken: Part, bits: &mut FrameBits<2>) -> bool {
        let (pages, settled) = (taken.len, bits.is_settled(AREAS));
        let Some(gnawed) = self.gnawed.as_mut().filter(|_| settled) else { return false };
        if pages >= self.keep || gnawed.area.len < gnawed.least + pages {
            return false;
        }
        gnawed.area.len -= pages;
        bits.take_quietly(taken);
        let breaks = gnawed.rest < pages;
        gnawed.rest = if breaks { gnawed.rest + self.keep } else { gnawed.rest } - pages;
        self.count -= u32::from(breaks);
        true
    }

    /// Frees a few frames right after that area, if the frame after them is in use. `false`: nothing was done.
    #[inline(always)]
    pub fn regrow(&mut self, part: Part, bits: &mut FrameBits<2>) -> bool {
        self.gnawed.is_some_and(|gnawed| gnawed.area.end() == part.start) && self.grow(part, bits)
    }

    #[inline]
    fn grow(&mut self, part: Part, bits: &mut FrameBits<2>) -> bool {
        let settled = bits.is_settled(AREAS);
        let Some(gnawed) = self.gnawed.as_mut().filter(|_| settled) else { return false };
        if gnawed.area.len + part.len > gnawed.most || part.len >= self.keep || bits.is_free(part.end()) {
            return false;
        }
        bits.free_quietly(part);
        gnawed.area.len += part.len;
        gnawed.rest += part.len;
        if gnawed.rest >= self.keep {
            gnawed.rest -= self.keep;
            self.count += 1;
        }
        true
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.starts.len() * 8 + self.is_behind.len() + self.by_address.bytes() + self.by_size.bytes()
    }
}

/// The bits of a word, lowest first.
fn ones(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}
