//! The heaps held against their gaps.

use super::{Heap, Heaps};
use crate::vocabulary::free_lists::FreeRun;

impl Heaps {
    /// Broken invariants, in words.
    pub(super) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut free = vec![0; self.zones.len()];
        for heap in &self.heaps {
            let Heap { zone, start, end, top, ceiling } = *heap;
            let mut runs: Vec<FreeRun> = self.gaps_of(heap).collect();
            free[usize::from(zone)] += runs.iter().map(|gap| gap.len).sum::<u32>() + (ceiling - top);
            runs.extend((top < ceiling).then(|| heap.room()));
            runs.sort();
            let apart = runs.windows(2).all(|pair| pair[0].start.0 + pair[0].len < pair[1].start.0);
            let at_edge = |gap: &FreeRun| gap.start.0 + gap.len == top || gap.start.0 == ceiling;
            if start > top || top > ceiling || ceiling > end || !apart || runs.iter().any(at_edge) {
                broken.push(format!("heap_top: top {top}, ceiling {ceiling} or a gap of {start}..{end} is wrong"));
            }
        }
        if self.zones.iter().map(|zone| zone.free).ne(free.iter().copied()) {
            broken.push(format!("heap_top: {free:?} frames are free in the zones, counted {:?}", self.zones));
        }
        broken
    }
}
