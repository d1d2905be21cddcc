//! Single frames where nobody listens: nearly all requests, so a way of their own that is short.
//!
//! It does what the long way does (`Gravity::search`, `Zone::give`), in the one zone that would be asked first. A property
//! holds the silent machine equal to the traced one.

use super::zone::Zone;
use super::{Gravity, Part};
use crate::mm::alloc::request::{Gfp, Request};
use crate::units::Pfn;

impl Gravity {
    /// `None`: ask the long way.
    #[inline(never)]
    pub(super) fn alloc_single(&mut self, request: &Request) -> Option<Pfn> {
        let atomic = request.gfp.contains(Gfp::ATOMIC);
        let (reserve, spare) = if atomic { (0, 0) } else { (self.min_free, self.areas) };
        let highest = request.zone.map_or(self.zones.len() - 1, usize::from);
        let zone = &mut self.zones[highest];
        if !request.is_single() || zone.keep == 1 || zone.free <= reserve {
            return None;
        }
        let at = zone.take_single(spare)?;
        zone.free -= 1;
        Some(Pfn(zone.start + at))
    }

    #[inline(never)]
    pub(super) fn free_single(&mut self, pfn: Pfn) {
        let zone = self.zone_of(pfn);
        zone.free += 1;
        zone.release(Part { start: pfn.0 - zone.start, len: 1 });
    }

    #[inline]
    fn zone_of(&mut self, pfn: Pfn) -> &mut Zone {
        // One zone is the usual case.
        let last = self.zones.len() - 1;
        let found = self.zones[..last].iter().position(|zone| pfn.0 < zone.start + zone.len);
        &mut self.zones[found.unwrap_or(last)]
    }
}
