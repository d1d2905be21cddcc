//! What taking and giving frames does to a heap: its top, its ceiling and its gaps.

use super::{GAP, Heap, Heaps, TOP, run};
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::trace::Trace;

impl Heaps {
    /// Takes frames between top and ceiling, and moves the top above them.
    #[inline]
    pub(super) fn take(&mut self, heap: usize, taken: FreeRun, t: &mut impl Trace) {
        let Heap { top, ceiling, .. } = self.heaps[heap];
        self.taken(heap, taken.len);
        self.resize(heap, taken.start.0 + taken.len, ceiling, t);
        self.leave(heap, run(top, taken.start.0), t);
    }

    /// Takes frames between top and ceiling, and moves the ceiling to the first of them.
    #[inline]
    pub(super) fn take_at_ceiling(&mut self, heap: usize, taken: FreeRun, t: &mut impl Trace) {
        let Heap { top, ceiling, .. } = self.heaps[heap];
        self.taken(heap, taken.len);
        self.resize(heap, top, taken.start.0, t);
        self.leave(heap, run(taken.start.0 + taken.len, ceiling), t);
    }

    /// Makes the frames that were left out for an alignment a gap.
    #[inline]
    fn leave(&mut self, heap: usize, gap: FreeRun, t: &mut impl Trace) {
        if gap.len > 0 {
            self.gaps[heap].add(gap);
            t.emit(|| self.told(heap, gap, true));
        }
    }

    /// Takes frames out of a gap.
    #[inline]
    pub(super) fn cut<T: Trace>(&mut self, heap: usize, taken: FreeRun, t: &mut T) {
        if T::LISTENS {
            self.tell_cut(heap, taken, t);
        }
        self.taken(heap, taken.len);
        self.gaps[heap].take(taken);
    }

    fn tell_cut(&self, heap: usize, taken: FreeRun, t: &mut impl Trace) {
        let gap = self.gaps[heap].of(taken.start.0).expect("what is taken is free");
        t.emit(|| self.told(heap, gap, false));
        let (left, right) = (taken.start.0 - gap.start.0, gap.start.0 + gap.len - taken.start.0 - taken.len);
        if left > 0 {
            t.emit(|| Event::Split { pfn: gap.start, left, right: gap.len - left });
            t.emit(|| self.told(heap, FreeRun { start: gap.start, len: left }, true));
        }
        if right > 0 {
            t.emit(|| Event::Split { pfn: taken.start, left: taken.len, right });
            t.emit(|| self.told(heap, FreeRun { start: taken.start.plus(taken.len), len: right }, true));
        }
    }

    /// Frees frames of one heap that lie all below its top or all at its ceiling or above. Gaps that touch need not be
    /// joined, since they are bits; but frames at the top or the ceiling become part of the room between, and so does
    /// the gap next to them.
    #[inline]
    pub(super) fn give_back<T: Trace>(&mut self, heap: usize, freed: FreeRun, t: &mut T) {
        let Heap { zone, top, ceiling, .. } = self.heaps[heap];
        self.zones[usize::from(zone)].free += freed.len;
        let at_top = freed.start.0 + freed.len == top;
        if at_top || freed.start.0 == ceiling {
            let whole = self.with_gaps(heap, freed, t);
            // The gap is on one side; on the other is room.
            if whole.len > freed.len {
                let start = if whole.start == freed.start { freed.start.plus(freed.len) } else { whole.start };
                self.gaps[heap].take(FreeRun { start, len: whole.len - freed.len });
            }
            let (top, ceiling) = if at_top { (whole.start.0, ceiling) } else { (top, ceiling + whole.len) };
            return self.resize(heap, top, ceiling, t);
        }
        if T::LISTENS {
            let whole = self.with_gaps(heap, freed, t);
            t.emit(|| self.told(heap, whole, true));
        }
        self.gaps[heap].add(freed);
    }

    /// Freed frames and the gaps on both sides. Emits that these are joined.
    fn with_gaps(&self, heap: usize, freed: FreeRun, t: &mut impl Trace) -> FreeRun {
        let gaps = &self.gaps[heap];
        let mut whole = freed;
        if let Some(gap) = freed.start.0.checked_sub(1).and_then(|below| gaps.of(below)) {
            t.emit(|| self.told(heap, gap, false));
            t.emit(|| Event::Join { pfn: gap.start, left: gap.len, right: whole.len });
            whole = FreeRun { start: gap.start, len: gap.len + whole.len };
        }
        if let Some(gap) = gaps.of(freed.start.0 + freed.len) {
            t.emit(|| self.told(heap, gap, false));
            t.emit(|| Event::Join { pfn: whole.start, left: whole.len, right: gap.len });
            whole.len += gap.len;
        }
        whole
    }

    /// Moves a heap's top or ceiling.
    #[inline]
    fn resize(&mut self, heap: usize, top: u32, ceiling: u32, t: &mut impl Trace) {
        let before = self.heaps[heap];
        let after = Heap { top, ceiling, ..before };
        self.heaps[heap] = after;
        for (room, linked) in [(before.room(), false), (after.room(), true)] {
            if room.len > 0 {
                t.emit(|| Event::Free { run: room, list: ListId { zone: before.zone, list: TOP }, prev: None, linked });
            }
        }
    }

    fn told(&self, heap: usize, gap: FreeRun, linked: bool) -> Event {
        Event::Free { run: gap, list: ListId { zone: self.heaps[heap].zone, list: GAP }, prev: None, linked }
    }

    #[inline]
    fn taken(&mut self, heap: usize, frames: u32) {
        self.zones[usize::from(self.heaps[heap].zone)].free -= frames;
    }
}
