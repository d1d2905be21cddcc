//! Background reclaim: woken by a request that no zone could serve above its low watermark, it has its turns between
//! commands until a zone is at its high watermark (Linux's `kswapd`, `pgdat_balanced`), or until one of the three
//! highest orders has two free blocks (`buddy.stop: "two_blocks"`, Linux 2.1.89).
//!
//! ```text
//! commands   touch       kswapd        touch       kswapd        touch
//! free       high..low   +8 frames     -1          up to high    -1        a turn frees so many pages at most
//!                  woken               still awake       asleep
//! ```
//! A command is never interrupted: while one runs, whoever lacks a frame reclaims it himself.

use crate::alloc::FrameAllocator;
use crate::mm::Mm;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// One turn, of at most `buddy.kswapd_pages` pages; how many frames it freed. Nothing happens while it is asleep.
    pub(crate) fn kswapd_turn(&mut self, t: &mut impl Trace) -> u32 {
        let Some(top) = self.allocator().kswapd_wakes() else { return 0 };
        let (lack, below) = self.allocator_mut().lacks(top);
        let wanted = lack.min(self.settings().kswapd_pages);
        let freed = if wanted == 0 { 0 } else { self.reclaim_below(wanted, below, t) };
        if freed < wanted || self.allocator_mut().lacks(top).0 == 0 {
            self.allocator_mut().kswapd_sleeps();
        }
        freed
    }
}
