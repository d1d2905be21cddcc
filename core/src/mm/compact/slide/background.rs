//! Compaction that no request waits for: of every heap whole, and the background thread's steps behind each command.

use super::Mm;
use super::plan::Segment;
use super::ways::{arenas, plans};
use crate::alloc::FrameAllocator;
use crate::alloc::heap_top::{Heap, HeapTop};
use crate::config::Compact;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Mm {
    /// Compacts every heap whole. Returns how many frames were moved.
    pub(crate) fn slide_all(&mut self, t: &mut impl Trace) -> u32 {
        self.slide_some(u32::MAX, |_, _| true, t)
    }

    /// The background thread's step behind a command, where much of what is free lies in gaps, or where large segments
    /// can be aligned again.
    pub(crate) fn slide_in_background(&mut self, t: &mut impl Trace) {
        let Some(heap) = self.heap_top().filter(|heap| heap.settings.compact == Compact::Background) else { return };
        let (step, share) = (heap.settings.step, u64::from(heap.settings.gaps));
        let due = |heap: &HeapTop, segments: &[Segment]| {
            let in_gaps = |h: &Heap| {
                let below_top = heap.gaps_of(h).take_while(|gap| gap.start.0 < h.top);
                below_top.map(|gap| u64::from(gap.len)).sum::<u64>()
            };
            let in_gaps: u64 = heap.heaps().iter().map(in_gaps).sum();
            in_gaps * 100 > u64::from(heap.free_frames()) * share
                || segments.iter().any(|segment| segment.is_degraded(heap.settings.large))
        };
        self.slide_some(step, due, t);
    }

    /// One arena after the other, `most` frames or a few more; those that are `due`.
    fn slide_some(&mut self, most: u32, due: impl Fn(&HeapTop, &[Segment]) -> bool, t: &mut impl Trace) -> u32 {
        let Some(heap) = self.heap_top() else { return 0 };
        let zones = heap.zones_for(&Request::of(1)).map(|zone| (zone, arenas(heap, zone)));
        let all: Vec<(u8, Range<usize>)> =
            zones.flat_map(|(zone, all)| all.into_iter().map(move |one| (zone, one))).collect();
        let mut moved = 0;
        for (zone, heaps) in all {
            let heap = self.heap_top().expect("it was one");
            let segments = self.segments(&heap.heaps()[heaps.clone()]);
            if moved < most && due(heap, &segments) {
                let plan = plans(heap, zone, &heaps, &segments, None).next();
                let moves = plan.map_or(Vec::new(), |plan| plan.moves);
                let before = |n: &usize| moves[..*n].iter().map(|step| step.len).sum::<u32>() < most - moved;
                let few = (0..moves.len()).take_while(before).count();
                moved += self.carry_out(&moves[..few], t);
            }
        }
        moved
    }
}
