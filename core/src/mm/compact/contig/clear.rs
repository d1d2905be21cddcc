//! The plan carried out. Nothing here can fail: the plan knows every page that goes and every place it goes to, and
//! no other code runs.

use super::Mm;
use super::plan::{Plan, Step};
use crate::alloc::FrameAllocator;
use crate::units::Pfn;
use crate::vocabulary::free_lists::FreeRun;
use crate::vocabulary::report::Report;
use crate::vocabulary::trace::Trace;

impl Mm {
    /// Clears the window. Afterwards its frames belong to nothing, and are not in the allocator either.
    pub(super) fn clear(&mut self, plan: &Plan, report: &mut Report, t: &mut impl Trace) {
        let window = plan.window;
        self.claim_free(window, t);
        for step in &plan.steps {
            match *step {
                Step::Evict(pfn) => {
                    self.evict_counted(pfn, report, t);
                    self.allocator_mut().claim(FreeRun { start: pfn, len: 1 }, t);
                }
                Step::Move { from, to } => {
                    self.allocator_mut().claim(FreeRun { start: to, len: 1 }, t);
                    self.migrate_page(from, to, t);
                    report.moved += 1;
                }
                Step::Run { first, to, pages } => {
                    self.migrate_run(first, to, t);
                    report.moved += pages;
                    let (start, end) = (first.max(window.start), (first.0 + pages).min(window.start.0 + window.len));
                    self.allocator_mut().claim(FreeRun { start, len: end - start.0 }, t);
                }
            }
        }
    }

    /// Takes the free frames of the window out of the allocator, a stretch at a time: nothing is moved there.
    fn claim_free(&mut self, window: FreeRun, t: &mut impl Trace) {
        let end = window.start.0 + window.len;
        let mut at = window.start.0;
        while at < end {
            let free = (at..end).take_while(|n| self.is_free(Pfn(*n))).count() as u32;
            if free > 0 {
                self.allocator_mut().claim(FreeRun { start: Pfn(at), len: free }, t);
            }
            at += free.max(1);
        }
    }

    /// Evicts a page and notes whether that took a write.
    pub(super) fn evict_counted(&mut self, pfn: Pfn, report: &mut Report, t: &mut impl Trace) {
        match self.is_clean(pfn) {
            true => report.zapped += 1,
            false => report.written += 1,
        }
        self.evict(pfn, t);
    }

    /// Reclaims as memory pressure does and adds what it took to the report; returns how many frames it freed.
    pub(in crate::mm) fn reclaim_for(&mut self, wanted: u32, report: &mut Report, t: &mut impl Trace) -> u32 {
        self.reclaim_each(wanted, Pfn(u32::MAX), t, |mm, (pfn, looked), t| {
            report.inspected += looked;
            mm.evict_counted(pfn, report, t);
        })
    }
}
