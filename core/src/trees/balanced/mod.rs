//! One balanced tree for whoever needs an order and something known of every subtree: gravity's free areas, and the
//! intervals of the reverse map. How it is kept balanced is chosen; rotations are counted.
//!
//! ```text
//!              8 [3..20]              an item, and of its subtree what `Item::join` makes of all in it, so that a
//!             /         \             search passes by whatever has nothing for it
//!      2 [3..9]          14 [7..20]
//! ```
//! Copies share nodes; a change makes those on its way its own, so a copy costs a pointer. No node knows the one above
//! it: what the textbooks do on the way up is done as the recursion returns. Linux shares `rbtree` between its parts
//! for the same reason.

mod avl;
mod check;
mod node;
mod red_black;
#[cfg(test)]
mod tests;
mod treap;

pub use node::{Found, Mark, Node, Row, Shape, Side};
use node::{Link, insert, remove};
use std::fmt::Debug;

/// What stands in a tree.
pub trait Item: Clone + Eq + Debug {
    /// The order; no two in a tree have the same.
    type Key: Ord + Copy;
    /// What is known of a subtree.
    type Sum: Copy + Eq + Debug;
    fn key(&self) -> Self::Key;
    /// What is known of a subtree of this item alone.
    fn sum(&self) -> Self::Sum;
    /// What is known of the items of both, in whatever order.
    fn join(one: Self::Sum, other: Self::Sum) -> Self::Sum;
    /// Used by treaps only: a mixed-up number, which no other item has.
    fn priority(&self) -> u32;
}

/// How a tree is kept balanced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Balance {
    /// Not at all: the shape is that of the order of insertions and removals.
    None,
    /// By random numbers, a heap by which it is: Seidel and Aragon 1996.
    Treap,
    /// By heights, which differ by at most one on both sides: Adelson-Velsky and Landis 1962.
    Avl,
    /// By colours: Guibas and Sedgewick 1978, as Cormen, Leiserson and Rivest write it.
    RedBlack,
}

/// An ordered tree of items.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree<I: Item> {
    root: Link<I>,
    balance: Balance,
}

impl<I: Item> Tree<I> {
    /// A tree with nothing in it.
    pub fn new(balance: Balance) -> Tree<I> {
        Tree { root: None, balance }
    }

    /// Adds an item that is not in it; the number of rotations.
    pub fn insert(&mut self, item: I) -> u32 {
        let rotations = insert(&mut self.root, Node::alone(item, self.balance), self.balance);
        self.blacken();
        rotations
    }

    /// Removes the item with a key; itself, and the number of rotations. `None`: there is none.
    pub fn remove(&mut self, key: I::Key) -> Option<(I, u32)> {
        let removed = remove(&mut self.root, key, self.balance)?;
        self.blacken();
        Some((removed.item, removed.rotations))
    }

    fn blacken(&mut self) {
        if let (Balance::RedBlack, Some(root)) = (self.balance, &mut self.root) {
            red_black::blacken(root);
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// The node on top, for a search of its own kind.
    #[inline]
    pub fn root(&self) -> Option<&Node<I>> {
        self.root.as_deref()
    }

    /// The first item from one side that `take` takes, of subtrees that `may` have one by what is known of them.
    pub fn find<T>(
        &self,
        from: Side,
        may: impl Fn(I::Sum) -> bool,
        mut take: impl FnMut(&I) -> Option<T>,
    ) -> Found<I, T> {
        let mut found = Found { found: None, looked: 0, last: None };
        if let Some(root) = &self.root {
            root.find(from, &may, &mut take, &mut found);
        }
        found
    }

    /// All items in order, each with its place in the tree.
    pub fn rows(&self) -> Vec<Row<I>> {
        let mut rows = Vec::new();
        if let Some(root) = &self.root {
            root.rows(0, self.balance, &mut rows);
        }
        rows
    }

    /// How deep it is.
    pub fn shape(&self) -> Shape {
        let mut shape = Shape::default();
        if let Some(root) = &self.root {
            root.measure(1, &mut shape);
        }
        shape
    }

    /// Broken invariants, in words.
    pub fn check(&self) -> Vec<String> {
        check::check(self.root.as_deref(), self.balance)
    }
}

/// Mixes up a number, one to one: as a priority it makes no order of insertions deep.
pub fn mixed(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
