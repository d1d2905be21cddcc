//! What the last step changed (or, inside a step, the last event), for the page to point at.

use crate::alloc;
use crate::dto::ChangedDto;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::about_event::{Changed, EventKind};
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
        match event.kind() {
            EventKind::Change(changed) => self.change(changed),
            EventKind::Move { from, to, pages } => {
                if self.moved.len() < MOST_MOVED {
                    self.moved.push((from.0, to.0, pages));
                }
            }
            EventKind::Search(_)
            | EventKind::Fault(_)
            | EventKind::Failure(_)
            | EventKind::Seam { .. }
            | EventKind::Other => {}
        }
    }

    fn change(&mut self, changed: Changed) {
        match changed {
            Changed::Frame(pfn) | Changed::Entry(pfn) | Changed::Bytes { pfn, .. } => drop(self.frames.insert(pfn.0)),
            Changed::Pte(entry) => {
                self.frames.insert(entry.table.0);
                if entry.level == 0 {
                    self.pages.insert((entry.pid.0, entry.vpn.0));
                }
            }
            Changed::List { list, .. } => drop(self.lists.insert(list)),
            Changed::Vma { id, .. } => drop(self.vmas.insert(id.0)),
            Changed::Slot(slot) | Changed::SlotBytes(slot) => drop(self.slots.insert(slot.0)),
            // Not drawn.
            Changed::Process(_)
            | Changed::AnonVma(_)
            | Changed::StableNode(_)
            | Changed::Object { .. }
            | Changed::Link(_)
            | Changed::ObjectPage { .. }
            | Changed::Stored(_)
            | Changed::Run(_)
            | Changed::Tlb { .. }
            | Changed::Hand => {}
        }
    }
}
