//! What of a command is looked for in a whole history: noted when the command is given, so that the timeline of a
//! million commands needs none of their events again.

use crate::hw::geometry::GeometryKind;
use crate::hw::pte::Pte;
use crate::vocabulary::about_event::{Changed, EventKind};
use crate::vocabulary::event::{Event, FaultKind};
use bitflags::bitflags;

bitflags! {
    /// What happened in a command.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct Notable: u8 {
        /// A fault that had something to do.
        const FAULT = 1 << 0;
        /// A page left memory for its slot; a fork that copies the slot's number does not count.
        const SWAP_OUT = 1 << 1;
        /// An errno, a signal, or a process ended by the OOM killer.
        const FAILURE = 1 << 2;
        /// Frames were taken away from those who had them: reclaim began, or a page was written to a disk.
        const RECLAIM = 1 << 3;
    }
}

impl Notable {
    /// What an event adds.
    pub fn of(event: &Event, geometry: GeometryKind) -> Notable {
        if matches!(event, Event::Reclaim { .. } | Event::DiskWrite { .. }) {
            return Notable::RECLAIM;
        }
        match event.kind() {
            EventKind::Fault(kind) if kind != FaultKind::Spurious => Notable::FAULT,
            EventKind::Failure(_) => Notable::FAILURE,
            EventKind::Change(Changed::Pte(entry)) if entry.level == 0 && entry.before != 0 && entry.after != 0 => {
                match (Pte::decode(geometry, entry.before), Pte::decode(geometry, entry.after)) {
                    (Pte::Mapped { .. }, Pte::Swapped { .. }) => Notable::SWAP_OUT,
                    _ => Notable::empty(),
                }
            }
            EventKind::Change(_)
            | EventKind::Search(_)
            | EventKind::Fault(_)
            | EventKind::Seam { .. }
            | EventKind::Move { .. }
            | EventKind::Other => Notable::empty(),
        }
    }
}
