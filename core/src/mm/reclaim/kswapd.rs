//! Background reclaim: woken by a request that no zone could serve above its low watermark, it runs when the command is
//! done, until a zone is at its high watermark. Linux's `kswapd`, `pgdat_balanced`.

use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Runs background reclaim if a zone needs it; called at the end of every command.
    pub(crate) fn balance(&mut self, t: &mut impl Trace) {
        let Some(top) = self.allocator_mut().wakes() else { return };
        loop {
            let (lack, below) = self.allocator().lacks(top);
            if lack == 0 || self.reclaim_below(lack, below, t) == 0 {
                return;
            }
        }
    }
}
