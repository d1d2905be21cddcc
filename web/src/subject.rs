//! What an event is about, and the conversion of subjects between core and page.

use crate::dto::Subject;
use pageturner::hw::geometry::Geometry;
use pageturner::hw::pte::Pte;
use pageturner::units::{Pfn, Pid, SwapSlot, VmaId, Vpn};
use pageturner::vocabulary::about_event::Topic;
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

/// What an event touched; `None` if it is about no subject. A bad access may be to an address that no process can have;
/// it is then about the process.
pub fn of_event(event: &Event, geometry: &Geometry) -> Option<Subject> {
    event.about().map(|topic| match topic {
        Topic::Frame(pfn) => frame(pfn),
        Topic::Page(pid, vpn) if vpn.0 < geometry.user_pages => page(pid, vpn),
        Topic::Page(pid, _) | Topic::Process(pid) => process(pid),
        Topic::Vma(id) => vma(id),
        Topic::Slot(n) => slot(n),
    })
}

/// The frames and pages that an event reads or changes, each once: the table that the MMU reads and the page it reads
/// it for, the two frames of a copy.
pub fn touched(event: &Event, geometry: &Geometry) -> Vec<Subject> {
    let mut out: Vec<Subject> = of_event(event, geometry).into_iter().collect();
    let mut add = |more: Subject| {
        if !out.contains(&more) {
            out.push(more);
        }
    };
    if let Event::Walk { table, .. } = event {
        add(frame(*table));
    } else if let Event::Pte { table, after, before, level, .. } = event {
        add(frame(*table));
        let to = |raw| Pte::decode_at(geometry.kind, *level, raw).pfn();
        [to(*after), to(*before)].into_iter().flatten().for_each(|pfn| add(frame(pfn)));
    } else if let Event::Contents { from: Some(from), .. } | Event::Migrate { from, .. } = event {
        add(frame(*from));
    } else if let Event::Tlb { before, after, .. } = event {
        [after, before].into_iter().flatten().for_each(|entry| add(frame(entry.pfn)));
    } else if let Event::VisitPte { pfn, .. } | Event::VisitVma { pfn, .. } = event {
        add(frame(*pfn));
    }
    out
}
