//! Commands about frames, given by the kernel itself, a driver, or a student who wants to see frames move: runs,
//! `vmalloc`, pins, migration, and the work that otherwise starts by itself (reclaim, compaction, the merge pass).

use super::CallResult;
use crate::os::machine::Machine;
use crate::vocabulary::command::{Free, Future, Migrate, Pin, Reclaim, Unpin, Vfree, Vmalloc};
use crate::vocabulary::reply::{Errno, Reply};
use crate::vocabulary::request::{Gfp, Lack, Request};
use crate::vocabulary::trace::Trace;

impl Machine {
    /// Allocates a contiguous run; where there is none and the request allows it, single frames of `vmalloc`. EAGAIN if
    /// frames are free that cannot be had just now.
    pub(crate) fn alloc(&mut self, request: &Request, t: &mut impl Trace) -> CallResult {
        match self.mm.new_run(request, t) {
            Ok(first) => Ok(Reply::Run(first)),
            Err(_) if request.gfp.contains(Gfp::VMALLOC) => {
                Ok(Reply::Addr(self.mm.vmalloc(u64::from(request.pages), t)?))
            }
            Err(Lack::Locked { .. }) => Err(Errno::EAGAIN.into()),
            Err(_) => Err(Errno::ENOMEM.into()),
        }
    }

    /// Frees a run.
    pub(crate) fn free(&mut self, args: &Free, t: &mut impl Trace) -> CallResult {
        self.mm.end_run(args.pfn, t);
        Ok(Reply::Done)
    }

    /// Pins a run for a device: it stays where it is.
    pub(crate) fn pin(&mut self, args: &Pin, t: &mut impl Trace) -> CallResult {
        self.mm.pin_run(args.pfn, 1, t);
        Ok(Reply::Done)
    }

    /// Unpins a run that a device pinned.
    pub(crate) fn unpin(&mut self, args: &Unpin, t: &mut impl Trace) -> CallResult {
        self.mm.pin_run(args.pfn, -1, t);
        Ok(Reply::Done)
    }

    /// Maps single frames one after another in the kernel's address space.
    pub(crate) fn vmalloc(&mut self, args: &Vmalloc, t: &mut impl Trace) -> CallResult {
        Ok(Reply::Addr(self.mm.vmalloc(args.pages, t)?))
    }

    /// Frees the area that `vmalloc` returned.
    pub(crate) fn vfree(&mut self, args: &Vfree, t: &mut impl Trace) -> CallResult {
        self.mm.vfree(args.addr, t);
        Ok(Reply::Done)
    }

    /// Moves what is in a frame to another one.
    pub(crate) fn migrate(&mut self, args: &Migrate, t: &mut impl Trace) -> CallResult {
        self.mm.move_to(args.from, args.to, t);
        Ok(Reply::Done)
    }

    /// Frees frames; the reply is how many.
    pub(crate) fn reclaim(&mut self, args: &Reclaim, t: &mut impl Trace) -> CallResult {
        Ok(Reply::Count(self.mm.reclaim(args.frames, t)))
    }

    /// Compacts every zone; the reply is how many pages moved.
    pub(crate) fn compact(&mut self, t: &mut impl Trace) -> CallResult {
        Ok(Reply::Count(self.mm.compact(t)))
    }

    /// Merges equal pages; the reply is how many frames were freed.
    pub(crate) fn kswapd(&mut self, t: &mut impl Trace) -> CallResult {
        Ok(Reply::Count(self.mm.kswapd_turn(t)))
    }

    /// Tells the policy what comes.
    pub(crate) fn future(&mut self, args: &Future, t: &mut impl Trace) -> CallResult {
        self.mm.foretell(&args.pages, t);
        Ok(Reply::Done)
    }

    pub(crate) fn merge_pass(&mut self, t: &mut impl Trace) -> CallResult {
        Ok(Reply::Count(self.mm.ksm_pass(t)))
    }
}
