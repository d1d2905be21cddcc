//! Which array to take from, and where in it: its tail, or as near to it as the alignment allows.

use super::PageArray;
use crate::units::Pfn;
use crate::vocabulary::event::Event;
use crate::vocabulary::free_lists::{FreeRun, LISTS_PER_ZONE, ListId};
use crate::vocabulary::request::Request;
use crate::vocabulary::trace::Trace;

/// Number of arrays of a queue that are examined before a longer one is split, where not every array of the queue is
/// long enough.
const LOOK: usize = 8;

/// An array, its queue, and the first frame to give.
type Found = (FreeRun, ListId, Pfn);

impl PageArray {
    #[inline]
    pub(super) fn find(&self, zone: u8, request: &Request, t: &mut impl Trace) -> Option<Found> {
        let own = self.queues.list_of(zone, request.pages);
        if request.align == 1 && request.pages <= u32::from(self.settings.longest) {
            return self.tail(self.queues.first_filled(zone, own.list)?, request);
        }
        self.find_by_looking(own, request, t)
    }

    #[inline]
    fn tail(&self, list: ListId, request: &Request) -> Option<Found> {
        self.queues.head(list).map(|head| (head, list, head.start.plus(head.len - request.pages)))
    }

    /// Finds an array where not every one of a queue will do; reads the queues from `from` upwards.
    fn find_by_looking(&self, from: ListId, request: &Request, t: &mut impl Trace) -> Option<Found> {
        let (mut looked, mut last) = (0, None);
        let mut fits = |list: ListId, array: FreeRun| {
            (looked, last) = (looked + 1, Some(array.start));
            let start = request.aligned_down((array.start.0 + array.len).checked_sub(request.pages)?)?;
            (start >= array.start.0).then_some((array, list, Pfn(start)))
        };
        let mut found = self.queues.runs(from).take(LOOK).find_map(|array| fits(from, array));
        if found.is_none() && request.align == 1 {
            found = self.queues.first_filled(from.zone, from.list + 1).and_then(|list| self.tail(list, request));
        }
        if found.is_none() {
            let mut lists = (from.list..LISTS_PER_ZONE as u8).map(|list| ListId { list, ..from });
            found = lists.find_map(|list| self.queues.runs(list).find_map(|array| fits(list, array)));
        }
        if let Some(pfn) = last {
            t.emit(|| Event::Inspect { pfn, looked });
        }
        found
    }
}
