//! A zone held against its bitmap: what the indexes say once they are up to date is what a scan finds.

use super::zone::ZoneRuns;
use crate::alloc::sets::frame_bits::Part;

impl ZoneRuns {
    /// Broken invariants, in words.
    pub fn check(&self) -> Vec<String> {
        let mut settled = self.clone();
        settled.index.settle_all(&mut settled.bits);
        let mut broken = settled.check_settled();
        broken.extend(self.check_tree());
        broken
    }

    fn check_settled(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let parts: Vec<Part> = self.parts().collect();
        let free = (0..self.len).filter(|at| self.bits.is_free(*at)).count() as u32;
        let listed = parts.iter().map(|part| part.len).sum::<u32>();
        if parts.windows(2).any(|pair| pair[0].end() >= pair[1].start) || free != listed || free != self.free {
            broken.push(format!("gravity: {free} frames are free, {listed} in runs, counted {}", self.free));
        }
        let areas: Vec<Part> = parts.iter().copied().filter(|part| part.len >= self.index.keep).collect();
        if !areas.iter().all(|area| self.index.areas.has(*area)) {
            broken.push("gravity: an area is missing in an index".into());
        }
        let counted: u32 = areas.iter().map(|part| part.len / self.index.keep).sum();
        if counted != self.index.count() {
            broken.push(format!("gravity: {counted} areas are free, counted {}", self.index.count()));
        }
        for len in 1..self.index.keep {
            let fragments: Vec<Part> = parts.iter().rev().copied().filter(|part| part.len == len).collect();
            if !self.index.fragments.of(len, &self.bits).eq(fragments.iter().copied())
                || !self.index.fragments.is_sound()
            {
                broken.push(format!("gravity: fragments of {len} frames are {fragments:?}, the index has others"));
            }
        }
        broken
    }
}
