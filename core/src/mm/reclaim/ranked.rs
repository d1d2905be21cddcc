//! Policies that keep lists, at work: what they ask of memory, the next victim, the pages that leave as time passes.

use crate::mm::Mm;
use crate::policy::desk::Changes;
use crate::policy::{Memory, Policy, Scanned};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::trace::Trace;

/// What a policy asks of memory, with how many pages it looked at.
struct Asked<'a, T> {
    mm: &'a mut Mm,
    t: &'a mut T,
    below: Pfn,
    looked: u32,
    changes: Changes,
}

impl<'a, T: Trace> Asked<'a, T> {
    fn new(mm: &'a mut Mm, policy: &Policy, t: &'a mut T) -> Asked<'a, T> {
        Asked { mm, t, below: Pfn(u32::MAX), looked: 0, changes: policy.changes().clone() }
    }

    /// What the policy has changed so far is told before memory is looked at further.
    fn tell(&mut self) {
        self.changes.tell(|change| self.t.emit(|| Event::Rank { change }));
    }
}

impl<T: Trace> Memory for Asked<'_, T> {
    fn may_go(&mut self, pfn: Pfn) -> bool {
        self.looked += 1;
        self.mm.may_be_victim(pfn, self.below)
    }

    fn was_used(&mut self, pfn: Pfn) -> bool {
        self.tell();
        let used = self.mm.test_and_clear_accessed(pfn, self.t);
        if used {
            self.t.emit(|| Event::Scan { pfn, referenced: true, victim: false });
        }
        used
    }

    fn is_used(&mut self, pfn: Pfn) -> bool {
        self.tell();
        let places = self.mm.mappings(pfn, self.t);
        places.iter().any(|(at, _)| self.mm.pte_at(*at).mapped().is_some_and(|(_, bits)| bits.accessed))
    }

    /// A page of a file that is written by some PTE says so itself (`file::writeback`).
    fn is_dirty(&mut self, pfn: Pfn) -> bool {
        let frame = self.mm.frame(pfn);
        match frame.mapping {
            Owner::Object(id) => self.mm.object(id).info.kind.swap_backed() || frame.dirty,
            Owner::Anon(_) | Owner::Ksm(_) => frame.slot.is_none(),
            Owner::None => false,
        }
    }

    fn write(&mut self, pfn: Pfn) {
        self.tell();
        self.mm.clean(pfn, self.t);
    }

    fn mapcount(&mut self, pfn: Pfn) -> u32 {
        self.mm.frame(pfn).mapcount
    }

    fn tasks(&mut self) -> Vec<(Pid, u64)> {
        let mm = &self.mm;
        let living = mm.spaces().keys().copied().filter(|pid| *pid != KERNEL && mm.is_alive(*pid));
        living.map(|pid| (pid, mm.counts(pid).rss)).collect()
    }

    fn next_pte(&mut self, pid: Pid, from: Vpn) -> Option<Scanned> {
        self.tell();
        self.mm.scan_pte(pid, from, self.t)
    }

    fn unmap(&mut self, pid: Pid, vpn: Vpn) {
        self.tell();
        self.mm.unmap_scanned(pid, vpn, self.t);
    }

    fn walk(&mut self) -> Vec<Pfn> {
        self.tell();
        let mut used = Vec::new();
        for (pid, _) in self.tasks() {
            let mut from = Vpn(0);
            while let Some(scanned) = self.mm.scan_pte(pid, from, self.t) {
                from = Vpn(scanned.vpn.0 + 1);
                used.extend(scanned.used.then_some(scanned.pfn));
            }
        }
        used
    }

    fn used_beside(&mut self, pfn: Pfn) -> Vec<Pfn> {
        self.tell();
        self.mm.scan_beside(pfn, self.t)
    }
}

/// The next victim, a frame below `below`, and how many pages were looked at. `None`: none may be evicted.
pub fn victim<T: Trace>(mm: &mut Mm, below: Pfn, t: &mut T) -> (Option<Pfn>, u32) {
    let mut looked = 0;
    loop {
        let chosen = mm.ask_policy(t, |mm, policy, t| {
            let mut asked = Asked { below, looked, ..Asked::new(mm, policy, t) };
            let chosen = policy.victim(&mut asked);
            looked = asked.looked;
            chosen
        });
        let Some(pfn) = chosen else { return (None, looked) };
        // A locked VMA may map it, and then it stays: its frame is marked, so that it is not chosen again.
        mm.mark_locked(pfn, t);
        if mm.evictable(pfn) {
            t.emit(|| Event::Scan { pfn, referenced: false, victim: true });
            return (Some(pfn), looked);
        }
    }
}

impl Mm {
    /// A process is about to use a page: a policy that keeps time hears it, and pages may leave.
    #[inline(never)]
    pub(in crate::mm) fn rank_tick(&mut self, name: PageName, t: &mut impl Trace) {
        let leaving = self.ask_policy(t, |mm, policy, t| {
            let mut asked = Asked::new(mm, policy, t);
            policy.tick(&mut asked, name)
        });
        self.let_leave(leaving, t);
    }

    /// A process asks for a page that is not in memory: pages may leave.
    pub(in crate::mm) fn rank_miss(&mut self, name: PageName, t: &mut impl Trace) {
        let leaving = self.ask_policy(t, |mm, policy, t| {
            let mut asked = Asked::new(mm, policy, t);
            policy.missed(&mut asked, name)
        });
        self.let_leave(leaving, t);
    }

    fn let_leave(&mut self, leaving: Vec<Pfn>, t: &mut impl Trace) {
        for pfn in leaving {
            self.mark_locked(pfn, t);
            if self.evictable(pfn) {
                t.emit(|| Event::Scan { pfn, referenced: false, victim: true });
                self.rank_leaves(pfn);
                self.evict(pfn, t);
            }
        }
    }
}
