//! "Why?": the event that gave a value its present state.
//!
//! Whatever can be read from a view can be asked about, also what is worked out from many things: see [`last_change`].

mod part;

pub use part::Part;

use super::session::Session;
use super::view::View;
use crate::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};
use crate::vocabulary::event::Event;

/// Anything that can be asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    Frame(Pfn),
    Page(Pid, Vpn),
    Vma(VmaId),
    Slot(SwapSlot),
    Process(Pid),
}

/// The last change of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change<V> {
    /// The index of the event in [`Session::events`].
    pub event: u32,
    /// What the value was before it.
    pub before: V,
}

/// The last event up to the cursor that gave a value another than it had before. `read` works the value out from a view,
/// and names all the parts of the view that it used. `None`: the value is as it was when the machine started.
///
/// The session goes back in time, from one event that may have changed one of these parts to the one before, until the
/// value is another; then it returns to where it was.
pub fn last_change<V: PartialEq>(
    session: &mut Session,
    mut read: impl FnMut(&View) -> (V, Vec<Part>),
) -> Option<Change<V>> {
    let (here, geometry) = (session.cursor(), session.view().geometry());
    let (now, mut parts) = read(session.view());
    let mut upto = here.event as usize;
    let mut found = None;
    while found.is_none() {
        let may_change = |event: &Event| parts.iter().any(|part| part.may_change(event, geometry));
        let Some(at) = session.events()[..upto].iter().rposition(may_change) else { break };
        session.seek_event(at as u32);
        let (before, read_from) = read(session.view());
        (parts, upto) = (read_from, at);
        found = (before != now).then_some(Change { event: at as u32, before });
    }
    session.go(here);
    found
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
            Some(crate::vocabulary::object::ObjectPage::Frame(pfn)) => Some(Subject::Frame(pfn)),
            Some(crate::vocabulary::object::ObjectPage::Slot(slot)) => Some(Subject::Slot(slot)),
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
