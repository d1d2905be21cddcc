//! The frames that were accessed since reclaim last looked, kept up to date from events: reading all page tables at
//! each step takes longer than all else.
//!
//! Counted are the entries with the A bit in all tables of PTEs, also in those that are not linked while a run is
//! mapped anew. Invariant: without large pages each change of such an entry is an event. With them a whole table is
//! emptied by one event of its bytes, so all tables are read again.

use pageturner::chunks::Chunks;
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::{Pte, RawPte, is_large};
use pageturner::lab::time::view::View;
use pageturner::policy::keeps_lists;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::FrameUse;

/// The frames of which a PTE that maps them has its A bit set; none where reclaim has nowhere to put pages.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Accessed {
    /// How many such PTEs each frame has.
    pub(crate) ptes: Chunks<u32, 64>,
    /// There are large pages, or there were some on the way.
    large: bool,
}

impl Accessed {
    /// Reads all page tables.
    pub fn read(&mut self, view: &View) {
        let read = view.config.swap_slots > 0 || keeps_lists(&view.config);
        let frames = if read { view.frames.len() } else { 0 };
        *self = Accessed { ptes: Chunks::new(frames as usize, &0), large: false };
        if frames == 0 {
            return;
        }
        let kind = view.config.geometry;
        for (table, frame) in view.frames.used() {
            if let FrameUse::Table { level, .. } = frame.state {
                view.ram.each_entry(table, |_, raw| self.entry(kind, level, raw, 1));
            }
        }
    }

    /// Follows an event, forwards or `back`.
    pub fn follow(&mut self, kind: GeometryKind, event: &Event, back: bool) {
        if let Event::Pte { level, before, after, .. } = event
            && !self.ptes.is_empty()
        {
            let (old, new) = if back { (after, before) } else { (before, after) };
            self.entry(kind, *level, *old, u32::MAX);
            self.entry(kind, *level, *new, 1);
        }
    }

    /// Reads all page tables if the events did not tell all.
    pub fn settle(&mut self, view: &View) {
        if self.large {
            self.read(view);
        }
    }

    /// Adds `change` to the count of the frame that an entry maps.
    fn entry(&mut self, kind: GeometryKind, level: u8, raw: RawPte, change: u32) {
        if level > 0 {
            self.large |= is_large(kind, raw);
        } else if let Pte::Mapped { pfn, accessed: true, .. } = Pte::decode_at(kind, 0, raw) {
            let count = &mut self.ptes[pfn.index()];
            *count = count.wrapping_add(change);
        }
    }

    /// Whether a page is in this frame that was accessed.
    pub fn contains(&self, pfn: u32) -> bool {
        self.ptes.get(pfn as usize).is_some_and(|count| *count > 0)
    }

    /// The frames of pages that were accessed, lowest first.
    pub fn pages(&self, view: &View) -> Vec<u32> {
        let counted = self.ptes.written_elements().filter(|(_, count)| **count > 0).map(|(pfn, _)| pfn as u32);
        counted.filter(|pfn| view.frames.get(Pfn(*pfn)).state == FrameUse::Page).collect()
    }
}
