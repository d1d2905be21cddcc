//! A set of pages, as ranges that do not touch: what is mapped in an address space.

use std::collections::BTreeMap;

/// Pages `start..end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub start: u64,
    pub end: u64,
}

impl Range {
    /// From `start` up to, and without, `end`.
    pub fn new(start: u64, end: u64) -> Range {
        Range { start, end }
    }

    /// Its length in pages.
    pub fn pages(self) -> u64 {
        self.end - self.start
    }

    fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A set of pages, as disjoint ranges that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges {
    /// Each range's end (one past its last page) by its start.
    ends: BTreeMap<u64, u64>,
    pages: u64,
}

impl Ranges {
    /// The number of ranges.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The number of pages.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// All ranges, lowest first.
    pub fn all(&self) -> impl Iterator<Item = Range> {
        self.ends.iter().map(|(start, end)| Range::new(*start, *end))
    }

    /// Adds a range and joins it with those that it touches.
    pub fn insert(&mut self, range: Range) {
        if range.is_empty() {
            return;
        }
        let Range { mut start, mut end } = range;
        while let Some((&s, &e)) = self.ends.range(..=end).next_back().filter(|(_, e)| **e >= start) {
            start = start.min(s);
            end = end.max(e);
            self.ends.remove(&s);
            self.pages -= e - s;
        }
        self.ends.insert(start, end);
        self.pages += end - start;
    }

    /// Removes a range, splitting those that reach beyond it.
    pub fn remove(&mut self, range: Range) {
        if range.is_empty() {
            return;
        }
        while let Some((&s, &e)) = self.ends.range(..range.end).next_back().filter(|(_, e)| **e > range.start) {
            self.ends.remove(&s);
            self.pages -= e.min(range.end) - s.max(range.start);
            if e > range.end {
                self.ends.insert(range.end, e);
            }
            if s < range.start {
                self.ends.insert(s, range.start);
            }
        }
    }

    /// The end of the range that holds `page`; `None` if it is not in the set.
    pub fn end_of(&self, page: u64) -> Option<u64> {
        self.ends.range(..=page).next_back().map(|(_, end)| *end).filter(|end| *end > page)
    }

    /// The parts of a range that are in the set, lowest first.
    pub fn parts(&self, range: Range) -> Vec<Range> {
        let before = self.ends.range(..range.start).next_back();
        let inside = self.ends.range(range.start..range.end.max(range.start));
        before
            .into_iter()
            .chain(inside)
            .map(|(start, end)| Range::new(range.start.max(*start), range.end.min(*end)))
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// The parts of a range that are not in the set, lowest first.
    pub fn gaps(&self, range: Range) -> Vec<Range> {
        let mut gaps = Vec::new();
        let mut next = range.start;
        for part in self.parts(range) {
            gaps.push(Range::new(next, part.start));
            next = part.end;
        }
        gaps.push(Range::new(next, range.end));
        gaps.retain(|gap| !gap.is_empty());
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on a small space against a plain array.
    #[test]
    fn agrees_with_an_array_of_pages() {
        let mut seed = 1u64;
        let mut random = |n: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % n
        };
        let mut set = Ranges::default();
        let mut model = [false; 32];
        for _ in 0..5000 {
            let start = random(32);
            let range = Range::new(start, start + random(33 - start));
            let insert = random(2) == 0;
            if insert {
                set.insert(range)
            } else {
                set.remove(range)
            }
            model[range.start as usize..range.end as usize].fill(insert);
            let held = |ranges: Vec<Range>| {
                (0..32).map(|page| ranges.iter().any(|r| r.start <= page && page < r.end)).collect::<Vec<_>>()
            };
            let all = Range::new(0, 32);
            assert_eq!(held(set.parts(all)), model);
            assert_eq!(set.all().collect::<Vec<_>>(), set.parts(all));
            assert_eq!(set.pages(), model.iter().filter(|held| **held).count() as u64);
            assert_eq!(held(set.gaps(all)), model.map(|held| !held));
            for page in 0..32 {
                let end = model[page..].iter().position(|held| !held).unwrap_or(32 - page) + page;
                assert_eq!(set.end_of(page as u64), model[page].then_some(end as u64));
            }
            assert!(set.parts(all).windows(2).all(|pair| pair[0].end < pair[1].start), "ranges do not touch");
            let some = Range::new(random(16), 16 + random(16));
            assert_eq!(
                set.parts(some).iter().chain(&set.gaps(some)).map(|part| part.pages()).sum::<u64>(),
                some.pages()
            );
        }
    }
}
