//! What the last step changed (or, inside a step, the last event), for the page to point at.

use crate::alloc;
use crate::dto::ChangedDto;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::ListId;
use std::collections::BTreeSet;

/// Moves are told up to this many.
const MOST_MOVED: usize = 256;

/// At the session's cursor.
pub fn changed(session: &Session) -> ChangedDto {
    let cursor = session.cursor();
    let start_of = |step: u32| step.checked_sub(1).map_or(0, |last| session.steps()[last as usize].events_end);
    let from =
        if cursor.event > start_of(cursor.step) { cursor.event - 1 } else { start_of(cursor.step.saturating_sub(1)) };
    let mut sets = Sets::default();
    session.events()[from as usize..cursor.event as usize].iter().for_each(|event| sets.add(event));
    ChangedDto {
        frames: sets.frames.into_iter().collect(),
        pages: sets.pages.into_iter().collect(),
        slots: sets.slots.into_iter().collect(),
        vmas: sets.vmas.into_iter().collect(),
        moved: sets.moved,
        lists: sets.lists.into_iter().map(alloc::number).collect(),
    }
}

#[derive(Default)]
struct Sets {
    frames: BTreeSet<u32>,
    pages: BTreeSet<(u32, u64)>,
    slots: BTreeSet<u32>,
    vmas: BTreeSet<u32>,
    lists: BTreeSet<ListId>,
    moved: Vec<(u32, u32, u32)>,
}

impl Sets {
    fn add(&mut self, event: &Event) {
        match event {
            Event::Frame { pfn, .. }
            | Event::Contents { pfn, .. }
            | Event::Bytes { pfn, .. }
            | Event::Reverse { pfn, .. }
            | Event::Pointer { pfn, .. } => {
                self.frames.insert(pfn.0);
            }
            Event::Pte { pid, table, level, vpn, .. } => {
                self.frames.insert(table.0);
                if *level == 0 {
                    self.pages.insert((pid.0, vpn.0));
                }
            }
            Event::Free { list, .. } => {
                self.lists.insert(*list);
            }
            Event::Migrate { from, to, pages } => {
                if self.moved.len() < MOST_MOVED {
                    self.moved.push((from.0, to.0, *pages));
                }
            }
            Event::Vma { id, .. } => {
                self.vmas.insert(id.0);
            }
            Event::Slot { slot, .. } | Event::SlotContents { slot, .. } => {
                self.slots.insert(slot.0);
            }
            // Not drawn, or no change at all.
            Event::Process { .. }
            | Event::AnonVma { .. }
            | Event::StableNode { .. }
            | Event::Object { .. }
            | Event::Link { .. }
            | Event::ObjectPage { .. }
            | Event::Stored { .. }
            | Event::Run { .. }
            | Event::Tlb { .. }
            | Event::Hand { .. }
            | Event::Access { .. }
            | Event::Walk { .. }
            | Event::Fault { .. }
            | Event::Split { .. }
            | Event::Merge { .. }
            | Event::Inspect { .. }
            | Event::Alloc { .. }
            | Event::Fit { .. }
            | Event::Mark { .. }
            | Event::Coalesce { .. }
            | Event::Neighbour { .. }
            | Event::Contig { .. }
            | Event::Reclaim { .. }
            | Event::Scan { .. }
            | Event::Compare { .. }
            | Event::VisitVma { .. }
            | Event::VisitPte { .. }
            | Event::VisitLink { .. }
            | Event::Stale { .. }
            | Event::DiskRead { .. }
            | Event::DiskWrite { .. }
            | Event::OomKill { .. }
            | Event::Failed { .. }
            | Event::Signal { .. } => {}
        }
    }
}
