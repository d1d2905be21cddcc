//! "Why?": the event that gave a thing its present value.

use super::event::Event;
use super::session::Session;
use crate::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};

/// Anything that can be asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    Frame(Pfn),
    Page(Pid, Vpn),
    Vma(VmaId),
    Slot(SwapSlot),
    Process(Pid),
}

/// The index of the last event before event number `upto` that set something of the subject. `None`: it is as it was
/// when the machine started.
pub fn why(session: &Session, subject: Subject, upto: u32) -> Option<u32> {
    let events = &session.events()[..(upto as usize).min(session.events().len())];
    events.iter().rposition(|event| sets(event, subject)).map(|n| n as u32)
}

/// Whether the event changed the subject.
pub fn sets(event: &Event, subject: Subject) -> bool {
    match (event, subject) {
        (
            Event::Frame { pfn, .. }
            | Event::Contents { pfn, .. }
            | Event::Bytes { pfn, .. }
            | Event::Reverse { pfn, .. }
            | Event::Pointer { pfn, .. },
            Subject::Frame(asked),
        ) => *pfn == asked,
        (Event::Free { run, .. }, Subject::Frame(asked)) => run.start <= asked && asked.0 - run.start.0 < run.len,
        (Event::Pte { table, .. }, Subject::Frame(asked)) => *table == asked,
        (Event::Pte { pid, vpn, level: 0, .. }, Subject::Page(asked, page)) => *pid == asked && *vpn == page,
        (Event::Vma { id, .. }, Subject::Vma(asked)) => *id == asked,
        (Event::Slot { slot, .. } | Event::SlotContents { slot, .. }, Subject::Slot(asked)) => *slot == asked,
        (Event::Process { pid, .. }, Subject::Process(asked)) => *pid == asked,
        _ => false,
    }
}

/// What an event is about, for linking from it.
pub fn subject_of(event: &Event) -> Option<Subject> {
    match event {
        Event::Process { pid, .. }
        | Event::OomKill { pid, .. }
        | Event::Failed { pid, .. }
        | Event::Signal { pid, .. } => Some(Subject::Process(*pid)),
        Event::Vma { id, .. } | Event::Link { id, .. } => Some(Subject::Vma(*id)),
        Event::AnonVma { .. }
        | Event::Object { .. }
        | Event::Stored { .. }
        | Event::Reclaim { .. }
        | Event::Coalesce { .. } => None,
        Event::StableNode { before, after, .. } => after.as_ref().or(before.as_ref()).map(|n| Subject::Frame(n.pfn)),
        Event::Compare { pfn, .. } => Some(Subject::Frame(*pfn)),
        Event::ObjectPage { after, before, .. } => match after.or(*before) {
            Some(crate::mm::object::ObjectPage::Frame(pfn)) => Some(Subject::Frame(pfn)),
            Some(crate::mm::object::ObjectPage::Slot(slot)) => Some(Subject::Slot(slot)),
            None => None,
        },
        Event::Frame { pfn, .. }
        | Event::Contents { pfn, .. }
        | Event::Bytes { pfn, .. }
        | Event::Reverse { pfn, .. }
        | Event::Pointer { pfn, .. }
        | Event::VisitLink { pfn, .. }
        | Event::Stale { pfn, .. }
        | Event::Split { pfn, .. }
        | Event::Merge { pfn, .. }
        | Event::Inspect { pfn, .. }
        | Event::Fit { pfn, .. }
        | Event::Mark { pfn, .. }
        | Event::Neighbour { pfn }
        | Event::Migrate { to: pfn, .. }
        | Event::Scan { pfn, .. } => Some(Subject::Frame(*pfn)),
        Event::Pte { pid, level: 0, vpn, .. } => Some(Subject::Page(*pid, *vpn)),
        Event::Pte { table, .. } => Some(Subject::Frame(*table)),
        Event::Free { run, .. } => Some(Subject::Frame(run.start)),
        Event::Run { first, .. } => Some(Subject::Frame(*first)),
        Event::Slot { slot, .. } | Event::SlotContents { slot, .. } => Some(Subject::Slot(*slot)),
        Event::Tlb { before, after, .. } => after.or(*before).map(|entry| Subject::Page(entry.pid, entry.vpn)),
        Event::Hand { after, .. } => Some(Subject::Frame(*after)),
        Event::Access { pid, vpn, .. } | Event::Walk { pid, vpn, .. } | Event::VisitPte { pid, vpn, .. } => {
            Some(Subject::Page(*pid, *vpn))
        }
        Event::Fault { pid, .. } => Some(Subject::Process(*pid)),
        Event::Alloc { got, .. } => got.map(Subject::Frame),
        Event::Contig { report, .. } => report.window.map(|window| Subject::Frame(window.start)),
        Event::VisitVma { id, pid, .. } => Some(id.map_or(Subject::Process(*pid), Subject::Vma)),
        Event::DiskRead { slot, .. } | Event::DiskWrite { slot, .. } => slot.map(Subject::Slot),
    }
}
