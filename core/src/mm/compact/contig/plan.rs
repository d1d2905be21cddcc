//! What is done with each frame of the chosen window, and where what is moved goes: to the shortest free stretches
//! outside the window, so that long ones stay whole.

use super::choose::{Search, Way};
use super::{Mm, Ways};
use crate::alloc::Kept;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::report::Report;
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::VmaFlags;

/// The claim on room of pages that need no room.
const NO_ROOM: u8 = 3;

/// One step of a plan.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Drop a page, or write it out.
    Evict(Pfn),
    Move {
        from: Pfn,
        to: Pfn,
    },
    /// Move a run of `pages`.
    Run {
        first: Pfn,
        to: Pfn,
        pages: u32,
    },
}

/// A window and the steps that clear it.
#[derive(Debug)]
pub(super) struct Plan {
    pub window: FreeRun,
    pub steps: Vec<Step>,
}

impl Mm {
    /// The cheapest window that can be cleared, and how. What is found out on the way (a run without another place, a
    /// locked page) begins the search again.
    pub(super) fn plan(
        &self,
        request: &Request,
        given: u32,
        ways: Ways,
        report: &mut Report,
        t: &mut impl Trace,
    ) -> Option<Plan> {
        if ways.none() {
            return None;
        }
        let mut search = self.search(request, given, ways);
        loop {
            let (found, looked) = self.cheapest(&search);
            report.inspected += looked;
            t.emit(|| Event::Inspect { pfn: found.map_or(Pfn(0), |window| window.start), looked });
            let window = found?;
            match self.steps(window, &search) {
                Ok(steps) => match self.locked_among(&steps, t) {
                    locked if locked.is_empty() => return Some(Plan { window, steps }),
                    locked => search.locked.extend(locked),
                },
                Err(homeless) => drop(search.homeless.insert(homeless)),
            }
        }
    }

    /// The pages that were to be dropped or written and that a locked VMA maps, which only its reverse map knows: they
    /// can only be moved.
    fn locked_among(&self, steps: &[Step], t: &mut impl Trace) -> Vec<Pfn> {
        let evicted = steps.iter().filter_map(|step| match step {
            Step::Evict(pfn) => Some(*pfn),
            Step::Move { .. } | Step::Run { .. } => None,
        });
        let locked = |vma| self.vma_by_id(vma).flags.contains(VmaFlags::LOCKED);
        evicted.filter(|pfn| self.mappings(*pfn, t).iter().any(|(_, vma)| locked(*vma))).collect()
    }

    /// The steps, or a run for which there is no other place.
    fn steps(&self, window: FreeRun, search: &Search) -> Result<Vec<Step>, Pfn> {
        let mut holes = Holes(self.free_outside(window, &search.kept));
        let mut spare: Vec<i64> = search.spare.clone();
        let zone_of = |pfn: Pfn| self.settings().zones.iter().position(|(_, end)| pfn.0 < *end).unwrap_or(0);
        let frames = || (0..window.len).map(|n| window.start.plus(n));
        spare[zone_of(window.start)] -= frames().filter(|pfn| self.is_free(*pfn)).count() as i64;
        let mut steps = Vec::new();
        for (first, run) in self.runs().range(..window.start.plus(window.len)).rev() {
            if first.0 + run.given <= window.start.0 {
                break;
            }
            let fits = |at: Pfn| run.request.fits_at(at.0) && self.zone_holds(at, run.given, run.request.zone);
            let to = holes.take(run.given, fits).ok_or(*first)?;
            spare[zone_of(to)] -= i64::from(run.given);
            steps.push(Step::Run { first: *first, to, pages: run.given });
        }
        let mut pages: Vec<(u8, Pfn)> =
            frames().filter_map(|pfn| Some((self.claim_on_room(pfn, search)?, pfn))).collect();
        pages.sort();
        for (claim, from) in pages {
            let to = (claim < NO_ROOM).then(|| holes.take(1, |at| spare[zone_of(at)] > 0)).flatten();
            let Some(to) = to else {
                steps.push(Step::Evict(from));
                continue;
            };
            spare[zone_of(to)] -= 1;
            steps.push(Step::Move { from, to });
        }
        Ok(steps)
    }

    /// How strong a page's claim is to be moved when there is not room for all: strongest are those that cannot be
    /// dropped, then those that would take a slot. `None`: the page need not go.
    fn claim_on_room(&self, pfn: Pfn, search: &Search) -> Option<u8> {
        match self.way(pfn, search).0 {
            Way::Move { else_drop: false } => Some(0),
            Way::Move { else_drop: true } => Some(if self.needs_slot(pfn) { 1 } else { 2 }),
            Way::Zap | Way::Write => Some(NO_ROOM),
            Way::Free | Way::Run { .. } | Way::Stuck => None,
        }
    }

    pub(super) fn is_free(&self, pfn: Pfn) -> bool {
        self.frame(pfn).state == FrameUse::Free
    }

    /// The free stretches without the window and what is kept, cut at the edges of zones, shortest first, of equals the
    /// highest.
    fn free_outside(&self, window: FreeRun, kept: &Kept) -> Vec<FreeRun> {
        let mut holes: Vec<FreeRun> = Vec::new();
        let inside = window.start.0..window.start.0 + window.len;
        for &(low, high) in &self.settings().zones {
            let mut start = None;
            for n in low..=high {
                let free = n < high && self.is_free(Pfn(n)) && !inside.contains(&n) && !kept.has(Pfn(n));
                match (free, start) {
                    (true, None) => start = Some(n),
                    (false, Some(from)) => {
                        holes.push(FreeRun { start: Pfn(from), len: n - from });
                        start = None;
                    }
                    (true, Some(_)) | (false, None) => {}
                }
            }
        }
        holes.sort_by_key(|hole| (hole.len, std::cmp::Reverse(hole.start)));
        holes
    }
}

/// Free stretches, shortest first.
struct Holes(Vec<FreeRun>);

impl Holes {
    /// Takes `len` frames from the shortest that has them at a place that fits, the highest such.
    fn take(&mut self, len: u32, fits: impl Fn(Pfn) -> bool) -> Option<Pfn> {
        let place = |hole: &FreeRun| {
            let starts = hole.start.0..(hole.start.0 + hole.len + 1).saturating_sub(len);
            starts.rev().map(Pfn).find(|at| fits(*at))
        };
        let (n, at) = self.0.iter().enumerate().find_map(|(n, hole)| Some((n, place(hole)?)))?;
        let hole = self.0.remove(n);
        let end = at.0 + len;
        for part in [(hole.start.0, at.0), (end, hole.start.0 + hole.len)] {
            if part.0 < part.1 {
                let part = FreeRun { start: Pfn(part.0), len: part.1 - part.0 };
                let place = self.0.partition_point(|other| other.len < part.len);
                self.0.insert(place, part);
            }
        }
        Some(at)
    }
}
