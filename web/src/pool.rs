//! The kernel's own frames, of a machine that has them apart: how many there are of each use, and the first of them.

use crate::dto::{PoolDto, PoolUseDto};
use crate::map::Use;
use pageturner::lab::time::view::View;

/// Frames of each use that are listed.
const LISTED: usize = 12;

/// The pool; `None` where the kernel's frames are among all others.
pub fn pool(view: &View) -> Option<PoolDto> {
    if view.frames.len() == view.frames.studied() {
        return None;
    }
    let mut uses: Vec<PoolUseDto> = Vec::new();
    for (pfn, frame) in view.frames.pool_in_use() {
        let of = Use::of(frame, view);
        let at = uses.iter().position(|each| each.of == of).unwrap_or_else(|| {
            uses.push(PoolUseDto { of, count: 0, first: Vec::new() });
            uses.len() - 1
        });
        uses[at].count += 1;
        if uses[at].first.len() < LISTED {
            uses[at].first.push(pfn.0);
        }
    }
    Some(PoolDto { uses })
}
