//! The trees that an allocator keeps of its free runs, down to the depth that a picture has room for.

use crate::dto::{MarkDto, TreeDto};
use pageturner::alloc::describe::{self, Tree, TreeRow};
use pageturner::lab::time::view::View;
use pageturner::trees::balanced::Mark;

/// At most this many nodes of one tree are sent.
const NODES: usize = 31;

/// The trees of a zone: the one that its areas are kept in, or those that can be drawn of its lists. A node is sent
/// only if all nodes of its depth are.
pub fn trees(view: &View, zone: u8) -> Vec<TreeDto> {
    let trees = match view.areas.get(usize::from(zone)) {
        Some(kept) => vec![Tree::kept(kept)],
        None => describe::trees(&view.config, view.free(), zone),
    };
    trees.into_iter().map(tree).collect()
}

fn tree(Tree { name, rows }: Tree) -> TreeDto {
    let down_to = |depth: u32| rows.iter().filter(|row| row.depth <= depth).count();
    let deepest = (0..=rows.len() as u32).take_while(|depth| down_to(*depth) <= NODES).last().unwrap_or(0);
    let nodes = rows.iter().filter(|row| row.depth <= deepest);
    TreeDto {
        name,
        count: rows.len() as u32,
        nodes: nodes.map(|TreeRow { run, depth, mark }| (run.start.0, run.len, *depth, mark_of(*mark))).collect(),
    }
}

fn mark_of(mark: Mark) -> MarkDto {
    match mark {
        Mark::None => MarkDto::None,
        Mark::Red => MarkDto::Red,
        Mark::Black => MarkDto::Black,
        Mark::Leaning(..=-1) => MarkDto::Left,
        Mark::Leaning(0) => MarkDto::Level,
        Mark::Leaning(1..) => MarkDto::Right,
    }
}
