//! An interval tree: the VMAs of one anon_vma or object by the pages of it that they map; Linux's `interval_tree`.
//!
//! ```text
//!              v5 [3,9] max 20            stab(12): v5 ends before 12, but something on the right reaches 20;
//!             /               \                     everything left of v5 ends at 7 and is not visited
//!   v2 [0,7] max 7          v9 [8,20] max 20
//! ```
//! A treap: ordered by first index, a heap by a hash of the VMA's id, so its shape follows from its content alone.
//! Copies share nodes; a change makes those on its way its own. Source: Cormen et al., interval trees; Seidel and
//! Aragon 1996, treaps. Linux uses red-black trees since 3.7.

use crate::chunks::own;
use crate::units::VmaId;
use crate::vocabulary::vma::Vma;
use std::ops::ControlFlow;
use std::rc::Rc;

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

    fn key(&self) -> (u64, VmaId) {
        (self.first, self.id)
    }

    /// Whether the index lies inside.
    pub fn covers(&self, index: u64) -> bool {
        self.first <= index && index <= self.last
    }
}

#[derive(Clone, Debug)]
struct Node {
    interval: Interval,
    /// The greatest `last` of this subtree.
    max: u64,
    left: Link,
    right: Link,
}

type Link = Option<Rc<Node>>;

/// A tree of intervals.
#[derive(Clone, Debug, Default)]
pub struct IntervalTree {
    root: Link,
}

impl IntervalTree {
    /// Adds an interval that is not in it.
    pub fn insert(&mut self, interval: Interval) {
        let node = Some(Rc::new(Node { interval, max: interval.last, left: None, right: None }));
        let (left, right) = split(self.root.take(), interval.key());
        self.root = join(join(left, node), right);
    }

    /// Removes an interval that is in it.
    pub fn remove(&mut self, interval: Interval) {
        let (left, rest) = split(self.root.take(), interval.key());
        let (found, right) = split(rest, (interval.first, VmaId(interval.id.0 + 1)));
        assert!(found.is_some_and(|node| node.interval == interval), "{interval:?} is in the tree");
        self.root = join(left, right);
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// Calls `look` with every interval that has to be read to find those that cover `index`, in order, until it
    /// returns [`Break`](ControlFlow::Break).
    pub fn stab(&self, index: u64, look: &mut impl FnMut(&Interval) -> ControlFlow<()>) -> ControlFlow<()> {
        stab(&self.root, index, look)
    }

    /// All intervals in order, each with its depth and the greatest end below it: for drawing and checking.
    pub fn rows(&self) -> Vec<(u32, Interval, u64)> {
        let mut all = Vec::new();
        rows(&self.root, 0, &mut all);
        all
    }
}

impl Node {
    fn update(&mut self) {
        let below = |link: &Link| link.as_ref().map_or(0, |node| node.max);
        self.max = self.interval.last.max(below(&self.left)).max(below(&self.right));
    }
}

fn stab(link: &Link, index: u64, look: &mut impl FnMut(&Interval) -> ControlFlow<()>) -> ControlFlow<()> {
    let Some(node) = link.as_ref().filter(|node| node.max >= index) else { return ControlFlow::Continue(()) };
    stab(&node.left, index, look)?;
    look(&node.interval)?;
    if node.interval.first <= index { stab(&node.right, index, look) } else { ControlFlow::Continue(()) }
}

fn rows(link: &Link, depth: u32, all: &mut Vec<(u32, Interval, u64)>) {
    if let Some(node) = link {
        rows(&node.left, depth + 1, all);
        all.push((depth, node.interval, node.max));
        rows(&node.right, depth + 1, all);
    }
}

/// Splits a subtree into keys below `key` and the rest.
fn split(link: Link, key: (u64, VmaId)) -> (Link, Link) {
    let Some(mut shared) = link else { return (None, None) };
    let node = own(&mut shared);
    if node.interval.key() < key {
        let (low, high) = split(node.right.take(), key);
        node.right = low;
        node.update();
        (Some(shared), high)
    } else {
        let (low, high) = split(node.left.take(), key);
        node.left = high;
        node.update();
        (low, Some(shared))
    }
}

/// Joins two subtrees, all keys of the first below those of the second.
fn join(low: Link, high: Link) -> Link {
    let (mut low, mut high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (low, high) => return low.or(high),
    };
    if priority(low.interval.id) >= priority(high.interval.id) {
        let node = own(&mut low);
        node.right = join(node.right.take(), Some(high));
        node.update();
        Some(low)
    } else {
        let node = own(&mut high);
        node.left = join(Some(low), node.left.take());
        node.update();
        Some(high)
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
