//! The free run to take from, and where in it.

use super::QuickFit;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, ListId};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

/// A run, its list, and the first frame to give.
type Found = (FreeRun, ListId, Pfn);

impl QuickFit {
    #[inline]
    pub(super) fn find(&self, zone: u8, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Found> {
        if request.align > 1 {
            return self.find_aligned(zone, pages, request, t);
        }
        let own = self.queues.list_of(zone, pages);
        let list = self.queues.first_filled(zone, own.list)?;
        if list.list < self.settings.lists {
            return self.queues.head(list).map(|run| (run, list, run.start));
        }
        let run = self.queues.lengths.longer[usize::from(zone)].best(pages)?;
        t.emit(|| Event::Inspect { pfn: run.start, looked: 1 });
        Some((run, list, run.start))
    }

    /// Finds a run where not every one that is long enough will do: shorter ones first.
    fn find_aligned(&self, zone: u8, pages: u32, request: &Request, t: &mut impl Trace) -> Option<Found> {
        let short = u32::from(self.settings.lists);
        let look_aside =
            (pages.min(short + 1) - 1..short).flat_map(|n| self.queues.runs(ListId { zone, list: n as u8 }));
        let longer = self.queues.lengths.longer[usize::from(zone)].from(pages);
        let mut looked = 0;
        let mut last = None;
        let found = look_aside.chain(longer).find_map(|run| {
            (looked, last) = (looked + 1, Some(run.start));
            let start = request.aligned_up(run.start.0)?;
            let list = self.queues.list_of(zone, run.len);
            (start - run.start.0 + pages <= run.len).then_some((run, list, Pfn(start)))
        });
        if let Some(pfn) = last {
            t.emit(|| Event::Inspect { pfn, looked });
        }
        found
    }
}
