//! Compaction of an allocator's heaps: segments move down, so that there is room at the top. A segment is a movable
//! run, or a page of a process or file, one frame long; the reverse map makes pages movable.
//!
//! 1. `plan` what would go where, in the ways the settings allow, until one makes the room that is asked for.
//! 2. Move, in that order. 3. Only then may the request take what is at the top.
//!
//! A request in this machine cannot sleep until a device is done. One that has to wait fails with EAGAIN and names the
//! segment; `locked: "panic"` ends its patience with a failure of its own, where the mail's kernel would panic, and
//! with `"sleep"` the compactor goes on when the segment is unpinned (`sleep`). Invariant: without a plan that serves
//! the request nothing is moved, but for what lies below where it goes to sleep. Source: Lee, May 2013.

mod background;
pub mod plan;
mod sleep;
mod ways;

use super::migrate::Unmovable;
use crate::alloc::{FrameAllocator, Heap, Heaps};
use crate::config::Locked;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::report::{Fit, Report};
use crate::vocabulary::request::{Gfp, Lack, Request};
use crate::vocabulary::trace::Trace;
use plan::{Move, Plan, Segment, Stays};
use std::ops::Range;
use ways::{arenas, plans};

/// One miss of a single frame reclaims at most this many pages: Linux's SWAP_CLUSTER_MAX.
const BATCH: u32 = 32;

impl Mm {
    /// Finds frames for a request that found no room: by compaction, else by reclaim and compaction.
    pub(in crate::mm) fn room_at_top(&mut self, request: &Request, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let mut report = Report::default();
        let got = self.compact_or_reclaim(request, &mut report, t);
        report.lack = got.err();
        self.set_waits(match report.lack {
            Some(Lack::Locked { waits, .. } | Lack::Panic { waits, .. }) => waits,
            _ => 0,
        });
        t.emit(|| Event::Contig { request: *request, report });
        got
    }

    fn compact_or_reclaim(&mut self, request: &Request, report: &mut Report, t: &mut impl Trace) -> Result<Pfn, Lack> {
        let atomic = request.gfp.contains(Gfp::ATOMIC);
        loop {
            let lack = match self.slide_down(request, !atomic, report, t) {
                Ok(first) => return Ok(first),
                Err(lack) => lack,
            };
            let waits = matches!(lack, Lack::Locked { .. } | Lack::Panic { .. });
            let may_reclaim = request.gfp.contains(Gfp::RECLAIM) && !atomic && !waits;
            if !may_reclaim || self.reclaim_for(request.pages, report, t) == 0 {
                return Err(lack);
            }
            if let Some(first) = self.allocator_mut().alloc(request, t) {
                return Ok(first);
            }
        }
    }

    /// Finds one frame for a request that found no room. It never waits, and any gap will do before a page is
    /// reclaimed. Reclaim then frees some more, or each next miss would slide the heap by one frame.
    pub(in crate::mm) fn frame_at_top(&mut self, request: &Request, t: &mut impl Trace) -> Option<Pfn> {
        let batch = (self.frames().studied() / BATCH).clamp(1, BATCH);
        loop {
            let mut report = Report::default();
            let got = self.slide_down(request, false, &mut report, t).ok();
            if report.moved > 0 {
                t.emit(|| Event::Contig { request: *request, report });
            }
            let got = got.or_else(|| self.allocator_mut().alloc_kept(request, t));
            if got.is_some() {
                return got;
            }
            if self.reclaim(batch, t) == 0 {
                return None;
            }
            if let Some(pfn) = self.allocator_mut().alloc(request, t) {
                return Some(pfn);
            }
        }
    }

    /// Compacts as far as `heap_top.amount` says, then asks again. `wait`: the request can wait for a locked segment.
    fn slide_down(
        &mut self,
        request: &Request,
        wait: bool,
        report: &mut Report,
        t: &mut impl Trace,
    ) -> Result<Pfn, Lack> {
        let Some(heaps) = self.allocator().heaps() else { return Err(Lack::Run { largest: 0 }) };
        if !request.gfp.intersects(Gfp::MOVE | Gfp::ATOMIC) {
            return Err(Lack::Forbidden { needed: crate::vocabulary::request::Need::Move });
        }
        let settings = heaps.settings;
        let mut lack = None;
        for zone in heaps.zones_for(request).filter(|zone| heaps.available(*zone, request) >= request.pages) {
            for arena in arenas(heaps, zone) {
                let segments = self.segments(&heaps.all()[arena.clone()]);
                report.inspected += segments.len() as u32;
                match self.plan_room(zone, arena, segments, request) {
                    Ok(plan) => {
                        report.moved += self.carry_out(&plan.moves, t);
                        return self.allocator_mut().alloc(request, t).ok_or(Lack::Run { largest: 0 });
                    }
                    Err(Some(at))
                        if wait && matches!(settings.locked, Locked::Wait | Locked::Panic | Locked::Sleep) =>
                    {
                        lack = lack.or(Some(at));
                    }
                    Err(_) => {}
                }
            }
        }
        if let Some(at) = lack.filter(|_| settings.locked == Locked::Sleep) {
            report.moved += self.sleep_at(at, t);
        }
        Err(self.why_no_room(lack, request))
    }

    /// The first plan that makes room; else the locked segment that stands in the way of one.
    fn plan_room(
        &self,
        zone: u8,
        arena: Range<usize>,
        mut segments: Vec<Segment>,
        request: &Request,
    ) -> Result<Plan, Option<Pfn>> {
        let heaps = self.heaps();
        let wanted = if heaps.settings.degrade > 0 { *request } else { heaps.wished(request) };
        let serves = |plan: &Plan| {
            let place = |(heap, top): (&Heap, &u32)| heaps.place(*top, heap.ceiling, &wanted);
            heaps.all()[arena.clone()].iter().zip(&plan.tops).find_map(place).is_some()
        };
        if let Some(plan) = plans(heaps, zone, &arena, &segments, Some(&wanted)).find(serves) {
            return Ok(plan);
        }
        let locked =
            segments.iter().find(|segment| segment.stays == Some(Stays::Locked)).map(|segment| Pfn(segment.at));
        for segment in segments.iter_mut().filter(|segment| segment.stays == Some(Stays::Locked)) {
            segment.stays = None;
        }
        let would = locked.filter(|_| plans(heaps, zone, &arena, &segments, None).any(|plan| serves(&plan)));
        Err(would)
    }

    /// What stands below the top of each heap, lowest first.
    fn segments(&self, arena: &[Heap]) -> Vec<Segment> {
        let heaps = self.heaps();
        let mut segments = Vec::new();
        for heap in arena {
            let mut at = heap.start;
            while at < heap.top {
                if let Some(gap) = heaps.gap_at(Pfn(at)) {
                    at += gap.len;
                    continue;
                }
                let run = match self.frame(Pfn(at)).state {
                    FrameUse::Run { first } => self.runs().get(&first),
                    _ => None,
                };
                let (len, align, offset) = run.map_or((1, 1, 0), |r| (r.given, r.request.align, r.request.offset));
                let free = self.frame(Pfn(at)).state == FrameUse::Free;
                let stays = match self.why_unmovable(Pfn(at)) {
                    Some(Unmovable::Pinned) => Some(Stays::Locked),
                    Some(_) => Some(Stays::Unmovable),
                    // A run on its way to the allocator.
                    None => free.then_some(Stays::Unmovable),
                };
                segments.push(Segment { at, len, align, offset, stays });
                at += len;
            }
        }
        segments
    }

    /// Moves segments; returns how many frames.
    fn carry_out(&mut self, moves: &[Move], t: &mut impl Trace) -> u32 {
        let large = self.heaps().settings.large;
        for Move { from, to, len } in moves {
            let offset = self.runs().get(&Pfn(*from)).map_or(0, |run| run.request.offset);
            let segment = Segment { at: *from, len: *len, align: 1, offset, stays: None };
            self.move_to(Pfn(*from), Pfn(*to), t);
            let fit = match (segment.is_degraded(large), Segment { at: *to, ..segment }.is_degraded(large)) {
                (false, true) => Fit::Degraded,
                (true, false) => Fit::Realigned,
                _ => continue,
            };
            t.emit(|| Event::Fit { pfn: Pfn(*to), pages: *len, fit });
        }
        moves.iter().map(|step| step.len).sum()
    }

    fn why_no_room(&self, locked: Option<Pfn>, request: &Request) -> Lack {
        let heaps = self.heaps();
        let free = heaps.free_frames();
        if let Some(at) = locked {
            let waits = self.waits() + 1;
            let panic = heaps.settings.locked == Locked::Panic && waits > heaps.settings.patience;
            return if panic { Lack::Panic { at, waits } } else { Lack::Locked { at, waits } };
        }
        if free < request.pages {
            return Lack::Frames { free };
        }
        let gaps = heaps.all().iter().flat_map(|heap| heaps.gaps_of(heap)).map(|gap| gap.len);
        let largest = gaps.chain(heaps.all().iter().map(|heap| heap.ceiling - heap.top)).max().unwrap_or(0);
        Lack::Run { largest }
    }

    fn heaps(&self) -> &Heaps {
        self.allocator().heaps().expect("only an allocator with heaps has segments slide")
    }
}
