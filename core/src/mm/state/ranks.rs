//! The replacement policy is told what happens to pages, and each change of what it knows is an event.

use super::Mm;
use crate::policy::{Memory, Policy};
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// A page has come into a frame, or left it.
    #[inline(never)]
    pub(super) fn rank_frame(&mut self, pfn: Pfn, entered: bool, t: &mut impl Trace) {
        if entered {
            self.policy.entered(pfn);
        } else {
            self.policy.left(pfn);
        }
        self.tell_ranks(t);
    }

    /// A page moves to another frame and keeps its rank.
    pub(in crate::mm) fn rank_moves(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        if self.policy.keeps_lists() {
            self.policy.moved(from, to);
            self.tell_ranks(t);
        }
    }

    /// A process uses a page that is in memory now; policies without lists do not hear it.
    #[inline(never)]
    pub(in crate::mm) fn rank_use(&mut self, pid: Pid, vpn: Vpn, pfn: Pfn, t: &mut impl Trace) {
        self.policy.used(pfn, (pid, vpn));
        self.tell_ranks(t);
    }

    /// A process asks for a page that is not in memory.
    pub(in crate::mm) fn rank_miss(&mut self, pid: Pid, vpn: Vpn, t: &mut impl Trace) {
        self.policy.missed((pid, vpn));
        self.tell_ranks(t);
    }

    /// The page that the policy lets go. While it looks, the machine has a policy that knows
    /// nothing: `memory` may read and write all else.
    pub(in crate::mm) fn rank_victim<T: Trace>(
        &mut self,
        t: &mut T,
        ask: impl FnOnce(&mut Mm, &mut dyn FnMut(&mut dyn Memory) -> Option<Pfn>, &mut T) -> Option<Pfn>,
    ) -> Option<Pfn> {
        let mut policy: Policy = std::mem::take(&mut self.policy);
        let victim = ask(self, &mut |memory| policy.victim(memory), t);
        self.policy = policy;
        self.tell_ranks(t);
        victim
    }

    /// The policy is told what comes.
    pub(crate) fn foretell(&mut self, pages: &[u64], t: &mut impl Trace) {
        self.policy.foretell(pages);
        self.tell_ranks(t);
    }

    /// Notes which page was evicted.
    pub(in crate::mm) fn set_evicted(&mut self, page: PageName) {
        self.evicted = Some(page);
    }

    /// A command begins: nothing was evicted for it yet.
    pub(crate) fn forget_evicted(&mut self) {
        self.evicted = None;
    }

    fn tell_ranks(&mut self, t: &mut impl Trace) {
        for change in self.policy.take_changes() {
            t.emit(|| Event::Rank { change });
        }
    }
}
