//! An interval tree: the VMAs of one anon_vma or object by the pages of it that they map; Linux's `interval_tree`.
//!
//! ```text
//!              v5 [3,9] max 20            stab(12): v5 ends before 12, but something on the right reaches 20;
//!             /               \                     everything left of v5 ends at 7 and is not visited
//!   v2 [0,7] max 7          v9 [8,20] max 20
//! ```
//! A treap (`trees::balanced`): ordered by first index, a heap by a hash of the VMA's id, so its shape follows from its
//! content alone. Source: Cormen et al., interval trees. Linux uses red-black trees since 3.7.

use crate::trees::balanced::{Balance, Item, Node, Side, Tree, mixed};
use crate::units::VmaId;
use crate::vocabulary::vma::Vma;
use std::ops::ControlFlow;

/// Indices `first..=last` of a VMA.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Interval {
    pub first: u64,
    pub last: u64,
    pub id: VmaId,
}

impl Interval {
    /// The indices that a VMA maps of its anon_vmas and its object.
    pub fn of(vma: &Vma) -> Interval {
        Interval { first: vma.pgoff, last: vma.pgoff + vma.pages() - 1, id: vma.id }
    }

    /// Whether the index lies inside.
    pub fn covers(&self, index: u64) -> bool {
        self.first <= index && index <= self.last
    }
}

impl Item for Interval {
    type Key = (u64, VmaId);
    /// The greatest `last`.
    type Sum = u64;

    fn key(&self) -> (u64, VmaId) {
        (self.first, self.id)
    }

    fn sum(&self) -> u64 {
        self.last
    }

    fn join(one: u64, other: u64) -> u64 {
        one.max(other)
    }

    fn priority(&self) -> u32 {
        mixed(self.id.0)
    }
}

/// A tree of intervals.
#[derive(Clone, Debug)]
pub struct IntervalTree(Tree<Interval>);

impl Default for IntervalTree {
    fn default() -> IntervalTree {
        IntervalTree(Tree::new(Balance::Treap))
    }
}

impl IntervalTree {
    /// Adds an interval that is not in it.
    pub fn insert(&mut self, interval: Interval) {
        self.0.insert(interval);
    }

    /// Removes an interval that is in it.
    pub fn remove(&mut self, interval: Interval) {
        let removed = self.0.remove(interval.key());
        assert!(removed.is_some_and(|(found, _)| found == interval), "{interval:?} is in the tree");
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Calls `look` with every interval that has to be read to find those that cover `index`, in order, until it
    /// returns [`Break`](ControlFlow::Break).
    pub fn stab(&self, index: u64, look: &mut impl FnMut(&Interval) -> ControlFlow<()>) -> ControlFlow<()> {
        stab(self.0.root(), index, look)
    }

    /// All intervals in order, each with its depth and the greatest end below it: for drawing and checking.
    pub fn rows(&self) -> Vec<(u32, Interval, u64)> {
        self.0.rows().into_iter().map(|row| (row.depth, row.item, row.sum)).collect()
    }

    /// Broken invariants, in words.
    pub fn check(&self) -> Vec<String> {
        self.0.check()
    }
}

fn stab(
    node: Option<&Node<Interval>>,
    index: u64,
    look: &mut impl FnMut(&Interval) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some(node) = node.filter(|node| node.sum() >= index) else { return ControlFlow::Continue(()) };
    stab(node.below(Side::Left), index, look)?;
    look(node.item())?;
    let may_be_right = node.item().first <= index;
    if may_be_right { stab(node.below(Side::Right), index, look) } else { ControlFlow::Continue(()) }
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
