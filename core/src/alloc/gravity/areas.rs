//! Areas in two orders, by address and by size: for each word how long an area that starts there may be, and of which
//! classes.
//!
//! ```text
//!   by address   longest: a bound for each word, and a tree of maxima over them    -> the lowest that is long enough
//!   by size      classes: for each power of two the words where an area may start
//!                that is so long and less than twice as long                       -> the highest of the least class
//! ```
//! Long requests search by address, short ones by size, and only when there is no fragment. A word is entered when an
//! area comes to start there; that it holds none so long any more is found out, and noted, by the search that comes to
//! it: so taking frames changes nothing. Invariant, once the index is settled: no area is longer than its word's bound,
//! or missing in the set of its class.

use crate::alloc::sets::frame_bits::{FrameBits, Part};
use crate::alloc::sets::highest::Highest;
use crate::alloc::sets::maxima::Maxima;

/// The areas, by address and by size.
#[derive(Clone, Debug)]
pub struct Areas {
    keep: u32,
    longest: Maxima,
    /// From that of `keep` frames on.
    classes: Vec<Highest>,
    /// The classes that may have areas, a bit each.
    filled: u32,
}

impl Areas {
    /// No areas, in a bitmap of `words` words and `frames` frames.
    pub fn new(words: u32, frames: u32, keep: u32) -> Areas {
        let classes = (frames | keep).ilog2() - keep.ilog2() + 1;
        Areas { keep, longest: Maxima::new(words), classes: vec![Highest::new(words); classes as usize], filled: 0 }
    }

    /// Notes that an area of a length may start in a word.
    #[inline]
    pub fn offer(&mut self, w: u32, len: u32) {
        self.longest.raise(w, len);
        let class = len.ilog2();
        self.filled |= 1 << class;
        self.classes[(class - self.keep.ilog2()) as usize].offer(w);
    }

    /// The first area by address of `pages` frames or more for which `place` finds one; where the search ended, and how
    /// many nodes and areas it examined. Call `settle` first.
    pub fn lowest<P>(&mut self, pages: u32, bits: &FrameBits, place: impl Fn(Part) -> Option<P>) -> Search<P> {
        let (mut search, (mut next, mut looked)) = (Search::default(), self.longest.first(pages));
        while let Some(w) = next {
            search.looked += looked;
            let mut longest = 0;
            for area in of_word(w, self.keep, bits) {
                longest = longest.max(area.len);
                if area.len >= pages && search.tries(area, &place) {
                    return search;
                }
            }
            self.longest.lower(w, longest);
            (next, looked) = self.longest.next(pages, w + 1);
        }
        search.looked += looked;
        search
    }

    /// The highest area of `pages` frames or more for which `place` finds one; where the search ended, and how many
    /// nodes and areas it examined. Call `settle` first.
    pub fn highest<P>(&mut self, pages: u32, bits: &FrameBits, place: impl Fn(Part) -> Option<P>) -> Search<P> {
        let mut search = Search::default();
        let (mut next, mut looked) = self.longest.last(pages, bits.words() - 1);
        while let Some(w) = next {
            search.looked += looked;
            let mut longest = 0;
            for area in down_word(w, self.keep, bits) {
                longest = longest.max(area.len);
                if area.len >= pages && search.tries(area, &place) {
                    return search;
                }
            }
            self.longest.lower(w, longest);
            let Some(below) = w.checked_sub(1) else { break };
            (next, looked) = self.longest.last(pages, below);
        }
        search.looked += looked;
        search
    }

    /// The first area by size for which `place` finds one: the shorter first, by powers of two, of these the higher.
    /// Where the search ended, and how many areas it examined. Call `settle` first.
    pub fn smallest<P>(&mut self, bits: &FrameBits, place: impl Fn(Part) -> Option<P>) -> Search<P> {
        let (mut search, mut classes) = (Search::default(), self.filled);
        while classes != 0 && search.found.is_none() {
            let class = classes.trailing_zeros();
            classes &= classes - 1;
            let words = &mut self.classes[(class - self.keep.ilog2()) as usize];
            if words.find(|w| of_class(w, class, self.keep, bits).next().is_some()).is_none() {
                self.filled ^= 1 << class;
            }
            words.iter().flat_map(|w| of_class(w, class, self.keep, bits)).find(|area| search.tries(*area, &place));
        }
        search
    }

    /// Whether an area is where a search looks for it.
    pub fn has(&self, area: Part) -> bool {
        let (w, class) = (FrameBits::word_of(area.start), area.len.ilog2());
        let is_in = |words: &Highest| words.iter().any(|other| other == w);
        self.longest.next(area.len, w).0 == Some(w)
            && is_in(&self.classes[(class - self.keep.ilog2()) as usize])
            && self.filled >> class & 1 == 1
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.longest.bytes() + self.classes.iter().map(Highest::bytes).sum::<usize>()
    }
}

/// The areas that start in a word, lowest first.
#[inline]
fn of_word(w: u32, keep: u32, bits: &FrameBits) -> impl Iterator<Item = Part> {
    let mut starts = may_start(w, keep, bits);
    let all = std::iter::from_fn(move || {
        let bit = (starts != 0).then(|| starts.trailing_zeros())?;
        starts &= starts - 1;
        Some(bits.from((w - 1) * 64 + bit))
    });
    all.filter(move |run| run.len >= keep)
}

/// The areas of a class that start in a word, highest first.
#[inline]
fn of_class(w: u32, class: u32, keep: u32, bits: &FrameBits) -> impl Iterator<Item = Part> {
    down_word(w, keep, bits).filter(move |run| run.len.ilog2() == class)
}

/// The areas that start in a word, highest first.
#[inline]
fn down_word(w: u32, keep: u32, bits: &FrameBits) -> impl Iterator<Item = Part> {
    let mut starts = may_start(w, keep, bits);
    let all = std::iter::from_fn(move || {
        let bit = starts.checked_ilog2()?;
        starts ^= 1 << bit;
        Some(bits.from((w - 1) * 64 + bit))
    });
    all.filter(move |run| run.len >= keep)
}

/// Where runs start after which the frame is free that would be the last of `keep`.
#[inline]
fn may_start(w: u32, keep: u32, bits: &FrameBits) -> u64 {
    let word = bits.word(w);
    word.starts() & if keep == 1 { u64::MAX } else { word.shifted(keep - 1) }
}

/// A search among areas.
pub struct Search<P> {
    /// The area and the place found; `None` if there is none.
    pub found: Option<(Part, P)>,
    /// Number of nodes and areas examined.
    pub looked: u32,
    /// The last area examined.
    pub last: Option<Part>,
}

impl<P> Default for Search<P> {
    fn default() -> Search<P> {
        Search { found: None, looked: 0, last: None }
    }
}

impl<P> Search<P> {
    #[inline]
    fn tries(&mut self, area: Part, place: impl Fn(Part) -> Option<P>) -> bool {
        self.looked += 1;
        self.last = Some(area);
        self.found = place(area).map(|place| (area, place));
        self.found.is_some()
    }
}
