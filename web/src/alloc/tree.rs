//! The trees of free areas, as far down as a picture has room for.

use crate::dto::TreeDto;
use pageturner::alloc::gravity::{Order, rows};
use pageturner::lab::time::view::View;
use pageturner::vocabulary::free_lists::FreeRun;

/// Most nodes that are told of one tree.
const NODES: usize = 31;

/// Both trees of a zone's areas. A node is told only if all on its depth are.
pub fn trees(view: &View, zone: u8) -> Vec<TreeDto> {
    let tree = |(name, order)| tree(name, rows(&view.config, &view.free, zone, order));
    [("by address", Order::Address), ("by size", Order::Size)].map(tree).into()
}

fn tree(name: &'static str, rows: Vec<(u32, FreeRun)>) -> TreeDto {
    let down_to = |depth: u32| rows.iter().filter(|(of, _)| *of <= depth).count();
    let deepest = (0..=rows.len() as u32).take_while(|depth| down_to(*depth) <= NODES).last().unwrap_or(0);
    let nodes = rows.iter().filter(|(depth, _)| *depth <= deepest);
    TreeDto {
        name,
        count: rows.len() as u32,
        nodes: nodes.map(|(depth, run)| (run.start.0, run.len, *depth)).collect(),
    }
}
