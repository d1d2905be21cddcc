//! Contiguous requests that no free run can serve: the cheapest window of frames is chosen and cleared; Linux's
//! `alloc_contig_range` and compaction. Without a way back from a frame to its PTEs none of it could be aimed.
//!
//! ```text
//! frames   |.a|bT|..|cd|e.|          4 wanted:   T a table: stays       . free       a to e pages
//! windows      [      ] no           [.. c d] two to move               [d e . .] two: the cheapest come first
//! ```
//! 1. `choose`: every window of the length wanted gets a price; used frames are dropped, moved or written out, as the
//!    request and the settings allow. 2. `plan`: what goes where. 3. `clear`: done; nothing can fail any more.
//!
//! An atomic request never waits: pages are moved ("blitting") or, if clean, dropped. Others may have pages swapped
//! out ("intelligently chosen swapping"). Sources: Keith and van Riel on linux-mm, 1998; Nazarewicz 2010 (CMA).
//! Invariant: a request that fails has changed nothing, but for what `contig.rescue` other than `window` tried.

mod choose;
mod clear;
pub mod compact;
mod plan;

use crate::alloc::FrameAllocator;
use crate::config::contig::{ContigConfig, Rescue};
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::report::Report;
use crate::vocabulary::request::{Gfp, Lack, Need, Request};
use crate::vocabulary::trace::{NullTrace, Trace};

/// What may be done to clear a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Ways {
    zap: bool,
    moving: bool,
    write: bool,
}

impl Ways {
    fn of(request: &Request, contig: ContigConfig) -> Ways {
        let (atomic, reclaim) = (request.gfp.contains(Gfp::ATOMIC), request.gfp.contains(Gfp::RECLAIM));
        Ways {
            zap: contig.zap && may_drop(request, contig),
            moving: contig.moving && (atomic || request.gfp.contains(Gfp::MOVE)),
            write: contig.swap && reclaim && !atomic,
        }
    }

    fn none(self) -> bool {
        !(self.zap || self.moving || self.write)
    }
}

/// Whether clean pages may be dropped for a request: if it may reclaim or, where the settings allow that, is atomic.
pub fn may_drop(request: &Request, contig: ContigConfig) -> bool {
    if request.gfp.contains(Gfp::ATOMIC) { contig.zap_atomic } else { request.gfp.contains(Gfp::RECLAIM) }
}

impl Mm {
    /// Finds frames for a request that the allocator has just failed to serve.
    pub(in crate::mm) fn make_room(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        if request.is_any_page() {
            return self.reclaim_and_retry(request, &mut Report::default(), t);
        }
        let mut report = Report::default();
        let got = match self.settings().contig.rescue {
            Rescue::Window => self.clear_cheapest(request, &mut report, t),
            Rescue::Compact => self.compact_and_retry(request, &mut report, t),
            Rescue::Reclaim => self.reclaim_and_retry(request, &mut report, t),
        };
        report.lack = got.err();
        t.emit(|| Event::Contig { request: *request, report });
        got
    }

    fn clear_cheapest(&mut self, request: &Request, report: &mut Report, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let ways = Ways::of(request, self.settings().contig);
        let given = self.allocator().given(request).expect("refused before if it never can be served");
        let Some(plan) = self.plan(request, given, ways, report, t) else {
            return Err(self.why_no_window(request, given, ways));
        };
        report.window = Some(plan.window);
        self.clear(&plan, report, t);
        self.pay_back(request, plan.window.start, report, t);
        let got = plan.window.start;
        t.emit(|| Event::Alloc { request: *request, got: Some(got) });
        Ok(got)
    }

    /// Why no window could be cleared: what the request forbids, else what stands in the way.
    fn why_no_window(&self, request: &Request, given: u32, ways: Ways) -> Lack {
        let ContigConfig { zap, moving, swap, .. } = self.settings().contig;
        let more = [
            (Need::Move, Ways { moving, ..ways }),
            (Need::Reclaim, Ways { moving, zap, ..ways }),
            (Need::Disk, Ways { moving, zap, write: swap }),
        ];
        for (needed, more) in more {
            // Searches as before, but without events.
            if more != ways && self.plan(request, given, more, &mut Report::default(), &mut NullTrace).is_some() {
                return Lack::Forbidden { needed };
            }
        }
        let free = self.allocator().free_frames();
        match self.least_stuck(&self.search(request, given, more[2].1)) {
            Some((window, at)) if !more[2].1.none() => Lack::Unmovable { window, at },
            _ if free < given => Lack::Frames { free },
            _ => Lack::Run { largest: self.largest_free() },
        }
    }

    /// Reclaims after a request that could wait, so that the reserve is as large as it was.
    fn pay_back(&mut self, request: &Request, at: Pfn, report: &mut Report, t: &mut impl Trace) {
        let (start, end) = self.zone_of(at);
        let free = (start..end).filter(|n| self.is_free(Pfn(*n))).count() as u32;
        if request.gfp.contains(Gfp::RECLAIM) && !request.gfp.contains(Gfp::ATOMIC) && free < self.settings().reserve {
            self.reclaim_for(self.settings().reserve - free, report, t);
        }
    }

    /// Compacts, and asks the allocator once more.
    fn compact_and_retry(&mut self, request: &Request, report: &mut Report, t: &mut impl Trace) -> Result<Pfn, Lack> {
        if Ways::of(request, self.settings().contig).moving {
            self.compact_zones(report, t);
        }
        self.allocator_mut().alloc(request, t).ok_or_else(|| self.lack(request.pages))
    }

    /// Reclaims page after page, wherever they lie, and asks the allocator again each time.
    fn reclaim_and_retry(&mut self, request: &Request, report: &mut Report, t: &mut impl Trace) -> Result<Pfn, Lack> {
        loop {
            if self.reclaim_for(request.pages, report, t) == 0 {
                return Err(self.lack(request.pages));
            }
            if let Some(first) = self.allocator_mut().alloc(request, t) {
                return Ok(first);
            }
        }
    }

    fn lack(&self, pages: u32) -> Lack {
        match self.allocator().free_frames() {
            free if free < pages => Lack::Frames { free },
            _ => Lack::Run { largest: self.largest_free() },
        }
    }

    /// Length in frames of the longest stretch of free frames, whatever lists they are in.
    fn largest_free(&self) -> u32 {
        let longest = |&(start, end): &(u32, u32)| {
            let mut run = 0;
            (start..end)
                .map(|n| {
                    if self.is_free(Pfn(n)) {
                        run += 1;
                        run
                    } else {
                        run = 0;
                        0
                    }
                })
                .max()
                .unwrap_or(0)
        };
        self.settings().zones.iter().map(longest).max().unwrap_or(0)
    }

    /// The first frame and the end of the zone that a frame is in.
    fn zone_of(&self, pfn: Pfn) -> (u32, u32) {
        let holds = |(start, end): &&(u32, u32)| (*start..*end).contains(&pfn.0);
        *self.settings().zones.iter().find(holds).expect("every frame is in a zone")
    }

    /// Whether `pages` frames from `start` lie in one zone, up to the `highest` allowed.
    pub(crate) fn zone_holds(&self, start: Pfn, pages: u32, highest: Option<u8>) -> bool {
        let end = u64::from(start.0) + u64::from(pages);
        let zones = self.settings().zones.iter().take(highest.map_or(usize::MAX, |zone| usize::from(zone) + 1));
        zones.into_iter().any(|(low, high)| *low <= start.0 && end <= u64::from(*high))
    }
}
