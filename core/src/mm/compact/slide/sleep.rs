//! A compactor that sleeps at a segment which a device uses, and goes on when it is done.
//!
//! ```text
//! |aa..bb.LLLL...ccc....|    a request needs more than the top has; L is pinned
//! |aabb...LLLL...ccc....|    what lies below L is compacted; the compactor sleeps, the request fails with EAGAIN
//! |aabbLLLLccc..........|    L is unpinned: the compactor goes on, and the request, asked again, is served
//! ```
//! Meanwhile nothing moves beneath L, and a message may carry it off: it is known by its run. Source: Lee's own kernel
//! of July 2014, where the compactor marks the segment and sleeps until it is unwired.

use super::plan::{Segment, Stays};
use super::ways::{arenas, plans};
use crate::mm::Mm;
use crate::units::{Pfn, RunId};
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Goes to sleep at the locked segment `at`, unless the compactor sleeps already. Returns how many frames moved
    /// below it.
    pub(super) fn sleep_at(&mut self, at: Pfn, t: &mut impl Trace) -> u32 {
        if self.sleeper().is_some() {
            return 0;
        }
        self.set_sleeper(self.runs().get(&at).map(|run| run.id));
        self.slide_below(at, t)
    }

    /// Goes on with the compaction that slept at this segment, which a device is done with.
    pub(crate) fn wake_compactor(&mut self, segment: RunId, t: &mut impl Trace) {
        if self.sleeper() == Some(segment) {
            self.set_sleeper(None);
            self.slide_all(t);
        }
    }

    fn slide_below(&mut self, at: Pfn, t: &mut impl Trace) -> u32 {
        let heaps = self.heaps();
        let inside = |heap: &crate::alloc::Heap| (heap.start..heap.ceiling).contains(&at.0);
        let Some(zone) = heaps.all().iter().find(|heap| inside(heap)).map(|heap| heap.zone) else { return 0 };
        let Some(arena) = arenas(heaps, zone).into_iter().find(|arena| heaps.all()[arena.clone()].iter().any(inside))
        else {
            return 0;
        };
        let mut segments: Vec<Segment> = self.segments(&heaps.all()[arena.clone()]);
        for segment in segments.iter_mut().filter(|segment| segment.at >= at.0) {
            segment.stays = Some(Stays::Unmovable);
        }
        let plan = plans(heaps, zone, &arena, &segments, None).next();
        plan.map_or(0, |plan| self.carry_out(&plan.moves, t))
    }
}
