//! A bit for every free frame, and over the words a tree that knows how long the free stretches are.
//!
//! ```text
//! root     |            8 nodes below           |     each node: free frames at its start, at its end, longest inside
//! nodes    | 8 words | 8 words | ...            |     a search goes past a node whose longest is too short in one look
//! words    1110 0111 0000 ...                         and joins the end of one with the start of the next
//! ```
//! Kept up at every allocation and freeing: one word written, and each node above it that changes. Source: the summaries
//! of Go's page allocator (Knyszek 2019); the wish for a page-granularity bitmap: Molnar, Nov 2001.

use super::free_lists::FreeRun;
use super::request::Request;
use crate::units::Pfn;

/// Children of a node: 2^3.
const FANOUT: u32 = 3;
/// Frames of a word: 2^6.
const WORD: u32 = 6;

/// Free frames at the start and at the end of a stretch, and the longest run in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Sum {
    start: u32,
    end: u32,
    longest: u32,
}

/// The bitmap and its tree.
#[derive(Clone, Debug, Default)]
pub struct RunMap {
    words: Vec<u64>,
    /// Nodes over 8 words each, then nodes over 8 of these each, up to one.
    levels: Vec<Vec<Sum>>,
}

impl RunMap {
    /// A map of `frames` frames, none of them free.
    pub fn new(frames: u32) -> RunMap {
        let words = frames.div_ceil(1 << WORD);
        let (mut levels, mut nodes) = (Vec::new(), words);
        while nodes > 1 {
            nodes = nodes.div_ceil(1 << FANOUT);
            levels.push(vec![Sum::default(); nodes as usize]);
        }
        RunMap { words: vec![0; words as usize], levels }
    }

    /// Marks frames as free or used; answers how many words were written, two for a node.
    pub fn set(&mut self, run: FreeRun, free: bool) -> u32 {
        let (first, last) = (run.start.0, run.start.0 + run.len - 1);
        let (low, high) = (first >> WORD, last >> WORD);
        for word in low..=high {
            let from = first.saturating_sub(word << WORD);
            let to = (last - (word << WORD)).min(63);
            let mask = (u64::MAX << from) & (u64::MAX >> (63 - to));
            let bits = &mut self.words[word as usize];
            *bits = if free { *bits | mask } else { *bits & !mask };
        }
        high - low + 1 + self.update((low, high))
    }

    /// Free frames.
    pub fn free(&self) -> u32 {
        self.words.iter().map(|bits| bits.count_ones()).sum()
    }

    /// Whether all of these frames are free.
    pub fn holds(&self, run: FreeRun) -> bool {
        let free = |n: u32| self.words[(n >> WORD) as usize] >> (n & 63) & 1 == 1;
        (run.start.0..run.start.0 + run.len).all(free)
    }

    /// Sums up again what lies over words `low..=high`, as far up as anything changes.
    fn update(&mut self, (mut low, mut high): (u32, u32)) -> u32 {
        let mut written = 0;
        for level in 0..self.levels.len() {
            (low, high) = (low >> FANOUT, high >> FANOUT);
            let mut changed = 0;
            for node in low..=high {
                let sum = self.sum_of_children(level, node);
                changed += u32::from(self.levels[level][node as usize] != sum);
                self.levels[level][node as usize] = sum;
            }
            if changed == 0 {
                break;
            }
            written += 2 * changed;
        }
        written
    }

    fn sum_of_children(&self, level: usize, node: u32) -> Sum {
        let span = self.span(level);
        (node << FANOUT..(node + 1) << FANOUT)
            .fold(None, |left: Option<(Sum, u32)>, child| {
                let right = self.sum(level, child);
                Some(match left {
                    None => (right, span),
                    Some((left, len)) => (left.join(len, right, span), len + span),
                })
            })
            .map_or(Sum::default(), |(sum, _)| sum)
    }

    /// Frames under one child of a node of this level.
    fn span(&self, level: usize) -> u32 {
        1 << (WORD + FANOUT * level as u32)
    }

    /// The sum of a child of a node of this level: a word, or a node of the level below.
    fn sum(&self, level: usize, child: u32) -> Sum {
        match level.checked_sub(1) {
            None => self.words.get(child as usize).map_or(Sum::default(), |bits| Sum::of(*bits)),
            Some(below) => self.levels[below].get(child as usize).copied().unwrap_or_default(),
        }
    }

    /// The lowest place for `pages` frames in `low..high` as the request wants it aligned, and how many words and nodes
    /// were looked at.
    pub fn find(&self, (low, high): (u32, u32), pages: u32, request: &Request) -> (Option<Pfn>, u32) {
        let place = |start: u32, end: u32| {
            let at = request.aligned_up(start)?;
            at.checked_add(pages).is_some_and(|last| last <= end.min(high)).then_some(Pfn(at))
        };
        let (mut at, mut start, mut looked) = (low, low, 0);
        let top = self.levels.len();
        let mut level = top;
        while at < high {
            // The largest node that begins here, unless a larger one has just turned out to hold a run.
            while level < top && at.trailing_zeros() >= WORD + FANOUT * (level as u32 + 1) {
                level += 1;
            }
            while level > 0 && at & (self.span(level) - 1) != 0 {
                level -= 1;
            }
            loop {
                looked += 1;
                let (span, whole) = (self.span(level), at & (self.span(level) - 1) == 0);
                if level == 0 && (!whole || self.in_word(at, pages)) {
                    if let Some(found) = self.walk_word(&mut start, at, &place) {
                        return (Some(found), looked);
                    }
                    at = (at | (span - 1)) + 1;
                    break;
                }
                let sum = self.sum(level, at / span);
                if let Some(found) = place(start, at + sum.start) {
                    return (Some(found), looked);
                }
                if level > 0 && sum.longest >= pages {
                    level -= 1;
                    continue;
                }
                start = if sum.start == span { start } else { at + span - sum.end };
                at += span;
                break;
            }
        }
        (None, looked)
    }

    fn in_word(&self, at: u32, pages: u32) -> bool {
        self.sum(0, at >> WORD).longest >= pages
    }

    /// Goes through the rest of one word frame by frame.
    fn walk_word(&self, start: &mut u32, from: u32, place: &impl Fn(u32, u32) -> Option<Pfn>) -> Option<Pfn> {
        let bits = self.words[(from >> WORD) as usize];
        for at in from..(from | ((1 << WORD) - 1)) + 1 {
            if bits >> (at & 63) & 1 == 0 {
                *start = at + 1;
            } else if let Some(found) = place(*start, at + 1) {
                return Some(found);
            }
        }
        None
    }
}

impl Sum {
    fn of(bits: u64) -> Sum {
        let (mut longest, mut rest) = (0, bits);
        while rest != 0 {
            (longest, rest) = (longest + 1, rest & rest >> 1);
        }
        Sum { start: bits.trailing_ones(), end: bits.leading_ones(), longest }
    }

    /// This stretch of `len` frames and, behind it, another of `span`.
    fn join(self, len: u32, right: Sum, span: u32) -> Sum {
        Sum {
            start: if self.start == len { len + right.start } else { self.start },
            end: if right.end == span { span + self.end } else { right.end },
            longest: self.longest.max(right.longest).max(self.end + right.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random maps against a search bit by bit.
    #[test]
    fn the_lowest_place_is_found() {
        let mut seed = 7u32;
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % n
        };
        let frames = 9000;
        let (mut map, mut free) = (RunMap::new(frames), vec![false; frames as usize]);
        for _ in 0..4000 {
            let start = next(frames);
            let most = [3, 70, 900][next(3) as usize];
            let run = FreeRun { start: Pfn(start), len: (1 + next(most)).min(frames - start) };
            let on = next(2) == 0;
            map.set(run, on);
            free[start as usize..(start + run.len) as usize].fill(on);
            let (pages, align) = (1 + next(600), 1 << next(8));
            let request = Request { align, offset: next(align), ..Request::of(pages) };
            let low = next(frames);
            let high = low + next(frames - low) + 1;
            let fits = |at: &u32| free[*at as usize..(at + pages) as usize].iter().all(|free| *free);
            let ends = (high + 1).saturating_sub(pages);
            let expected = (low..ends).filter(|at| request.fits_at(*at)).find(fits).map(Pfn);
            assert_eq!(map.find((low, high), pages, &request).0, expected);
        }
    }
}
