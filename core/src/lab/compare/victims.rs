//! Which pages went: each by what it belongs to and its place in that, the same on all machines that were given the
//! same commands, whatever frame it lay in.

use crate::vocabulary::event::Event;
use crate::vocabulary::frame::{FrameTable, Owner};

/// The pages that went as a command was carried out, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Victims(Vec<(Owner, u64)>);

impl Victims {
    /// Notes the page of an event that names a victim; `frames` are as they were before it.
    pub(super) fn note(&mut self, event: &Event, frames: &FrameTable) {
        if let Event::Scan { pfn, victim: true, .. } = event {
            let frame = frames.get(*pfn);
            self.0.push((frame.mapping, frame.index));
        }
    }
}
