//! The price of a window, and the cheapest one. A window slides over each zone; what enters and what leaves it is added
//! and taken away, so every frame is examined once.
//!
//! Prices are cycles as the tally counts them: a copy 1000, a PTE 300, a disk access 300,000, dropping a page 100.
//! A page whose bytes are elsewhere (clean file page, swap cache) costs a disk read later if it is used again, so it is
//! dropped only when it is not mapped, or when it cannot be moved.

use super::{Mm, Ways};
use crate::alloc::{FrameAllocator, Kept};
use crate::config::contig::Prefer;
use crate::units::Pfn;
use crate::vocabulary::frame::{FrameUse, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::request::Request;
use std::collections::BTreeSet;

const DROP: i64 = 100;
const PTE: i64 = 300;
const COPY: i64 = 1000;
const DISK: i64 = 300_000;
/// What a free frame costs that the allocator keeps for other requests: so others are written out first.
const KEPT: i64 = 2 * DISK;

/// How a frame of a window is emptied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Free,
    /// Dropped: its bytes are stored elsewhere.
    Zap,
    /// Moved. `else_drop`: it could be dropped or written instead.
    Move {
        else_drop: bool,
    },
    /// Written to swap or to its file.
    Write,
    /// Moved with its whole run.
    Run {
        first: Pfn,
    },
    Stuck,
}

/// What a window would take: how many of its frames are what.
#[derive(Clone, Copy, Default, Debug)]
struct Sum {
    cost: i64,
    free: i64,
    /// Those of `free` that are not kept.
    open: i64,
    stuck: i64,
    /// Number of frames needed elsewhere.
    moved: i64,
    /// Those of `moved` that need none if they are dropped or written instead; and those of these that then need a
    /// slot.
    either: i64,
    either_slots: i64,
    /// Number of slots needed.
    slots: i64,
}

/// A search: the request, and what is known not to work.
pub(super) struct Search<'a> {
    pub request: &'a Request,
    pub given: u32,
    pub ways: Ways,
    /// Free frames that the allocator keeps from the request: nothing is moved there.
    pub kept: Kept,
    /// Movable runs for which there is no other place.
    pub homeless: BTreeSet<Pfn>,
    /// Pages of locked VMAs that do not say so themselves.
    pub locked: BTreeSet<Pfn>,
    /// Free frames of each zone that may be used up without the reserve. Below zero: owed.
    pub spare: Vec<i64>,
    /// Free frames of each zone that are not kept.
    open: Vec<i64>,
}

impl Mm {
    /// A search that knows nothing yet.
    pub(super) fn search<'a>(&self, request: &'a Request, given: u32, ways: Ways) -> Search<'a> {
        let reserve = i64::from(request.reserve(self.settings().reserve));
        let kept = self.allocator().kept(request);
        let zones = &self.settings().zones;
        let free = |&(start, end): &(u32, u32)| (start..end).map(Pfn).filter(|pfn| self.is_free(*pfn));
        let spare = zones.iter().map(|zone| free(zone).count() as i64 - reserve).collect();
        let open = zones.iter().map(|zone| free(zone).filter(|pfn| !kept.has(*pfn)).count() as i64).collect();
        Search { request, given, ways, kept, homeless: BTreeSet::new(), locked: BTreeSet::new(), spare, open }
    }

    /// The cheapest window that can be cleared, and how many frames were examined.
    pub(super) fn cheapest(&self, search: &Search) -> (Option<FreeRun>, u32) {
        let mut best: Option<(i64, u32)> = None;
        let looked = self.each_window(search, |zone, start, sum| {
            if let Some(cost) = self.price(search, zone, sum)
                && best.is_none_or(|(least, _)| cost < least)
            {
                best = Some((cost, start));
            }
        });
        (best.map(|(_, start)| FreeRun { start: Pfn(start), len: search.given }), looked)
    }

    /// The window with the fewest frames that cannot be emptied, and the first of these.
    pub(super) fn least_stuck(&self, search: &Search) -> Option<(FreeRun, Pfn)> {
        let mut best: Option<(i64, u32)> = None;
        self.each_window(search, |_, start, sum| {
            if best.is_none_or(|(least, _)| sum.stuck < least) {
                best = Some((sum.stuck, start));
            }
        });
        let window = FreeRun { start: Pfn(best?.1), len: search.given };
        let at = (0..window.len).map(|n| window.start.plus(n)).find(|pfn| self.way(*pfn, search).0 == Way::Stuck)?;
        Some((window, at))
    }

    /// Visits every window, highest zone first; returns how many frames were examined.
    fn each_window(&self, search: &Search, mut visit: impl FnMut(usize, u32, &Sum)) -> u32 {
        let given = search.given;
        let request = Request { align: self.allocator().alignment(search.request), ..*search.request };
        let allowed = request.zone.map_or(self.settings().zones.len(), |zone| usize::from(zone) + 1);
        let mut looked = 0;
        for (zone, &(low, high)) in self.settings().zones[..allowed].iter().enumerate().rev() {
            let (mut sum, mut from, mut to) = (Sum::default(), low, low);
            let mut next = request.aligned_up(low);
            while let Some(start) = next
                && start.checked_add(given).is_some_and(|end| end <= high)
            {
                if to <= start {
                    (sum, from, to) = (Sum::default(), start, start);
                }
                while from < start {
                    self.leave(search, &mut sum, (from, to));
                    from += 1;
                }
                while to < start + given {
                    self.enter(search, &mut sum, (from, to));
                    (to, looked) = (to + 1, looked + 1);
                }
                visit(zone, start, &sum);
                next = start.checked_add(1).and_then(|start| request.aligned_up(start));
            }
        }
        looked
    }

    /// What clearing a window costs; `None` if it cannot be cleared. Pages for which there is no room elsewhere are
    /// written.
    fn price(&self, search: &Search, zone: usize, sum: &Sum) -> Option<i64> {
        let left = |z: usize| search.spare[z] - if z == zone { sum.free } else { 0 };
        let owed = (-left(zone)).max(0);
        let open = |z: usize| search.open[z] - if z == zone { sum.open } else { 0 };
        let room: i64 = (0..search.spare.len()).map(|z| left(z).min(open(z)).max(0)).sum();
        let short = (sum.moved - room).max(0);
        let slots = sum.slots + (short - (sum.either - sum.either_slots)).max(0);
        let free_slots = i64::from(self.disk().len() - self.disk().used());
        let possible = sum.stuck == 0 && short <= sum.either && slots <= free_slots && (owed == 0 || search.ways.write);
        possible.then_some(sum.cost + (short + owed) * DISK)
    }

    fn enter(&self, search: &Search, sum: &mut Sum, (from, at): (u32, u32)) {
        let (way, cost) = self.way(Pfn(at), search);
        match way {
            // A run counts once: when its first frame in the window comes in.
            Way::Run { first } if first.0.max(from) != at => {}
            _ => self.count(sum, (Pfn(at), way), cost, 1),
        }
    }

    fn leave(&self, search: &Search, sum: &mut Sum, (at, to): (u32, u32)) {
        let (way, cost) = self.way(Pfn(at), search);
        match way {
            Way::Run { first } if (first.0 + self.runs()[&first].given).min(to) != at + 1 => {}
            _ => self.count(sum, (Pfn(at), way), cost, -1),
        }
    }

    fn count(&self, sum: &mut Sum, (pfn, way): (Pfn, Way), cost: i64, sign: i64) {
        sum.cost += sign * cost;
        match way {
            Way::Free => {
                sum.free += sign;
                sum.open += if cost == KEPT { 0 } else { sign };
            }
            Way::Zap => {}
            Way::Move { else_drop } => {
                sum.moved += sign;
                sum.either += sign * i64::from(else_drop);
                sum.either_slots += sign * i64::from(else_drop && self.needs_slot(pfn));
            }
            Way::Write => sum.slots += sign * i64::from(self.needs_slot(pfn)),
            Way::Run { first } => sum.moved += sign * i64::from(self.runs()[&first].given),
            Way::Stuck => sum.stuck += sign,
        }
    }

    /// Whether writing a page out takes a slot.
    pub(super) fn needs_slot(&self, pfn: Pfn) -> bool {
        let frame = self.frame(pfn);
        match frame.mapping {
            Owner::Object(id) => self.object(id).info.kind.swap_backed(),
            Owner::Anon(_) | Owner::Ksm(_) | Owner::None => frame.slot.is_none() && !self.is_droppable(pfn),
        }
    }

    /// How a frame is emptied, and what that costs.
    pub(super) fn way(&self, pfn: Pfn, search: &Search) -> (Way, i64) {
        let (frame, ways) = (self.frame(pfn), search.ways);
        if frame.state == FrameUse::Free {
            return (Way::Free, if search.kept.has(pfn) { KEPT } else { 0 });
        }
        if self.why_unmovable(pfn).is_some() {
            return (Way::Stuck, 0);
        }
        if let FrameUse::Run { first } = frame.state {
            let cost = i64::from(self.runs()[&first].given) * COPY;
            let moved = ways.moving && !search.homeless.contains(&first);
            return if moved { (Way::Run { first }, cost) } else { (Way::Stuck, 0) };
        }
        let ptes = i64::from(frame.mapcount) * PTE;
        let clean = self.is_clean(pfn);
        let may_go = self.evictable(pfn) && !search.locked.contains(&pfn);
        let can_drop = may_go && if clean { ways.zap } else { ways.write };
        let prefers = !(clean && frame.mapcount == 0) && (clean || self.settings().contig.prefer == Prefer::Move);
        match (ways.moving, can_drop) {
            (true, true) if prefers => (Way::Move { else_drop: true }, COPY + ptes),
            (_, true) if clean => (Way::Zap, DROP + ptes),
            (_, true) => (Way::Write, DISK + ptes),
            (true, false) => (Way::Move { else_drop: false }, COPY + ptes),
            (false, false) => (Way::Stuck, 0),
        }
    }

    /// Whether a page can be dropped without a write: its bytes are also on a disk, or may be lost.
    pub(super) fn is_clean(&self, pfn: Pfn) -> bool {
        let frame = self.frame(pfn);
        match frame.mapping {
            Owner::Object(id) => !frame.dirty && !self.object(id).info.kind.swap_backed(),
            Owner::Anon(_) | Owner::Ksm(_) => frame.slot.is_some() || self.is_droppable(pfn),
            Owner::None => false,
        }
    }
}
