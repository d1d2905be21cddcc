//! Single frames with no listener: nearly all requests, so a way of their own that is short.
//!
//! ```text
//!   taken: 9   then 9 is given back -> what is free is as it was, so the next single frame is 9 again, and no index
//!              be updated: each that the first change concerned has yet to settle
//!   else       the highest that stands alone, else one more gnawed off the area that is gnawed at
//! ```
//! It does what the long way does (`ZoneRuns::find`, `take`, `give`), in the zone that would be asked first. A property
//! holds the silent machine equal to the traced one.

use super::zone::{Again, ZoneRuns};
use super::{Gravity, Part};
use crate::units::Pfn;
use crate::vocabulary::request::{Gfp, Request};

impl Gravity {
    /// Allocates a single frame. `None`: take the long way.
    #[inline]
    pub(super) fn alloc_single(&mut self, request: &Request) -> Option<Pfn> {
        let atomic = request.gfp.contains(Gfp::ATOMIC);
        let (reserve, spare) = if atomic { (0, 0) } else { (self.min_free, self.areas) };
        let highest = request.highest(self.zones.len());
        let zone = &mut self.zones[usize::from(highest)];
        if !request.is_single() || zone.keep == 1 || zone.free <= reserve {
            return None;
        }
        let at = zone.take_single(spare)?;
        zone.free -= 1;
        Some(Pfn(zone.start + at))
    }

    #[inline]
    pub(super) fn free_single(&mut self, pfn: Pfn) {
        let zone = self.zone_of(pfn);
        zone.give_single(pfn.0 - zone.start);
    }

    #[inline]
    fn zone_of(&mut self, pfn: Pfn) -> &mut ZoneRuns {
        // One zone is the usual case.
        let last = self.zones.len() - 1;
        let found = self.zones[..last].iter().position(|zone| pfn.0 < zone.start + zone.len);
        &mut self.zones[found.unwrap_or(last)]
    }
}

impl ZoneRuns {
    #[inline]
    fn take_single(&mut self, spare: u32) -> Option<u32> {
        let again = std::mem::take(&mut self.again);
        let at = if let Again::Back { at, spare: before } = again
            && before == spare
        {
            self.take_again(Part { start: at, len: 1 });
            at
        } else if let Some(at) = self.take_alone() {
            at
        } else {
            let at = self.next_of_run(spare)?;
            self.occupy(Part { start: at, len: 1 });
            at
        };
        self.again = Again::Taken { at, spare };
        Some(at)
    }

    /// Where none stands alone: the last of a longer fragment, or of the area that is gnawed at.
    #[inline]
    fn next_of_run(&mut self, spare: u32) -> Option<u32> {
        self.fragments.settle(&mut self.bits);
        if let Some(len) = self.fragments.shortest(1) {
            return self.fragments.highest(len, &self.bits).map(|part| part.end() - 1);
        }
        let (area, _) = self.areas.gnawed(1, &self.bits).filter(|(_, left)| *left >= spare)?;
        Some(area.end() - 1)
    }

    #[inline]
    fn give_single(&mut self, at: u32) {
        self.free += 1;
        let part = Part { start: at, len: 1 };
        self.again = match self.again {
            Again::Taken { at: taken, spare } if taken == at => {
                self.put_back(part);
                Again::Back { at, spare }
            }
            _ => {
                self.release(part);
                Again::Unknown
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alloc::FrameAllocator;
    use crate::config::Config;
    use crate::vocabulary::free_lists::FreeRun;
    use crate::vocabulary::trace::NullTrace;

    /// A frame is taken and put back; in between a request fails, for which the indexes have looked.
    #[test]
    fn an_index_that_has_looked_hears_of_a_frame_put_back() {
        let t = &mut NullTrace;
        let run = |start, len| FreeRun { start: Pfn(start), len };
        let mut gravity = Gravity::new(&Config { frames: 200, min_free: 0, ..Config::default() }, &|_| true);
        gravity.claim(run(0, 200), t);
        gravity.free(run(10, 2), t);
        gravity.free(run(100, 2), t);
        assert_eq!(gravity.alloc(&Request::of(1), t), Some(Pfn(101)));
        assert_eq!(gravity.alloc(&Request::of(3), t), None);
        gravity.free(run(101, 1), t);
        assert_eq!(gravity.check(), Vec::<String>::new());
        assert_eq!(gravity.alloc(&Request::of(2), t), Some(Pfn(100)));
    }
}
