//! Moving: a page goes to another frame by its reverse map, a movable run to another place; Linux's `mm/migrate.c`.
//!
//! ```text
//! frame -> reverse map -> every PTE        each keeps its bits and gets the new frame's number; the TLB forgets it
//!       -> mapping, slot, stable node      page cache, swap cache and merged page lead to the new frame
//!       -> bytes                           copied, a page at a time
//! ```
//! Linux puts a migration entry into each PTE while it copies, on which a fault waits; here no process runs meanwhile,
//! so the PTE is rewritten at once. Invariant: what any process or file reads is the same before and after.

use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{Frame, FrameUse, Owner};
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::object::ObjectPage;
use crate::vocabulary::place::PtePlace;
use crate::vocabulary::stable_node::StableNode;
use crate::vocabulary::trace::Trace;

/// Why what is in a frame cannot be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unmovable {
    /// No memory, or the kernel's from the start, the page of zeroes among it.
    Fixed,
    /// Found by its physical address: the tables above and the processor know it.
    Table,
    /// Just taken and not mapped yet, or being copied from.
    InUse,
    /// Part of a run that was not asked for as movable.
    Run,
    /// Part of a run that a device uses.
    Pinned,
}

impl Mm {
    /// Why a frame cannot be emptied by moving; `None` for what can move, and for free frames.
    pub(crate) fn why_unmovable(&self, pfn: Pfn) -> Option<Unmovable> {
        let frame = self.frame(pfn);
        match frame.state {
            FrameUse::Free => None,
            FrameUse::Hole | FrameUse::Reserved | FrameUse::Zero => Some(Unmovable::Fixed),
            FrameUse::Table { .. } => Some(Unmovable::Table),
            FrameUse::Page if self.is_kept(pfn) || frame.mapping == Owner::None => Some(Unmovable::InUse),
            FrameUse::Page => None,
            FrameUse::Run { first } => match self.runs().get(&first) {
                Some(run) if run.may_move() => None,
                Some(run) if run.pins > 0 => Some(Unmovable::Pinned),
                // Given, but not entered yet.
                Some(_) | None => Some(Unmovable::Run),
            },
        }
    }

    /// Moves what is in a frame, a page or a whole run, to where there is room.
    pub(crate) fn move_to(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        if let FrameUse::Run { first } = self.frame(from).state {
            return self.migrate_run(first, to, t);
        }
        self.allocator_mut().claim(FreeRun { start: to, len: 1 }, t);
        self.migrate_page(from, to, t);
        self.allocator_mut().free(FreeRun { start: from, len: 1 }, t);
    }

    /// Moves a page. `to` has been claimed from the allocator and belongs to nothing; afterwards `from` belongs to
    /// nothing, and the caller must give it to the allocator.
    pub(in crate::mm) fn migrate_page(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let places = self.mappings(from, t);
        self.copy_page(from, to, t);
        let page = self.frame(from);
        self.rank_moves(from, to, t);
        self.set_frame(to, |f| *f = Frame { mapcount: 0, slot: None, ..page }, t);
        for (at, _) in places {
            self.repoint(at, from, to, t);
        }
        self.repoint_caches(from, to, t);
        self.set_frame(from, |f| *f = Frame::default(), t);
        t.emit(|| Event::Migrate { from, to, pages: 1 });
    }

    /// Points one PTE to the new frame; its other bits stay as they were.
    fn repoint(&mut self, at: PtePlace, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let (_, bits) = self.pte_at(at).mapped().expect("the reverse map finds present PTEs");
        self.set_pte(at, bits.entry(to), t);
        self.set_frame(from, |f| f.mapcount -= 1, t);
        self.leave_rmap(at, from, t);
        self.set_frame(to, |f| f.mapcount += 1, t);
        self.enter_rmap(at, to, t);
    }

    /// Updates the caches that know a page by its frame.
    fn repoint_caches(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        let page = self.frame(from);
        if let Some(slot) = page.slot {
            self.set_frame(to, |f| f.slot = Some(slot), t);
            self.set_slot(slot, |s| s.cached = Some(to), t);
        }
        match page.mapping {
            Owner::Object(id) => self.set_object_page(id, page.index, Some(ObjectPage::Frame(to)), t),
            Owner::Ksm(id) => {
                let node = StableNode { pfn: to, ..self.stable_nodes()[&id].clone() };
                self.set_stable_node(id, Some(node), t);
            }
            Owner::Anon(_) | Owner::None => {}
        }
    }

    /// Moves a whole movable run to `to`, where every frame is free or its own: claims those that it does not have, and
    /// gives back those that it leaves.
    pub(in crate::mm) fn migrate_run(&mut self, first: Pfn, to: Pfn, t: &mut impl Trace) {
        let run = self.runs()[&first].clone();
        let (from, dest) = (FreeRun { start: first, len: run.given }, FreeRun { start: to, len: run.given });
        if from == dest {
            return;
        }
        if let Some(part) = without(dest, from) {
            self.allocator_mut().claim(part, t);
        }
        self.copy_run(from, dest, t);
        self.set_run(first, None, t);
        self.set_run(to, Some(run.clone()), t);
        for n in 0..run.given {
            self.set_frame(to.plus(n), |f| f.state = FrameUse::Run { first: to }, t);
        }
        let left = without(from, dest);
        for n in left.iter().flat_map(|part| part.start.0..part.start.0 + part.len) {
            self.set_frame(Pfn(n), |f| *f = Frame::default(), t);
        }
        self.remap_run(&run, to, t);
        t.emit(|| Event::Migrate { from: first, to, pages: run.given });
        if let Some(part) = left {
            self.allocator_mut().free(part, t);
        }
    }

    /// Copies a run frame by frame, in the order in which none is overwritten before it is read.
    fn copy_run(&mut self, from: FreeRun, to: FreeRun, t: &mut impl Trace) {
        for step in 0..from.len {
            let n = if to.start < from.start { step } else { from.len - 1 - step };
            self.copy_page(from.start.plus(n), to.start.plus(n), t);
        }
    }
}

/// The frames of `a` that are not in `b`; both have the same length, so there is at most one stretch. `None`: they are
/// equal.
fn without(a: FreeRun, b: FreeRun) -> Option<FreeRun> {
    let (start, end) = (a.start.0, a.start.0 + a.len);
    let (low, high) = (b.start.0, b.start.0 + b.len);
    let (start, end) = match () {
        () if end <= low || high <= start => (start, end),
        () if start < low => (start, low),
        () => (high, end),
    };
    (start < end).then_some(FreeRun { start: Pfn(start), len: end - start })
}
