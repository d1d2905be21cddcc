//! What an event is about, and subjects as core and page know them.

use crate::dto::Subject;
use pageturner::hw::geometry::Geometry;
use pageturner::lab::time::why;
use pageturner::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};
use pageturner::vocabulary::event::Event;

/// A frame.
pub fn frame(pfn: Pfn) -> Subject {
    Subject::Frame { pfn: pfn.0 }
}

/// A page of a process.
pub fn page(pid: Pid, vpn: Vpn) -> Subject {
    Subject::Page { pid: pid.0, vpn: vpn.0 }
}

/// A VMA.
pub fn vma(id: VmaId) -> Subject {
    Subject::Vma { id: id.0 }
}

/// A swap slot.
pub fn slot(slot: SwapSlot) -> Subject {
    Subject::Slot { slot: slot.0 }
}

/// A process.
pub fn process(pid: Pid) -> Subject {
    Subject::Process { pid: pid.0 }
}

/// What an event touched. A bad access may be to an address that no process can have; it is told as the process's.
pub fn of_event(event: &Event, geometry: &Geometry) -> Option<Subject> {
    why::subject_of(event).map(|subject| match subject {
        why::Subject::Frame(pfn) => frame(pfn),
        why::Subject::Page(pid, vpn) if vpn.0 < geometry.user_pages => page(pid, vpn),
        why::Subject::Page(pid, _) | why::Subject::Process(pid) => process(pid),
        why::Subject::Vma(id) => vma(id),
        why::Subject::Slot(n) => slot(n),
    })
}

/// An event's name, as in its JSON.
pub fn event_name(event: &Event) -> &'static str {
    match event {
        Event::Process { .. } => "process",
        Event::Vma { .. } => "vma",
        Event::AnonVma { .. } => "anon_vma",
        Event::StableNode { .. } => "stable_node",
        Event::Object { .. } => "object",
        Event::Link { .. } => "link",
        Event::ObjectPage { .. } => "object_page",
        Event::Stored { .. } => "stored",
        Event::Frame { .. } => "frame",
        Event::Reverse { .. } => "reverse",
        Event::Pointer { .. } => "pointer",
        Event::Pte { .. } => "pte",
        Event::Contents { .. } => "contents",
        Event::Bytes { .. } => "bytes",
        Event::Free { .. } => "free",
        Event::Run { .. } => "run",
        Event::Slot { .. } => "slot",
        Event::SlotContents { .. } => "slot_contents",
        Event::Tlb { .. } => "tlb",
        Event::Hand { .. } => "hand",
        Event::Access { .. } => "access",
        Event::Walk { .. } => "walk",
        Event::Fault { .. } => "fault",
        Event::Split { .. } => "split",
        Event::Merge { .. } => "merge",
        Event::Inspect { .. } => "inspect",
        Event::Alloc { .. } => "alloc",
        Event::Fit { .. } => "fit",
        Event::Mark { .. } => "mark",
        Event::Coalesce { .. } => "coalesce",
        Event::Neighbour { .. } => "neighbour",
        Event::Migrate { .. } => "migrate",
        Event::Contig { .. } => "contig",
        Event::Reclaim { .. } => "reclaim",
        Event::Scan { .. } => "scan",
        Event::Compare { .. } => "compare",
        Event::VisitVma { .. } => "visit_vma",
        Event::VisitPte { .. } => "visit_pte",
        Event::VisitLink { .. } => "visit_link",
        Event::Stale { .. } => "stale",
        Event::DiskRead { .. } => "disk_read",
        Event::DiskWrite { .. } => "disk_write",
        Event::OomKill { .. } => "oom_kill",
        Event::Failed { .. } => "failed",
        Event::Signal { .. } => "signal",
    }
}
