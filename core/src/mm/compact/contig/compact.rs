//! Compaction with two scanners; Linux's `mm/compaction.c` (Gorman 2010).
//!
//! ```text
//! zone  |p.p.|..pp|.p..|p...|   ->   |....|....|.ppp|ppp |
//!        migrate scanner -->  <-- free scanner            done when they meet
//! ```
//! The migrate scanner takes the pages of one pageblock after another that can be moved, from the bottom up; the free
//! scanner finds them places, from the top down. A movable run goes where the highest stretch is that holds it.

use super::Mm;
use crate::alloc::{FrameAllocator, Kept};
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::report::Report;
use crate::vocabulary::request::{Mobility, Request};
use crate::vocabulary::trace::Trace;

/// Number of frames of a pageblock: 2 MiB of 4 KiB pages.
const PAGEBLOCK: u32 = 512;

/// The two scanners: frames from `low` up are still to be emptied, those from `high` up are done with.
struct Scanners {
    low: u32,
    high: u32,
    /// Number of frames that the free scanner has examined since the last event.
    looked: u32,
    /// Free frames that the allocator keeps from pages: nothing is moved there.
    kept: Kept,
}

impl Mm {
    /// Compacts every zone; returns how many frames moved.
    pub(crate) fn compact(&mut self, t: &mut impl Trace) -> u32 {
        if self.allocator().heaps().is_some() {
            return self.slide_all(t);
        }
        let mut report = Report::default();
        self.compact_zones(&mut report, t);
        report.moved
    }

    pub(super) fn compact_zones(&mut self, report: &mut Report, t: &mut impl Trace) {
        for (low, high) in self.settings().zones.clone() {
            let mut scanners =
                Scanners { low, high, looked: 0, kept: self.allocator().kept(&Request::page(Mobility::Movable)) };
            while scanners.low < scanners.high {
                self.empty_pageblock(&mut scanners, report, t);
            }
        }
    }

    /// Moves what can be moved out of the pageblock at the migrate scanner.
    fn empty_pageblock(&mut self, scanners: &mut Scanners, report: &mut Report, t: &mut impl Trace) {
        let start = scanners.low;
        let end = ((start / PAGEBLOCK + 1) * PAGEBLOCK).min(scanners.high);
        while scanners.low < end.min(scanners.high) {
            let pfn = Pfn(scanners.low);
            scanners.low += 1;
            if self.is_free(pfn) || self.why_unmovable(pfn).is_some() {
                continue;
            }
            match self.frame(pfn).state {
                FrameUse::Run { first } => report.moved += self.raise_run(first, scanners, t),
                _ => match self.next_free(scanners) {
                    Some(to) => {
                        self.move_to(pfn, to, t);
                        report.moved += 1;
                    }
                    None => break,
                },
            }
        }
        let looked = scanners.low - start + scanners.looked;
        report.inspected += looked;
        t.emit(|| Event::Inspect { pfn: Pfn(scanners.low - 1), looked });
        scanners.looked = 0;
    }

    /// The next free frame below the free scanner and above the other one; `None` when the scanners meet.
    fn next_free(&self, scanners: &mut Scanners) -> Option<Pfn> {
        while scanners.low < scanners.high {
            scanners.high -= 1;
            scanners.looked += 1;
            if self.is_room(Pfn(scanners.high), scanners) {
                return Some(Pfn(scanners.high));
            }
        }
        None
    }

    fn is_room(&self, pfn: Pfn, scanners: &Scanners) -> bool {
        self.is_free(pfn) && !scanners.kept.has(pfn)
    }

    /// Moves a run to the highest place above it; the migrate scanner goes on after it. Returns how many frames moved.
    fn raise_run(&mut self, first: Pfn, scanners: &mut Scanners, t: &mut impl Trace) -> u32 {
        let run = self.runs()[&first].clone();
        scanners.low = (first.0 + run.given).min(scanners.high);
        let (mut at, mut free) = (scanners.high, 0);
        while at > scanners.low {
            (at, scanners.looked) = (at - 1, scanners.looked + 1);
            free = if self.is_room(Pfn(at), scanners) { free + 1 } else { 0 };
            if free >= run.given && run.request.fits_at(at) && self.zone_holds(Pfn(at), run.given, run.request.zone) {
                self.migrate_run(first, Pfn(at), t);
                return run.given;
            }
        }
        0
    }
}
