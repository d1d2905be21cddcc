//! The search that the reverse map is in the middle of: the visits up to the present micro-step.
//!
//! A search is an unbroken run of visits, one event each; what is then done with the PTEs that were found are events of
//! other kinds. Invariant: at any micro-step the visits are those of one search, in the order they were made.

use crate::dto::SearchDto;
use pageturner::units::{Pfn, Pid, VmaId, Vpn};
use pageturner::vocabulary::about_event::{EventKind, Look};
use pageturner::vocabulary::event::Event;

/// At most this many pages are sent as visited before: the latest ones.
const MAX_SEEN: usize = 500;

/// Something that was visited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visit {
    /// All page tables of a process are about to be searched.
    Tables(Pid),
    Vma(VmaId),
    /// A link of a chain, counted from the oldest.
    Link(u32),
    Pte(Pid, Vpn),
}

/// A search for the PTEs of a frame.
#[derive(Clone, PartialEq, Debug)]
pub struct Search {
    pub pfn: Pfn,
    /// The visits so far, the present one last.
    pub visits: Vec<Visit>,
    /// The present visit is to a PTE that maps the frame.
    found: bool,
    /// The frame for which the consistency check has just found a wrong entry: that of the PTE visited.
    stale: Option<Pfn>,
}

impl Search {
    /// The search that the last of a command's events belongs to; `None` if it belongs to none.
    pub fn at(events: &[Event]) -> Option<Search> {
        let pfn = events.iter().rev().map_while(visit).find_map(|(sought, _)| sought)?;
        let is_part = |event: &&Event| visit(event).is_some_and(|(sought, _)| sought.is_none_or(|other| other == pfn));
        let run = events.iter().rev().take_while(is_part).count();
        let visits = events[events.len() - run..].iter().filter_map(visit).filter_map(|(_, visit)| visit).collect();
        let (before, last) = events.split_last().map(|(last, before)| (before.last(), last))?;
        let found = |event: &Event| matches!(event.kind(), EventKind::Search(Look::Pte { found: true, .. }));
        let stale = if let EventKind::Search(Look::Stale { pfn }) = last.kind() { Some(pfn) } else { None };
        // The check is made at the PTE just visited.
        let found = if stale.is_some() { before.is_some_and(found) } else { found(last) };
        Some(Search { pfn, visits, found, stale })
    }

    /// The number of a visit, counted from 1; 0: not made yet.
    pub fn number(&self, visit: Visit) -> u32 {
        self.visits.iter().position(|each| *each == visit).map_or(0, |n| n as u32 + 1)
    }

    /// The search as data, for marking on the map and in the address spaces.
    pub fn dto(&self) -> SearchDto {
        let mut pages: Vec<(u32, u64)> = self.visits.iter().rev().filter_map(page).take(MAX_SEEN + 1).collect();
        let last = self.visits.last();
        let at_page = last.and_then(page).map(|_| pages.remove(0));
        SearchDto {
            pfn: self.pfn.0,
            page: at_page,
            seen: pages,
            vma: last.and_then(|visit| if let Visit::Vma(id) = visit { Some(id.0) } else { None }),
            process: last.and_then(|visit| if let Visit::Tables(pid) = visit { Some(pid.0) } else { None }),
            found: self.found,
            stale: self.stale.map(|pfn| pfn.0),
        }
    }
}

fn page(visit: &Visit) -> Option<(u32, u64)> {
    if let Visit::Pte(pid, vpn) = visit { Some((pid.0, vpn.0)) } else { None }
}

/// The frame that an event of a search searches for and what it visits. The consistency check names the frame of the
/// PTE just visited, which may be another, and visits nothing new.
fn visit(event: &Event) -> Option<(Option<Pfn>, Option<Visit>)> {
    let EventKind::Search(look) = event.kind() else { return None };
    Some(match look {
        Look::Tables { pfn, pid } => (Some(pfn), Some(Visit::Tables(pid))),
        Look::Vma { pfn, id } => (Some(pfn), Some(Visit::Vma(id))),
        Look::Link { pfn, link } => (Some(pfn), Some(Visit::Link(link))),
        Look::Pte { pfn, pid, vpn, .. } => (Some(pfn), Some(Visit::Pte(pid, vpn))),
        Look::Stale { .. } => (None, None),
    })
}
