//! What the reverse map of the whole machine costs in memory.

use crate::dto::{CostDto, CostItemDto};
use crate::index::Index;
use pageturner::lab::figures::metadata::metadata;
use pageturner::lab::time::view::View;
use pageturner::vocabulary::frame::FrameUse;

/// The memory that the reverse map takes now, with the number of pages that are mapped.
pub fn cost(view: &View, index: &Index) -> CostDto {
    let items =
        metadata(view).into_iter().map(|item| CostItemDto { what: item.what, count: item.count, each: item.each });
    let mapped = index.mapped().filter(|pfn| view.frames.get(*pfn).state == FrameUse::Page).count();
    CostDto { items: items.collect(), pages: mapped as u32 }
}
