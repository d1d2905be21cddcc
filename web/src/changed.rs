//! What the last step changed (or, inside a step, the last event), for the page to point at. At a note it is what the
//! step that the note is about has changed.

use crate::alloc;
use crate::dto::{ChangedDto, SeamDto, TlbChangeDto};
use crate::recent::Recent;
use crate::translate;
use pageturner::hw::tlb::TlbEntry;
use pageturner::lab::time::session::Session;
use pageturner::vocabulary::about_event::{Changed, EventKind};
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::free_lists::ListId;
use pageturner::vocabulary::vma::VmaFlags;
use std::collections::{BTreeMap, BTreeSet};

/// At most this many moves are sent.
pub const MOST_MOVED: usize = 256;

/// More splits and joins than this in one step are a crowd that nobody can follow.
const MOST_SEAMS: usize = 40;

/// A command of more events than this is not carried out again to look through them: half a million pages would have to
/// be marked one by one, and nobody could see it.
pub const LARGE: u32 = 1 << 16;

/// At most this many steps back are searched for one that is not a note, question or expectation.
const LOOK_BACK: u32 = 64;

/// The step to show at the cursor: the one under way, or the last that was done. For steps that only address the reader
/// it is the last step before them that acted: they are about it. `None` at the start.
pub fn acted(session: &Session) -> Option<u32> {
    let cursor = session.cursor();
    let now = if under_way(session) { cursor.step } else { cursor.step.checked_sub(1)? };
    let first = now.saturating_sub(LOOK_BACK);
    let acts = |step: &u32| !session.steps()[*step as usize].command.speaks();
    Some((first..=now).rev().find(acts).unwrap_or(now))
}

/// Whether some events of the next command have happened.
pub fn under_way(session: &Session) -> bool {
    let cursor = session.cursor();
    cursor.event > cursor.step.checked_sub(1).map_or(0, |last| session.steps()[last as usize].events_end)
}

/// Inside a command: the frame whose bytes the last event has copied, and the one that got them.
pub fn copied(session: &Session, recent: &Recent) -> Option<(u32, u32)> {
    match recent.done(session).last().filter(|_| under_way(session)) {
        Some(Event::Contents { pfn, from: Some(from), .. }) => Some((from.0, pfn.0)),
        Some(_) | None => None,
    }
}

/// The changes to show at the session's cursor.
pub fn changed(session: &Session, recent: &Recent) -> ChangedDto {
    let now = session.cursor().event;
    let events = match acted(session) {
        _ if under_way(session) => now - 1..now,
        Some(step) => session.events_of(step),
        None => 0..0,
    };
    let mut sets = Sets::default();
    let uncounted = events.len() > LARGE as usize;
    if !uncounted {
        recent.each(session, events, |_, event| sets.add(event));
    }
    ChangedDto {
        uncounted,
        frames: sets.frames.into_iter().collect(),
        pages: sets.pages.into_iter().collect(),
        slots: sets.slots.into_iter().collect(),
        vmas: sets.vmas.into_iter().collect(),
        grown: sets.grown.into_iter().collect(),
        moved: sets.moved,
        seams: if sets.seams.len() > MOST_SEAMS { Vec::new() } else { sets.seams },
        stale: sets.stale,
        tlb: changed_tlb(session, sets.tlb),
        lists: sets.lists.into_iter().map(alloc::number).collect(),
    }
}

/// Entries of the TLB that were changed, by index: the value before all changes, and after them.
pub type TlbChanges = BTreeMap<u16, (Option<TlbEntry>, Option<TlbEntry>)>;

/// What has become of entries of the TLB, those left out that are as they were.
pub fn changed_tlb(session: &Session, all: TlbChanges) -> Vec<TlbChangeDto> {
    let changed = all.into_iter().filter(|(_, (before, after))| before != after);
    changed.map(|(index, (before, after))| translate::change(session.view(), index, before, after)).collect()
}

#[derive(Default)]
struct Sets {
    frames: BTreeSet<u32>,
    pages: BTreeSet<(u32, u64)>,
    slots: BTreeSet<u32>,
    vmas: BTreeSet<u32>,
    grown: BTreeMap<u32, u64>,
    lists: BTreeSet<ListId>,
    tlb: TlbChanges,
    moved: Vec<(u32, u32, u32)>,
    seams: Vec<SeamDto>,
    stale: Vec<(u32, u32, u64)>,
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
            EventKind::Seam { pfn, left, right, joined } => {
                if self.seams.len() <= MOST_SEAMS {
                    self.seams.push(SeamDto { pfn: pfn.0, left, right, joined });
                }
            }
            EventKind::Search(_) | EventKind::Fault(_) | EventKind::Failure(_) | EventKind::Other => {}
        }
        if let Event::Stale { pfn, pid, vpn, .. } = event {
            self.stale.push((pfn.0, pid.0, vpn.0));
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
            Changed::Vma { id, before, after } => {
                self.vmas.insert(id.0);
                if let (Some(before), Some(after)) = (before, after)
                    && after.flags.contains(VmaFlags::GROWSDOWN)
                    && after.start < before.start
                {
                    *self.grown.entry(id.0).or_default() += before.start.0 - after.start.0;
                }
            }
            Changed::Tlb { index, before, after } => self.tlb.entry(index).or_insert((before, None)).1 = after,
            Changed::Slot(slot) | Changed::SlotBytes(slot) => drop(self.slots.insert(slot.0)),
            // Not drawn.
            Changed::Process(_)
            | Changed::AnonVma(_)
            | Changed::StableNode(_)
            | Changed::Object { .. }
            | Changed::Link(_)
            | Changed::ObjectPage { .. }
            | Changed::Stored(_)
            | Changed::Areas(_)
            | Changed::Run(_)
            | Changed::CacheLine(_)
            | Changed::Heap(_)
            | Changed::Rank
            | Changed::Port(_)
            | Changed::Hand => {}
        }
    }
}
