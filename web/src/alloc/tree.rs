//! The trees that an allocator keeps of its free runs, down to the depth that a picture has room for.

use crate::dto::TreeDto;
use pageturner::alloc::describe::{self, Tree};
use pageturner::lab::time::view::View;

/// At most this many nodes of one tree are sent.
const NODES: usize = 31;

/// The trees of a zone. A node is sent only if all nodes of its depth are.
pub fn trees(view: &View, zone: u8) -> Vec<TreeDto> {
    describe::trees(&view.config, view.free(), zone).into_iter().map(tree).collect()
}

fn tree(Tree { name, rows }: Tree) -> TreeDto {
    let down_to = |depth: u32| rows.iter().filter(|(of, _)| *of <= depth).count();
    let deepest = (0..=rows.len() as u32).take_while(|depth| down_to(*depth) <= NODES).last().unwrap_or(0);
    let nodes = rows.iter().filter(|(depth, _)| *depth <= deepest);
    TreeDto {
        name,
        count: rows.len() as u32,
        nodes: nodes.map(|(depth, run)| (run.start.0, run.len, *depth)).collect(),
    }
}
