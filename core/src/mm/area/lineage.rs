//! Which VMA stands in which anon_vma and object: at the first write, at fork, when VMAs come and go; Linux's
//! `anon_vma_prepare`, `anon_vma_fork`, `unlink_anon_vmas`. Invariant: both sides always agree.

use crate::config::AnonKind;
use crate::mm::Mm;
use crate::units::{AnonVmaId, Pid, Vpn};
use crate::vocabulary::anon_vma::AnonVma;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::trace::Trace;
use crate::vocabulary::vma::{Cover, Vma};
use std::collections::BTreeSet;

impl Mm {
    /// Makes sure that the VMA has an anon_vma before its first anonymous page: a neighbour's, or a new one.
    pub(in crate::mm) fn prepare_anon_vma(&mut self, vma: Cover, t: &mut impl Trace) -> AnonVmaId {
        if let Some(id) = vma.anon_vma {
            return id;
        }
        let id = match self.borrowable(vma.pid, vma.start) {
            Some(id) => id,
            None => self.new_anon_vma(None, t),
        };
        self.join_chain(&self.vma(vma.pid, vma.start).clone(), &[id], t);
        self.change_vma(vma.pid, vma.start, |v| (v.anon_vma, v.chain) = (Some(id), vec![id]), t);
        id
    }

    /// Gives a child's copy of a VMA an anon_vma of its own after its parent's chain, or the oldest ancestor's that is
    /// out of use; before 2010 it had its parent's alone.
    pub(in crate::mm) fn fork_chain(&mut self, vma: &mut Vma, t: &mut impl Trace) {
        let Some(parent) = vma.anon_vma else { return };
        if self.settings().anon == AnonKind::AnonVma {
            return;
        }
        if let Some(old) = vma.chain.iter().copied().find(|id| self.is_out_of_use(*id)) {
            vma.anon_vma = Some(old);
            return;
        }
        let own = self.new_anon_vma(Some(parent), t);
        vma.anon_vma = Some(own);
        vma.chain.push(own);
    }

    /// Whether no VMA enters new pages in an anon_vma any more, and fewer than two anon_vmas descend from it: then a
    /// child may have it, so that a line of forks whose parents end does not grow. Never the first of a family. Linux
    /// since 3.19 (2015).
    fn is_out_of_use(&self, id: AnonVmaId) -> bool {
        let Some(anon_vma) = self.anon_vmas().get(&id).filter(|a| a.parent.is_some()) else { return false };
        let in_use = anon_vma.vmas.iter().any(|vma| self.vma_by_id(*vma).anon_vma == Some(id));
        !in_use && self.anon_vmas().values().filter(|child| child.parent == Some(id)).count() < 2
    }

    fn new_anon_vma(&mut self, parent: Option<AnonVmaId>, t: &mut impl Trace) -> AnonVmaId {
        let id = self.new_anon_vma_id();
        self.set_anon_vma(id, Some(AnonVma { id, parent, vmas: BTreeSet::new() }), t);
        id
    }

    /// Enters a VMA in every anon_vma of its chain and in its object.
    pub(in crate::mm) fn link_vma(&mut self, vma: &Vma, t: &mut impl Trace) {
        self.join_chain(vma, &vma.chain, t);
        if let Some(object) = vma.object {
            self.set_link(Owner::Object(object), vma, true, t);
        }
    }

    /// Enters a VMA in these anon_vmas.
    pub(in crate::mm) fn join_chain(&mut self, vma: &Vma, chain: &[AnonVmaId], t: &mut impl Trace) {
        for id in chain {
            self.set_link(Owner::Anon(*id), vma, true, t);
        }
    }

    /// Takes a VMA whose anonymous pages have all left out of its anon_vmas: it is as before its first write.
    pub(crate) fn leave_anon_vmas(&mut self, pid: Pid, start: Vpn, t: &mut impl Trace) {
        let vma = self.vma(pid, start).clone();
        self.leave_chain(&vma, t);
        self.change_vma(pid, start, |v| (v.anon_vma, v.chain) = (None, Vec::new()), t);
    }

    fn leave_chain(&mut self, vma: &Vma, t: &mut impl Trace) {
        for id in &vma.chain {
            if !self.set_link(Owner::Anon(*id), vma, false, t) {
                self.set_anon_vma(*id, None, t);
            }
        }
    }

    /// Takes a VMA out of its anon_vmas and its object; what nothing needs any more ends.
    pub(in crate::mm) fn unlink_vma(&mut self, vma: &Vma, t: &mut impl Trace) {
        self.leave_chain(vma, t);
        if let Some(id) = vma.object {
            let left = self.set_link(Owner::Object(id), vma, false, t);
            if !left && self.object(id).info.is_anonymous() {
                self.end_object(id, t);
            }
        }
    }
}
