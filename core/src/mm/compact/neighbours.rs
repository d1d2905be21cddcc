//! Page cache beside free frames, dropped when the allocator is going to join free neighbours.
//!
//! ```text
//!   | free | free | cached | free |      a request for 4: the cached page is clean and not mapped, so it is dropped
//!                                        now, not when the clock comes round; then all four are joined
//! ```
//! A page that becomes free makes its neighbours neighbours of a free run, too. Dirty pages stay: writing them would
//! take the disk. Not for an atomic request: dropping a page changes the page cache, which an interrupt may not.
//! Source: Jagdis, Nov 1996 ("in the page cache but otherwise unused").

use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameUse, Owner};
use crate::vocabulary::request::{Gfp, Request};
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Drops unused neighbours of free frames if the allocator wants that before it joins them for `request`.
    pub(in crate::mm) fn reclaim_neighbours(&mut self, request: &Request, t: &mut impl Trace) {
        if request.gfp.contains(Gfp::ATOMIC) || !request.gfp.contains(Gfp::RECLAIM) {
            return;
        }
        let Some(zone) = self.allocator().joins_on_miss(request) else { return };
        let is_free = |mm: &Mm, n: u32| zone.contains(&n) && mm.frame(Pfn(n)).state == FrameUse::Free;
        for n in zone.clone() {
            if self.is_unused_cache(Pfn(n)) && is_free(self, n.wrapping_sub(1)) {
                self.drop_neighbour(Pfn(n), t);
            }
        }
        for n in zone.clone().rev() {
            if self.is_unused_cache(Pfn(n)) && is_free(self, n + 1) {
                self.drop_neighbour(Pfn(n), t);
            }
        }
    }

    fn drop_neighbour(&mut self, pfn: Pfn, t: &mut impl Trace) {
        t.emit(|| Event::Neighbour { pfn });
        self.evict(pfn, t);
    }

    /// Whether the frame holds a clean page of a file that no process maps.
    fn is_unused_cache(&self, pfn: Pfn) -> bool {
        let frame = self.frame(pfn);
        let Owner::Object(id) = frame.mapping else { return false };
        frame.mapcount == 0 && !frame.dirty && self.evictable(pfn) && !self.object(id).info.kind.swap_backed()
    }
}
