//! An interval tree: the VMAs of one anon_vma or object by the pages of it that they map; Linux's `interval_tree`.
//!
//! ```text
//!              v5 [3,9] max 20            stab(12): v5 ends before 12, but something on the right reaches 20;
//!             /               \                     everything left of v5 ends at 7 and is not looked at
//!   v2 [0,7] max 7          v9 [8,20] max 20
//! ```
//! A treap: ordered by first index, a heap by a hash of the VMA's id, so its shape follows from its content alone.
//! Source: Cormen et al., interval trees; Seidel and Aragon 1996, treaps. Linux uses red-black trees since 3.7.

use crate::units::VmaId;
use std::ops::ControlFlow;

const NIL: u32 = u32::MAX;

/// Indices `first..=last` of a VMA.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Interval {
    pub first: u64,
    pub last: u64,
    pub id: VmaId,
}

impl Interval {
    fn key(&self) -> (u64, VmaId) {
        (self.first, self.id)
    }

    /// Whether the index lies inside.
    pub fn covers(&self, index: u64) -> bool {
        self.first <= index && index <= self.last
    }
}

#[derive(Clone, Copy, Debug)]
struct Node {
    interval: Interval,
    /// The greatest `last` of this subtree.
    max: u64,
    left: u32,
    right: u32,
}

/// The tree.
#[derive(Clone, Debug)]
pub struct IntervalTree {
    nodes: Vec<Node>,
    free: Vec<u32>,
    root: u32,
}

impl Default for IntervalTree {
    fn default() -> IntervalTree {
        IntervalTree { nodes: Vec::new(), free: Vec::new(), root: NIL }
    }
}

impl IntervalTree {
    /// Adds an interval that is not in it.
    pub fn insert(&mut self, interval: Interval) {
        let node = Node { interval, max: interval.last, left: NIL, right: NIL };
        let at = match self.free.pop() {
            Some(at) => {
                self.nodes[at as usize] = node;
                at
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() as u32 - 1
            }
        };
        let (left, right) = self.split(self.root, interval.key());
        let left = self.join(left, at);
        self.root = self.join(left, right);
    }

    /// Removes an interval that is in it.
    pub fn remove(&mut self, interval: Interval) {
        let (left, rest) = self.split(self.root, interval.key());
        let (found, right) = self.split(rest, (interval.first, VmaId(interval.id.0 + 1)));
        assert!(found != NIL && self.node(found).interval == interval, "{interval:?} is in the tree");
        self.free.push(found);
        self.root = self.join(left, right);
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.root == NIL
    }

    /// Calls `look` with every interval that has to be looked at to find those that cover `index`, in order, until it
    /// answers [`Break`](ControlFlow::Break).
    pub fn stab(&self, index: u64, look: &mut impl FnMut(&Interval) -> ControlFlow<()>) -> ControlFlow<()> {
        self.stab_below(self.root, index, look)
    }

    fn stab_below(&self, at: u32, index: u64, look: &mut impl FnMut(&Interval) -> ControlFlow<()>) -> ControlFlow<()> {
        if at == NIL || self.node(at).max < index {
            return ControlFlow::Continue(());
        }
        let node = self.node(at);
        self.stab_below(node.left, index, look)?;
        look(&node.interval)?;
        if node.interval.first <= index { self.stab_below(node.right, index, look) } else { ControlFlow::Continue(()) }
    }

    /// All intervals in order, each with its depth and the greatest end below it: for drawing and checking.
    pub fn rows(&self) -> Vec<(u32, Interval, u64)> {
        let mut rows = Vec::new();
        self.rows_below(self.root, 0, &mut rows);
        rows
    }

    fn rows_below(&self, at: u32, depth: u32, rows: &mut Vec<(u32, Interval, u64)>) {
        if at != NIL {
            let node = self.node(at);
            self.rows_below(node.left, depth + 1, rows);
            rows.push((depth, node.interval, node.max));
            self.rows_below(node.right, depth + 1, rows);
        }
    }

    /// Parts a subtree in keys below `key` and the rest.
    fn split(&mut self, at: u32, key: (u64, VmaId)) -> (u32, u32) {
        if at == NIL {
            return (NIL, NIL);
        }
        let node = *self.node(at);
        if node.interval.key() < key {
            let (low, high) = self.split(node.right, key);
            self.nodes[at as usize].right = low;
            self.update(at);
            (at, high)
        } else {
            let (low, high) = self.split(node.left, key);
            self.nodes[at as usize].left = high;
            self.update(at);
            (low, at)
        }
    }

    /// Joins two subtrees, all keys of the first below those of the second.
    fn join(&mut self, low: u32, high: u32) -> u32 {
        if low == NIL || high == NIL {
            return low.min(high);
        }
        let (below_low, below_high) = (self.node(low).right, self.node(high).left);
        if priority(self.node(low).interval.id) >= priority(self.node(high).interval.id) {
            self.nodes[low as usize].right = self.join(below_low, high);
            self.update(low);
            low
        } else {
            self.nodes[high as usize].left = self.join(low, below_high);
            self.update(high);
            high
        }
    }

    fn update(&mut self, at: u32) {
        let node = *self.node(at);
        let below = |child: u32| if child == NIL { 0 } else { self.node(child).max };
        self.nodes[at as usize].max = node.interval.last.max(below(node.left)).max(below(node.right));
    }

    fn node(&self, at: u32) -> &Node {
        &self.nodes[at as usize]
    }
}

/// A mixed-up id: equal ids only have equal priorities, and no order of creation makes the tree deep.
fn priority(id: VmaId) -> u32 {
    let x = (id.0 ^ (id.0 >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_list_finds_and_keeps_its_shape() {
        let mut seed = 7u64;
        let mut next = |n: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % n
        };
        let (mut tree, mut list) = (IntervalTree::default(), Vec::<Interval>::new());
        for n in 0..3000u32 {
            if next(3) > 0 || list.is_empty() {
                let first = next(200);
                let interval = Interval { first, last: first + next(30), id: VmaId(n) };
                tree.insert(interval);
                list.push(interval);
            } else {
                tree.remove(list.swap_remove(next(list.len() as u64) as usize));
            }
            let index = next(230);
            let mut found = Vec::new();
            let _ = tree.stab(index, &mut |i| {
                found.extend(i.covers(index).then_some(*i));
                ControlFlow::Continue(())
            });
            let mut wanted: Vec<Interval> = list.iter().filter(|i| i.covers(index)).copied().collect();
            wanted.sort();
            found.sort();
            assert_eq!(found, wanted);
        }
        let mut again = IntervalTree::default();
        list.sort_by_key(|i| std::cmp::Reverse(i.id));
        list.iter().for_each(|i| again.insert(*i));
        assert_eq!(tree.rows(), again.rows(), "the shape follows from the content");
        assert!(tree.rows().iter().all(|(depth, ..)| *depth < 40));
    }
}
