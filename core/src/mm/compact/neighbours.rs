//! Page cache beside free frames, dropped when the allocator has joined free neighbours, and still has no run.
//!
//! ```text
//!   | free | free | cached | free |      a request for 4: the cached page is clean and not mapped, so it is dropped
//!                                        now, not when the clock comes round; then all four are joined
//! ```
//! A page that becomes free makes its neighbours neighbours of a free run, too. Dirty pages stay: writing them would
//! take the disk. One zone after another, the highest that the request may have first, until it is served. At interrupt
//! time, too, where `contig.zap_atomic` says so. Source: Jagdis, Nov 1996 ("in the page cache but otherwise unused";
//! "we could do this at interrupt time too").

use super::contig::may_drop;
use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameUse, Owner};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use std::ops::Range;

impl Mm {
    /// Drops unused neighbours of free frames, zone after zone, until a request is served that has just found no run;
    /// `None`: it is not, or the allocator joins no neighbours.
    pub(in crate::mm) fn alloc_among_neighbours(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        if !may_drop(request, self.settings().contig) || !self.allocator().joins_on_miss(request) {
            return None;
        }
        let highest = request.highest(self.settings().zones.len());
        (0..=usize::from(highest)).rev().find_map(|zone| {
            let (start, end) = self.settings().zones[zone];
            if self.drop_neighbours(start..end, t) { self.allocator_mut().alloc(request, t) } else { None }
        })
    }

    /// Whether any were there to drop.
    fn drop_neighbours(&mut self, zone: Range<u32>, t: &mut impl Trace) -> bool {
        let free = self.allocator().free_frames();
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
        self.allocator().free_frames() > free
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
