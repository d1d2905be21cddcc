//! What no request waits for: compaction of every heap whole, the background thread's steps after each command, and
//! the alignment of large segments, which comes back in such steps as soon as there is memory for it.

use super::Mm;
use super::plan::{Plan, Segment};
use super::ways::{arenas, plans, realigned};
use crate::alloc::{FrameAllocator, Heap, Heaps};
use crate::config::{Compact, HeapTopConfig};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Mm {
    /// Compacts every heap whole. Returns how many frames were moved.
    pub(in crate::mm) fn slide_all(&mut self, t: &mut impl Trace) -> u32 {
        let plan = |heaps: &Heaps, zone, arena: &Range<usize>, segments: &[Segment]| {
            plans(heaps, zone, arena, segments, None).next()
        };
        self.slide_some(u32::MAX, plan, t)
    }

    /// One step after a command: of the background thread, where much of what is free lies in gaps; and, with or
    /// without it, where large segments can be aligned again.
    pub(crate) fn slide_in_background(&mut self, t: &mut impl Trace) {
        let Some(settings) = self.allocator().heaps().map(|heaps| heaps.settings) else { return };
        match settings.compact {
            Compact::Background => self.slide_gaps(settings, t),
            Compact::OnMiss if self.may_be_degraded(settings.large) => {
                let plan = |heaps: &Heaps, zone, arena: &Range<usize>, segments: &[Segment]| {
                    realigned(heaps, zone, arena, segments)
                };
                self.slide_some(settings.step, plan, t);
            }
            Compact::OnMiss => {}
        }
    }

    /// Whether there is a run that may be a large segment off its alignment.
    fn may_be_degraded(&self, large: u32) -> bool {
        self.runs().iter().any(|(first, run)| run.given >= large && !first.0.is_multiple_of(large))
    }

    fn slide_gaps(&mut self, settings: HeapTopConfig, t: &mut impl Trace) {
        let due = |heaps: &Heaps, segments: &[Segment]| {
            let in_gaps = |heap: &Heap| {
                let below_top = heaps.gaps_of(heap).take_while(|gap| gap.start.0 < heap.top);
                below_top.map(|gap| u64::from(gap.len)).sum::<u64>()
            };
            let in_gaps: u64 = heaps.all().iter().map(in_gaps).sum();
            in_gaps * 100 > u64::from(heaps.free_frames()) * u64::from(settings.gaps)
                || segments.iter().any(|segment| segment.is_degraded(settings.large))
        };
        let plan = |heaps: &Heaps, zone, arena: &Range<usize>, segments: &[Segment]| {
            due(heaps, segments).then(|| plans(heaps, zone, arena, segments, None).next()).flatten()
        };
        self.slide_some(settings.step, plan, t);
    }

    /// Compacts those arenas for which there is a plan, one after the other, until about `most` frames have moved.
    fn slide_some(
        &mut self,
        most: u32,
        plan: impl Fn(&Heaps, u8, &Range<usize>, &[Segment]) -> Option<Plan>,
        t: &mut impl Trace,
    ) -> u32 {
        let Some(heaps) = self.allocator().heaps() else { return 0 };
        let zones = heaps.zones_for(&Request::of(1)).map(|zone| (zone, arenas(heaps, zone)));
        let all: Vec<(u8, Range<usize>)> =
            zones.flat_map(|(zone, all)| all.into_iter().map(move |one| (zone, one))).collect();
        let mut moved = 0;
        for (zone, arena) in all {
            let heaps = self.heaps();
            let segments = self.segments(&heaps.all()[arena.clone()]);
            if moved < most
                && let Some(Plan { moves, .. }) = plan(heaps, zone, &arena, &segments)
            {
                let before = |n: &usize| moves[..*n].iter().map(|step| step.len).sum::<u32>() < most - moved;
                let few = (0..moves.len()).take_while(before).count();
                moved += self.carry_out(&moves[..few], t);
            }
        }
        moved
    }
}
