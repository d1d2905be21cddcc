//! What the kernel's users of large areas are given before the first command: a run, or else single frames by
//! `vmalloc`. Sources: the list of candidates for `alloc_memarea` (Molnar, Nov 2001); Linux 2.4, where the swap map and
//! modules were by `vmalloc` and hash tables had to be blocks of the buddy.

use crate::alloc::FrameAllocator;
use crate::config::boot::BootRequest;
use crate::mm::Mm;
use crate::vocabulary::boot::{BootGiven, BootPlace};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Serves the requests of a machine that starts, in order.
    pub(in crate::mm) fn serve_boot(&mut self, requests: &[BootRequest], t: &mut impl Trace) -> Vec<BootGiven> {
        requests.iter().map(|request| self.serve_one(*request, t)).collect()
    }

    fn serve_one(&mut self, BootRequest { user, pages }: BootRequest, t: &mut impl Trace) -> BootGiven {
        let request = Request::of(pages);
        let run = match self.allocator().given(&request) {
            Ok(_) => self.new_run(&request, t).ok(),
            Err(_) => {
                // A request has a number, whether it comes to a run or not: the same under every allocator.
                self.new_run_id();
                None
            }
        };
        let place = match run {
            Some(first) => BootPlace::Run(first),
            None => self.vmalloc(u64::from(pages), t).map_or(BootPlace::Nowhere, BootPlace::Vmalloc),
        };
        BootGiven { user, pages, place }
    }
}
