//! Inserting, changing and splitting VMAs so that they are always fully merged; Linux's `mm/vma.c`.
//!
//! ```text
//! insert between two           change part of one            both neighbours take it
//! |prev|new |next|             |prev|  middle  |             |prev|middle|next|
//! |     prev     |             | prev |middle  |             |      prev      |
//! ```
//! Two VMAs merge when protection, flags and object are equal, offsets continue, and their anon_vmas agree: equal, or
//! one side has none yet and the other is not a fork's child. Left is tried before right. Observed on Linux 6.18.

use crate::mm::Mm;
use crate::units::{Pid, VmaId, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Vma, VmaFlags};

/// Whether the VMA is a fork child's: its chain holds the parent's anon_vmas, too. Such a VMA does not lend its
/// anon_vma.
fn is_fork_child(vma: &Vma) -> bool {
    vma.anon_vma.is_some() && vma.chain.len() > 1
}

/// Whether the two anon_vmas are not known to differ.
fn agree(a: &Vma, b: &Vma) -> bool {
    a.anon_vma.is_none() || b.anon_vma.is_none() || a.anon_vma == b.anon_vma
}

/// Whether `target` may grow over `source`.
fn may_grow(target: &Vma, source: &Vma) -> bool {
    let anon = match (target.anon_vma, source.anon_vma) {
        (None, Some(_)) => !is_fork_child(source),
        (Some(_), None) => !is_fork_child(target),
        (a, b) => a == b,
    };
    anon && same_kind(target, source)
}

fn same_kind(a: &Vma, b: &Vma) -> bool {
    a.prot == b.prot && a.flags == b.flags && a.object == b.object && !a.flags.contains(VmaFlags::RUN)
}

/// Whether `b` continues `a`, in addresses and in offsets.
fn continues(a: &Vma, b: &Vma) -> bool {
    a.end == b.start && a.pgoff + a.pages() == b.pgoff
}

/// Whether two neighbours ought to have been merged: for the invariant.
pub fn should_be_one(a: &Vma, b: &Vma) -> bool {
    continues(a, b) && same_kind(a, b) && a.anon_vma == b.anon_vma && a.chain == b.chain
}

impl Mm {
    /// Adds a VMA to its space, merged with its neighbours where they allow it. The range must be free. Returns the id
    /// of the VMA that holds it now.
    pub(crate) fn insert_vma(&mut self, new: Vma, t: &mut impl Trace) -> VmaId {
        let space = self.space(new.pid);
        let prev = space.before(new.start).filter(|v| continues(v, &new) && may_grow(v, &new)).cloned();
        let next = space.vmas.get(&new.end).filter(|v| continues(&new, v) && may_grow(v, &new)).cloned();
        match (prev, next) {
            (Some(prev), Some(next)) if agree(&prev, &next) => {
                let donor = if next.anon_vma.is_some() { &next } else { &new };
                self.lend_anon_vma(&prev, donor, t);
                self.remove_vma(next.pid, next.start, t);
                self.change_vma(prev.pid, prev.start, |v| v.end = next.end, t);
                self.rehome_rmap(prev.pid, next.range(), t);
                prev.id
            }
            (Some(prev), _) => {
                self.lend_anon_vma(&prev, &new, t);
                self.change_vma(prev.pid, prev.start, |v| v.end = new.end, t);
                prev.id
            }
            (None, Some(next)) => {
                self.lend_anon_vma(&next, &new, t);
                self.change_vma(next.pid, next.start, |v| (v.start, v.pgoff) = (new.start, new.pgoff), t);
                next.id
            }
            (None, None) => {
                let id = new.id;
                self.link_vma(&new, t);
                self.add_vma(new, t);
                id
            }
        }
    }

    /// Gives these pages of the VMA at `at` new protection and flags: merged into a neighbour, or split off.
    /// Returns the first page of the VMA that holds the part now.
    pub(crate) fn modify_vma(
        &mut self,
        pid: Pid,
        at: Vpn,
        pages: Pages,
        (prot, flags): (Prot, VmaFlags),
        t: &mut impl Trace,
    ) -> Vpn {
        let (middle, Pages { start, end }) = (self.vma(pid, at).clone(), pages);
        let wanted = Vma { start, end, pgoff: middle.index_of(start), prot, flags, ..middle.clone() };
        let (left_side, right_side) = (middle.start == start, middle.end == end);
        let space = self.space(pid);
        let prev = space.before(start).filter(|v| left_side && continues(v, &wanted) && may_grow(v, &wanted)).cloned();
        let next =
            space.vmas.get(&end).filter(|v| right_side && continues(&wanted, v) && may_grow(v, &wanted)).cloned();
        match (prev, next) {
            (Some(prev), Some(next)) if agree(&prev, &next) => {
                let donor = if next.anon_vma.is_some() { &next } else { &middle };
                self.lend_anon_vma(&prev, donor, t);
                self.remove_vma(pid, middle.start, t);
                self.remove_vma(pid, next.start, t);
                self.change_vma(pid, prev.start, |v| v.end = next.end, t);
                self.rehome_rmap(pid, Pages::new(start, next.end), t);
                prev.start
            }
            (Some(prev), _) => {
                self.lend_anon_vma(&prev, &middle, t);
                if right_side {
                    self.remove_vma(pid, middle.start, t);
                } else {
                    self.change_vma(pid, middle.start, |v| (v.pgoff, v.start) = (v.index_of(end), end), t);
                }
                self.change_vma(pid, prev.start, |v| v.end = end, t);
                self.rehome_rmap(pid, pages, t);
                prev.start
            }
            (None, Some(next)) => {
                self.lend_anon_vma(&next, &middle, t);
                if left_side {
                    self.remove_vma(pid, middle.start, t);
                } else {
                    self.change_vma(pid, middle.start, |v| v.end = start, t);
                }
                self.change_vma(pid, next.start, |v| (v.start, v.pgoff) = (start, wanted.pgoff), t);
                self.rehome_rmap(pid, pages, t);
                start
            }
            (None, None) => {
                self.isolate(pid, pages, t);
                self.change_vma(pid, start, |v| (v.prot, v.flags) = (prot, flags), t);
                start
            }
        }
    }

    /// Splits VMAs so that none crosses the range's start or end.
    pub(in crate::mm) fn isolate(&mut self, pid: Pid, pages: Pages, t: &mut impl Trace) {
        self.split_vma(pid, pages.start, t);
        self.split_vma(pid, pages.end, t);
    }

    /// Splits the VMA that holds `at` in two there, unless `at` is its start. The upper part gets a new id.
    fn split_vma(&mut self, pid: Pid, at: Vpn, t: &mut impl Trace) {
        let Some(vma) = self.space(pid).find(at).filter(|vma| vma.start != at).cloned() else { return };
        let upper = Vma { id: self.new_vma_id(), start: at, pgoff: vma.index_of(at), ..vma.clone() };
        self.change_vma(pid, vma.start, |v| v.end = at, t);
        let pages = upper.range();
        self.link_vma(&upper, t);
        self.add_vma(upper, t);
        self.rehome_rmap(pid, pages, t);
    }

    /// Takes a VMA out of its space and out of the reverse structures.
    pub(in crate::mm) fn remove_vma(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) {
        let vma = self.drop_vma(pid, start, t);
        self.unlink_vma(&vma, t);
    }

    /// A VMA that grows over one with an anon_vma takes that anon_vma (and its chain) if it had none.
    fn lend_anon_vma(&mut self, target: &Vma, source: &Vma, t: &mut impl Trace) {
        if target.anon_vma.is_some() || source.anon_vma.is_none() {
            return;
        }
        let (anon_vma, chain) = (source.anon_vma, source.chain.clone());
        self.join_chain(target, &chain, t);
        self.change_vma(target.pid, target.start, |v| (v.anon_vma, v.chain) = (anon_vma, chain), t);
    }

    /// The anon_vma of a neighbour that the VMA at `start` may borrow at its first write: the next VMA's, else the
    /// previous one's. Protections may differ; everything else may not.
    pub(in crate::mm) fn borrowable(&self, pid: Pid, start: Vpn) -> Option<crate::units::AnonVmaId> {
        let space = self.space(pid);
        let vma = &space.vmas[&start];
        let lends =
            |other: &Vma| (other.anon_vma.is_some() && other.chain.len() == 1).then_some(other.anon_vma).flatten();
        let alike = |other: &Vma| other.flags == vma.flags && other.object == vma.object;
        let next = space.vmas.get(&vma.end).filter(|n| alike(n) && continues(vma, n)).and_then(lends);
        next.or_else(|| space.before(vma.start).filter(|p| alike(p) && continues(p, vma)).and_then(lends))
    }
}
