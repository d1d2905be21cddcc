//! What the reverse map of the whole machine costs in memory.

use crate::dto::{CostDto, CostItemDto};
use pageturner::lab::figures::metadata::metadata;
use pageturner::lab::time::view::View;
use pageturner::vocabulary::frame::{Frame, FrameUse};

/// The memory that the reverse map takes now, with the number of pages that are mapped.
pub fn cost(view: &View) -> CostDto {
    let items =
        metadata(view).into_iter().map(|item| CostItemDto { what: item.what, count: item.count, each: item.each });
    let is_mapped = |frame: &Frame| frame.state == FrameUse::Page && frame.mapcount > 0;
    let mapped = view.frames.used().filter(|(_, frame)| is_mapped(frame)).count();
    CostDto { items: items.collect(), pages: mapped as u32 }
}
