//! A swap slot: who has a page in it.

use super::{bytes, counted, mappings, row, set_row, titled};
use crate::dto::InspectDto;
use crate::index::Index;
use crate::subject;
use pageturner::lab::view::View;
use pageturner::mm::object::ObjectPage;
use pageturner::units::SwapSlot;

/// Looks at a slot.
pub fn inspect(view: &View, index: &Index, slot: SwapSlot) -> Option<InspectDto> {
    let state = view.slots.get(slot.index())?;
    let mut rows = vec![set_row("State", if state.is_free() { "free" } else { "in use" })];
    if !state.is_free() {
        rows.push(set_row("Held by", counted(u64::from(state.count), "reference")));
    }
    if let Some(pfn) = state.cached {
        rows.push(set_row("Swap cache", format!("frame {} holds the same bytes", pfn.0)).to(subject::frame(pfn)));
    }
    for (id, object) in &view.objects {
        let pages = object.pages.iter().filter(|(_, page)| **page == ObjectPage::Slot(slot));
        rows.extend(pages.map(|(n, _)| row("Page of", format!("shared memory {id}, page {n}"))));
    }
    Some(InspectDto {
        mappings: mappings(view, index.slot(slot)),
        mapped: index.slot(slot).len() as u32,
        bytes: view.slot_contents.get(slot.index()).map_or(Vec::new(), |contents| bytes(view, contents.as_deref())),
        ..titled(subject::slot(slot), format!("Swap slot {}", slot.0), rows)
    })
}
