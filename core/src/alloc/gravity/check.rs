//! A zone held against its bitmap: what the indexes say once they are up to date is what a scan finds.

use super::areas::size_key;
use super::treap::Treap;
use super::zone::ZoneRuns;
use crate::alloc::sets::frame_bits::Part;

impl ZoneRuns {
    /// Broken invariants, in words.
    pub fn check(&self) -> Vec<String> {
        let mut settled = self.clone();
        settled.fragments.settle(&mut settled.bits);
        settled.areas.settle(&mut settled.bits);
        settled.areas.settle_sizes();
        settled.check_settled()
    }

    fn check_settled(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let parts: Vec<Part> = self.parts().collect();
        let free = (0..self.len).filter(|at| self.bits.is_free(*at)).count() as u32;
        let listed = parts.iter().map(|part| part.len).sum::<u32>();
        if parts.windows(2).any(|pair| pair[0].end() >= pair[1].start) || free != listed || free != self.free {
            broken.push(format!("gravity: {free} frames are free, {listed} in runs, counted {}", self.free));
        }
        let areas: Vec<Part> = parts.iter().copied().filter(|part| part.len >= self.keep).collect();
        let rows = |tree: &Treap| tree.rows().into_iter().map(|(_, id)| self.areas.area(id)).collect::<Vec<Part>>();
        let mut by_size = areas.clone();
        by_size.sort_by_key(|part| size_key(*part));
        if rows(&self.areas.by_address) != areas || rows(&self.areas.by_size) != by_size {
            broken.push("gravity: the trees do not hold the free areas".into());
        }
        let counted: u32 = areas.iter().map(|part| part.len / self.keep).sum();
        if counted != self.areas.count {
            broken.push(format!("gravity: {counted} areas are free, counted {}", self.areas.count));
        }
        for len in 1..self.keep {
            let fragments: Vec<Part> = parts.iter().rev().copied().filter(|part| part.len == len).collect();
            let filled =
                len == 1 || self.fragments.shortest(len).is_some_and(|found| found == len) != fragments.is_empty();
            if !self.fragments.of(len, &self.bits).eq(fragments.iter().copied()) || !filled {
                broken.push(format!("gravity: fragments of {len} frames are {fragments:?}, the index has others"));
            }
        }
        broken
    }
}
