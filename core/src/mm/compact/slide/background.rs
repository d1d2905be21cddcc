//! Compaction that no request waits for: of every heap whole, and the background thread's steps after each command.

use super::Mm;
use super::plan::Segment;
use super::ways::{arenas, plans};
use crate::alloc::{FrameAllocator, Heap, Heaps};
use crate::config::Compact;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Mm {
    /// Compacts every heap whole. Returns how many frames were moved.
    pub(in crate::mm) fn slide_all(&mut self, t: &mut impl Trace) -> u32 {
        self.slide_some(u32::MAX, |_, _| true, t)
    }

    /// One step of the background thread after a command, where much of what is free lies in gaps, or where large
    /// segments can be aligned again.
    pub(crate) fn slide_in_background(&mut self, t: &mut impl Trace) {
        let heaps = self.allocator().heaps().filter(|heaps| heaps.settings.compact == Compact::Background);
        let Some(settings) = heaps.map(|heaps| heaps.settings) else { return };
        let due = |heaps: &Heaps, segments: &[Segment]| {
            let in_gaps = |heap: &Heap| {
                let below_top = heaps.gaps_of(heap).take_while(|gap| gap.start.0 < heap.top);
                below_top.map(|gap| u64::from(gap.len)).sum::<u64>()
            };
            let in_gaps: u64 = heaps.all().iter().map(in_gaps).sum();
            in_gaps * 100 > u64::from(heaps.free_frames()) * u64::from(settings.gaps)
                || segments.iter().any(|segment| segment.is_degraded(settings.large))
        };
        self.slide_some(settings.step, due, t);
    }

    /// Compacts those arenas that are `due`, one after the other, until about `most` frames have moved.
    fn slide_some(&mut self, most: u32, due: impl Fn(&Heaps, &[Segment]) -> bool, t: &mut impl Trace) -> u32 {
        let Some(heaps) = self.allocator().heaps() else { return 0 };
        let zones = heaps.zones_for(&Request::of(1)).map(|zone| (zone, arenas(heaps, zone)));
        let all: Vec<(u8, Range<usize>)> =
            zones.flat_map(|(zone, all)| all.into_iter().map(move |one| (zone, one))).collect();
        let mut moved = 0;
        for (zone, arena) in all {
            let heaps = self.heaps();
            let segments = self.segments(&heaps.all()[arena.clone()]);
            if moved < most && due(heaps, &segments) {
                let plan = plans(heaps, zone, &arena, &segments, None).next();
                let moves = plan.map_or(Vec::new(), |plan| plan.moves);
                let before = |n: &usize| moves[..*n].iter().map(|step| step.len).sum::<u32>() < most - moved;
                let few = (0..moves.len()).take_while(before).count();
                moved += self.carry_out(&moves[..few], t);
            }
        }
        moved
    }
}
