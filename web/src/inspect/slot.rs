//! A swap slot: which processes have a page in it.

use super::field::{Field, apart, row, rows, said};
use super::look::Look;
use super::{bytes, counted, mappings, places, titled};
use crate::dto::InspectDto;
use crate::index::Index;
use crate::subject;
use pageturner::units::SwapSlot;

/// Inspects a slot.
pub fn inspect(look: &mut Look, index: &Index, slot: SwapSlot) -> Option<InspectDto> {
    look.slot(slot)?;
    let bytes = bytes(look.view(), look.slot_bytes(slot));
    let found = index.slot(look.view(), slot);
    Some(InspectDto {
        mappings: mappings(look.view(), &found),
        mapped: found.len() as u32,
        bytes,
        ..titled(subject::slot(slot), format!("Swap slot {}", slot.0), rows(FIELDS, look, slot))
    })
}

/// All that is shown of a slot.
pub const FIELDS: &[Field<SwapSlot>] = &[
    row("State", |look, slot| Some(said(if look.slot(slot)?.is_free() { "free" } else { "in use" }))),
    row("Held by", |look, slot| {
        let state = look.slot(slot).filter(|state| !state.is_free())?;
        Some(said(counted(u64::from(state.count), "reference")))
    }),
    row("Swap cache", |look, slot| {
        let pfn = look.slot(slot)?.cached?;
        Some(said(format!("frame {} holds the same bytes", pfn.0)).to(subject::frame(pfn)))
    }),
    row("Page of", |look, slot| {
        let (id, n) = look.object_page_in(slot)?;
        Some(said(format!("shared memory {id}, page {n}")))
    }),
    apart("mappings", |look, slot| Some(said(places(look.held_at(slot))))),
    apart("bytes", |look, slot| {
        let contents = look.slot_bytes(slot);
        Some(said(bytes(look.view(), contents).concat()))
    }),
];
