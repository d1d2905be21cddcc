//! The shape of a balanced tree of areas, to draw: a treap, whose shape follows from what is in it alone.
//!
//! ```text
//!              8             in order from left to right; above another stands who has the greater priority, a hash of
//!          2       70        the area's place, so that no order of requests makes the tree deep
//!            5   40   90
//! ```
//! For `tree: "index"` only: there the allocator searches flat indexes in the same orders (`areas`), and has no tree.
//! Source: Seidel and Aragon 1996.

use crate::trees::balanced::mixed;

/// The depth of each area in the tree of all, the root's being 0. `places`: theirs in the order of their keys, all
/// different.
pub fn depths(places: &[u32]) -> Vec<u32> {
    let priorities: Vec<u32> = places.iter().map(|place| mixed(*place)).collect();
    let parents = parents(&priorities);
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|at| std::cmp::Reverse(priorities[*at]));
    let mut depths = vec![0; places.len()];
    for at in order {
        depths[at] = parents[at].map_or(0, |parent| depths[parent] + 1);
    }
    depths
}

/// Of the nearest on either side that have a greater priority, the one with the lesser; `None` for the root.
fn parents(priorities: &[u32]) -> Vec<Option<usize>> {
    let (mut parents, mut open) = (vec![None; priorities.len()], Vec::<usize>::new());
    for at in 0..priorities.len() {
        let mut below = None;
        while let Some(last) = open.pop_if(|last| priorities[*last] < priorities[at]) {
            below = Some(last);
        }
        parents[at] = open.last().copied();
        if let Some(below) = below {
            parents[below] = Some(at);
        }
        open.push(at);
    }
    parents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_of_each_part_stands_above_it() {
        let places: Vec<u32> = (0..500).map(|n| n * 7919 % 4096).collect();
        let depths = depths(&places);
        let mut parts = vec![(0, places.len(), 0)];
        while let Some((from, to, depth)) = parts.pop() {
            let Some(root) = (from..to).max_by_key(|at| mixed(places[*at])) else { continue };
            assert_eq!(depths[root], depth);
            parts.extend([(from, root, depth + 1), (root + 1, to, depth + 1)]);
        }
        assert!(depths.iter().all(|depth| *depth < 30));
    }
}
