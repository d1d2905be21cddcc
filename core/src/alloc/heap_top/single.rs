//! Single frames with no listener: nearly all requests, so a way of their own that is short.
//!
//! It does what the long way does (`Heaps::search`, `Heaps::give_back`), in the one heap that would be asked first. A
//! property holds the silent machine equal to the traced one.

use super::Heaps;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::NullTrace;

impl Heaps {
    /// Allocates what may not be moved, from the highest gap above a ceiling, or just below that. `None`: take the long
    /// way.
    #[inline]
    pub(super) fn alloc_single(&mut self, request: &Request) -> Option<Pfn> {
        let highest = request.highest(self.zones.len());
        if !request.is_single() || !self.grows_down(request) {
            return None;
        }
        if self.available(highest, request) == 0 {
            return None;
        }
        let zone = &mut self.zones[usize::from(highest)];
        let last = zone.heaps.end.checked_sub(1).filter(|last| *last >= zone.heaps.start)?;
        let (heap, gaps) = (&mut self.heaps[last], &mut self.gaps[last]);
        let at = match gaps.highest_frame().filter(|at| *at >= heap.ceiling) {
            Some(at) => {
                gaps.take(FreeRun { start: Pfn(at), len: 1 });
                at
            }
            None => {
                heap.ceiling = heap.ceiling.checked_sub(1).filter(|below| *below >= heap.top)?;
                heap.ceiling
            }
        };
        zone.free -= 1;
        Some(Pfn(at))
    }

    #[inline]
    pub(super) fn free_single(&mut self, pfn: Pfn) {
        let n = self.heap_of(pfn);
        let (heap, freed) = (&self.heaps[n], FreeRun { start: pfn, len: 1 });
        if pfn.0 + 1 == heap.top || pfn.0 == heap.ceiling {
            return self.give_back(n, freed, &mut NullTrace);
        }
        self.zones[usize::from(heap.zone)].free += 1;
        self.gaps[n].add(freed);
    }
}
