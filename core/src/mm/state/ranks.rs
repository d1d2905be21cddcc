//! The replacement policy is told what happens to pages, and each change of what it knows is an event.

use super::Mm;
use crate::policy::Policy;
use crate::units::{Pfn, Pid, Vpn};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::Owner;
use crate::vocabulary::rank::PageName;
use crate::vocabulary::trace::Trace;
use std::rc::Rc;

impl Mm {
    /// A page has come into a frame, or left it.
    #[inline(never)]
    pub(super) fn rank_frame(&mut self, pfn: Pfn, entered: bool, t: &mut impl Trace) {
        if entered {
            self.ranking().entered(pfn);
        } else {
            self.ranking().left(pfn);
        }
        self.tell_ranks(t);
    }

    /// A page moves to another frame and keeps its rank.
    pub(in crate::mm) fn rank_moves(&mut self, from: Pfn, to: Pfn, t: &mut impl Trace) {
        if self.policy.keeps_lists() {
            self.ranking().moved(from, to);
            self.tell_ranks(t);
        }
    }

    /// A process uses a page that is in memory now; policies without lists do not hear it.
    #[inline(never)]
    pub(in crate::mm) fn rank_use(&mut self, pid: Pid, vpn: Vpn, pfn: Pfn, t: &mut impl Trace) {
        let anon = !matches!(self.frames.get(pfn).mapping, Owner::Object(_));
        self.ranking().used(pfn, (pid, vpn), anon);
        self.tell_ranks(t);
    }

    /// Asks the policy something. While it answers, the machine has one that knows nothing: memory may be read and
    /// changed, as long as no page comes or goes.
    pub(in crate::mm) fn ask_policy<T: Trace, R>(
        &mut self,
        t: &mut T,
        ask: impl FnOnce(&mut Mm, &mut Policy, &mut T) -> R,
    ) -> R {
        let mut policy = std::mem::replace(&mut self.policy, Rc::clone(&self.no_policy));
        let answer = ask(self, Rc::make_mut(&mut policy), t);
        self.policy = policy;
        self.tell_ranks(t);
        answer
    }

    /// A page leaves because the policy said so.
    pub(in crate::mm) fn rank_leaves(&mut self, pfn: Pfn) {
        self.ranking().leaves(pfn);
    }

    /// A process has ended.
    pub(super) fn rank_ended(&mut self, pid: Pid, t: &mut impl Trace) {
        if self.policy.keeps_lists() {
            self.ranking().ended(pid);
            self.tell_ranks(t);
        }
    }

    /// The policy is told what comes.
    pub(crate) fn foretell(&mut self, pages: &[u64], t: &mut impl Trace) {
        self.ranking().foretell(pages);
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

    /// The policy, to be changed: copies of a machine share one that knows the same.
    fn ranking(&mut self) -> &mut Policy {
        Rc::make_mut(&mut self.policy)
    }

    fn tell_ranks(&mut self, t: &mut impl Trace) {
        self.policy.changes().tell(|change| t.emit(|| Event::Rank { change }));
    }
}
