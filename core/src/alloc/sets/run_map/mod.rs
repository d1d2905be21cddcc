//! A bit for every free frame, and over the words a tree that knows how long the free stretches are.
//!
//! ```text
//! root     |            8 nodes below           |     each node: free frames at its start, at its end, longest inside
//! nodes    | 8 words | 8 words | ...            |     a search goes past a node whose longest is too short in one look
//! words    1110 0111 0000 ...                         and joins the end of one with the start of the next
//!
//! set      writes the word; its lowest node is marked stale, once            most changes are never searched: what one
//! settle   sums up the stale nodes again, and above each that changed        sums up, the next would sum up again
//! ```
//! So an allocation costs a word or two, and a search first settles what has changed since the last: a node once,
//! however many words below it changed, and what lies over it only if its sum did. Invariant: a node of the lowest
//! level that is not stale says what its words say, one above what its children say. Source: the summaries of Go's page
//! allocator (Knyszek 2019); the wish for a page-granularity bitmap: Molnar, Nov 2001.

mod search;

use crate::vocabulary::free_lists::FreeRun;

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
    /// Nodes of the lowest level whose words have changed since they were summed up, each once.
    stale: Vec<u32>,
    /// A bit for each node of the lowest level: whether it is among them.
    is_stale: Vec<u64>,
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
        let (words, lowest) = (vec![0; words as usize], words.div_ceil(1 << FANOUT));
        RunMap { words, levels, stale: Vec::new(), is_stale: vec![0; lowest.div_ceil(64) as usize] }
    }

    /// Marks frames as free or used; returns how many words were written.
    #[inline]
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
        high - low + 1 + (low >> FANOUT..=high >> FANOUT).map(|node| self.note_stale(node)).sum::<u32>()
    }

    /// Marks a node as stale; returns how many words were written: the list's and the bit's.
    #[inline]
    fn note_stale(&mut self, node: u32) -> u32 {
        let (word, bit) = (&mut self.is_stale[node as usize / 64], 1 << (node % 64));
        if *word & bit != 0 {
            return 0;
        }
        *word |= bit;
        self.stale.push(node);
        2
    }

    /// Brings the tree up to date; returns how many words were written, two for a node.
    pub fn settle(&mut self) -> u32 {
        let (mut nodes, mut written) = (std::mem::take(&mut self.stale), 0);
        nodes.sort_unstable();
        nodes.iter().for_each(|node| self.is_stale[*node as usize / 64] &= !(1 << (node % 64)));
        for level in 0..self.levels.len() {
            nodes.retain(|node| {
                let sum = self.sum_of_children(level, *node);
                std::mem::replace(&mut self.levels[level][*node as usize], sum) != sum
            });
            written += 2 * nodes.len() as u32;
            nodes.iter_mut().for_each(|node| *node >>= FANOUT);
            nodes.dedup();
        }
        nodes.clear();
        self.stale = nodes;
        written
    }

    /// The number of free frames.
    pub fn free(&self) -> u32 {
        self.words.iter().map(|bits| bits.count_ones()).sum()
    }

    /// Whether all of these frames are free.
    pub fn holds(&self, run: FreeRun) -> bool {
        let free = |n: u32| self.words[(n >> WORD) as usize] >> (n & 63) & 1 == 1;
        (run.start.0..run.start.0 + run.len).all(free)
    }

    /// Whether every node that is not stale says what lies below it.
    pub fn is_sound(&self) -> bool {
        let fresh = |level: usize, node: u32| level > 0 || self.is_stale[node as usize / 64] >> (node % 64) & 1 == 0;
        self.levels.iter().enumerate().all(|(level, sums)| {
            (0..).zip(sums).all(|(node, sum)| !fresh(level, node) || self.sum_of_children(level, node) == *sum)
        })
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        let nodes: usize = self.levels.iter().map(Vec::len).sum();
        (self.words.len() + self.is_stale.len()) * 8 + nodes * size_of::<Sum>() + self.stale.capacity() * 4
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
}

impl Sum {
    fn of(bits: u64) -> Sum {
        let (mut longest, mut rest) = (0, bits);
        while rest != 0 {
            (longest, rest) = (longest + 1, rest & rest >> 1);
        }
        Sum { start: bits.trailing_ones(), end: bits.leading_ones(), longest }
    }

    /// The sum of this stretch of `len` frames and, after it, another of `span`.
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
    use crate::units::Pfn;
    use crate::vocabulary::request::Request;

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
        for _ in 0..8000 {
            let start = next(frames);
            let most = [3, 70, 900][next(3) as usize];
            let run = FreeRun { start: Pfn(start), len: (1 + next(most)).min(frames - start) };
            let on = next(2) == 0;
            map.set(run, on);
            assert!(map.is_sound());
            free[start as usize..(start + run.len) as usize].fill(on);
            let (pages, align) = (1 + next(600), 1 << next(8));
            let request = Request { align, offset: next(align), ..Request::of(pages) };
            let low = next(frames);
            let high = low + next(frames - low) + 1;
            let fits = |at: &u32| free[*at as usize..(at + pages) as usize].iter().all(|free| *free);
            let ends = (high + 1).saturating_sub(pages);
            let expected = (low..ends).filter(|at| request.fits_at(*at)).find(fits).map(Pfn);
            // Some searches after one change, some after several.
            if next(3) > 0 {
                continue;
            }
            map.settle();
            assert!(map.is_sound() && map.stale.is_empty());
            assert_eq!(map.find((low, high), pages, &request).0, expected);
        }
    }

    /// A search ends where the range does, and goes past all of memory in one look at the root.
    #[test]
    fn nodes_too_short_are_passed_in_one_look() {
        let mut map = RunMap::new(4096);
        for start in [0, 100, 1000] {
            map.set(FreeRun { start: Pfn(start), len: 40 }, true);
        }
        map.settle();
        let request = Request::of(50);
        assert_eq!(map.find((0, 4096), 50, &request), (None, 1), "the root");
        assert_eq!(map.find((512, 1024), 50, &request), (None, 1), "a node of 512 frames");
        assert_eq!(map.find((64, 128), 50, &request), (None, 1), "one word");
    }
}
