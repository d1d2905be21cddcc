//! What must hold, by brute force.

use super::mobility::Pageblocks;
use super::{Buddy, PER_CPU_LISTS, list_of, order_of_list};
use crate::alloc::FrameAllocator;
use crate::units::Pfn;
use crate::vocabulary::free_lists::ListId;

impl Buddy {
    pub(super) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        if !self.store.is_sound() {
            broken.push("buddy: bits and their index, or links and kinds, differ".into());
        }
        let lists = self.lists();
        let mut free = vec![0; self.zones.len()];
        for (run, list) in lists.all_runs() {
            if list.list >= PER_CPU_LISTS {
                continue;
            }
            free[usize::from(list.zone)] += run.len;
            let (order, size) = (order_of_list(list), 1 << order_of_list(list));
            if run.len != size || !run.start.0.is_multiple_of(size) {
                broken.push(format!("buddy: block {} of {} frames on the list of order {order}", run.start, run.len));
            }
            let buddy = Pfn(run.start.0 ^ size);
            let merges =
                |other: ListId| other.zone == list.zone && order_of_list(other) == order && other.list < PER_CPU_LISTS;
            if order < self.max_order && lists.list_at(buddy).is_some_and(merges) {
                broken.push(format!("buddy: {} and {buddy} of order {order} are both free and not merged", run.start));
            }
            let groups =
                |blocks: &Pageblocks| (0..size).all(|n| list.list == list_of(order, blocks.group_of(run.start.0 + n)));
            if !self.pageblocks.as_ref().is_none_or(groups) {
                broken.push(format!("buddy: block {} is on a list of another group than its pageblock", run.start));
            }
        }
        let counted = self.zones.iter().map(|zone| zone.free);
        if !counted.eq(free.iter().copied()) {
            broken.push(format!("buddy: zones count other frames than their lists hold, {free:?}"));
        }
        for (place, blocks) in self.per_cpu.all() {
            let zone = &self.zones[usize::from(place.zone)];
            let fits = |at: &u32| at.is_multiple_of(1 << place.order) && zone.holds(*at);
            if !blocks.iter().all(fits) || !blocks.iter().all(|at| zone.holds(at + (1 << place.order) - 1)) {
                broken.push(format!("buddy: what is no block of it is on the per-CPU list {place:?}"));
            }
        }
        broken
    }
}
