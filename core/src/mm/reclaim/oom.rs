//! The OOM killer: when nothing can be reclaimed, the process with the most pages (in memory, on swap and in tables)
//! is ended. Linux's `oom_badness` without its adjustments.

use crate::mm::Mm;
use crate::trees::tree;
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::event::Event;
use crate::vocabulary::frame::FrameUse;
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::reply::Signal;
use crate::vocabulary::trace::Trace;
use std::collections::BTreeMap;

impl Mm {
    /// Kills the largest process; of equals, the youngest. Panics if there is none: then no process could have asked.
    pub(in crate::mm) fn oom_kill(&mut self, t: &mut impl Trace) {
        let sizes = self.sizes();
        let (pid, rss) = sizes.into_iter().max_by_key(|(pid, size)| (*size, *pid)).expect("a process asked for memory");
        t.emit(|| Event::OomKill { pid, rss });
        t.emit(|| Event::Signal { pid, signal: Signal::SIGKILL, addr: VirtAddr(0) });
        self.end_space(pid, t);
    }

    fn sizes(&self) -> BTreeMap<Pid, u64> {
        let mut sizes: BTreeMap<Pid, u64> = tree(self.spaces().keys().map(|pid| (*pid, self.counts(*pid).rss)));
        for (_, frame) in self.frames().used() {
            if let FrameUse::Table { pid, .. } = frame.state {
                *sizes.entry(pid).or_default() += 1;
            }
        }
        // A table whose process is not entered yet (a fork under way) does not count.
        sizes.retain(|pid, _| *pid != KERNEL && self.is_alive(*pid));
        sizes
    }
}
