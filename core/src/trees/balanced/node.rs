//! Nodes: insertion, removal, rotation, search. What each way of balancing adds stands in its own file.
//!
//! ```text
//!        node                     up          a rotation: `up` takes the place of `node`, which goes down on `side`
//!       /    \                   /  \
//!      a      up      ->      node   c        (side: left)
//!            /  \             /  \
//!           b    c           a    b
//! ```

use super::{Balance, Item, avl, red_black, treap};
use std::cmp::Ordering;
use std::rc::Rc;

pub(super) type Link<I> = Option<Rc<Node<I>>>;

/// A side of a node, and of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Lesser keys.
    Left,
    /// Greater keys.
    Right,
}

impl Side {
    /// The opposite side.
    #[inline]
    pub fn other(self) -> Side {
        if self == Side::Left { Side::Right } else { Side::Left }
    }
}

/// An item with what is below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node<I: Item> {
    item: I,
    sum: I::Sum,
    /// Its height in an AVL tree, its colour in a red-black one.
    pub(super) mark: u8,
    below: [Link<I>; 2],
}

/// What the way of balancing keeps in a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    None,
    Red,
    Black,
    /// By how much the right side is higher than the left.
    Leaning(i8),
}

/// An item and its place in its tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row<I: Item> {
    /// 0 for the root.
    pub depth: u32,
    pub item: I,
    pub sum: I::Sum,
    pub mark: Mark,
}

/// What a search found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found<I, T> {
    pub found: Option<T>,
    /// Number of nodes examined.
    pub looked: u32,
    /// The last of them.
    pub last: Option<I>,
}

/// How deep a tree is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Shape {
    pub nodes: u32,
    /// Nodes on the longest way from the root, itself included.
    pub depth: u32,
    /// Nodes on the ways to every node, itself included.
    pub ways: u64,
}

impl Shape {
    /// The depth of the flattest tree of as many nodes.
    pub fn least_depth(&self) -> u32 {
        u32::BITS - self.nodes.leading_zeros()
    }
}

impl<I: Item> Node<I> {
    pub(super) fn alone(item: I, balance: Balance) -> Rc<Node<I>> {
        let mark = match balance {
            Balance::None | Balance::Treap => 0,
            Balance::Avl => 1,
            Balance::RedBlack => red_black::RED,
        };
        Rc::new(Node { sum: item.sum(), item, mark, below: [None, None] })
    }

    /// The item that stands here.
    pub fn item(&self) -> &I {
        &self.item
    }

    /// What is known of its subtree.
    pub fn sum(&self) -> I::Sum {
        self.sum
    }

    /// The node below it on a side.
    #[inline]
    pub fn below(&self, side: Side) -> Option<&Node<I>> {
        self.below[side as usize].as_deref()
    }

    #[inline]
    pub(super) fn link(&mut self, side: Side) -> &mut Link<I> {
        &mut self.below[side as usize]
    }

    #[inline]
    fn update(&mut self) {
        let below = self.below.iter().flatten();
        self.sum = below.fold(self.item.sum(), |sum, node| I::join(sum, node.sum));
    }

    pub(super) fn find<T>(
        &self,
        from: Side,
        may: &impl Fn(I::Sum) -> bool,
        take: &mut impl FnMut(&I) -> Option<T>,
        found: &mut Found<I, T>,
    ) {
        found.looked += 1;
        found.last = Some(self.item.clone());
        if !may(self.sum) {
            return;
        }
        if let Some(first) = self.below(from) {
            first.find(from, may, take, found);
        }
        if found.found.is_none() {
            found.found = take(&self.item);
        }
        if let (None, Some(last)) = (&found.found, self.below(from.other())) {
            last.find(from, may, take, found);
        }
    }

    pub(super) fn rows(&self, depth: u32, balance: Balance, rows: &mut Vec<Row<I>>) {
        if let Some(left) = self.below(Side::Left) {
            left.rows(depth + 1, balance, rows);
        }
        let mark = match balance {
            Balance::None | Balance::Treap => Mark::None,
            Balance::Avl => Mark::Leaning(avl::leaning(self)),
            Balance::RedBlack => {
                if self.mark == red_black::RED {
                    Mark::Red
                } else {
                    Mark::Black
                }
            }
        };
        rows.push(Row { depth, item: self.item.clone(), sum: self.sum, mark });
        if let Some(right) = self.below(Side::Right) {
            right.rows(depth + 1, balance, rows);
        }
    }

    pub(super) fn measure(&self, depth: u32, shape: &mut Shape) {
        shape.nodes += 1;
        shape.depth = shape.depth.max(depth);
        shape.ways += u64::from(depth);
        self.below.iter().flatten().for_each(|node| node.measure(depth + 1, shape));
    }
}

/// Makes the node of a link its owner's own.
#[inline]
pub(super) fn own<I: Item>(link: &mut Link<I>) -> &mut Node<I> {
    Rc::make_mut(link.as_mut().expect("there is a node"))
}

/// The node of a link goes down on a side, the one below it on the other side comes up.
pub(super) fn rotate<I: Item>(link: &mut Link<I>, side: Side) {
    let node = own(link);
    let mut up = node.link(side.other()).take();
    let rising = own(&mut up);
    *node.link(side.other()) = rising.link(side).take();
    node.update();
    *rising.link(side) = link.take();
    rising.update();
    *link = up;
}

/// Adds a node below a link; the number of rotations.
pub(super) fn insert<I: Item>(link: &mut Link<I>, new: Rc<Node<I>>, balance: Balance) -> u32 {
    let Some(shared) = link else {
        *link = Some(new);
        return 0;
    };
    let node = Rc::make_mut(shared);
    let side = if node.item.key() < new.item.key() { Side::Right } else { Side::Left };
    let below = insert(node.link(side), new, balance);
    node.update();
    below
        + match balance {
            Balance::None => 0,
            Balance::Treap => treap::inserted(link, side),
            Balance::Avl => avl::changed(link),
            Balance::RedBlack => red_black::inserted(link, side),
        }
}

/// What was removed below a link.
pub(super) struct Removed<I> {
    pub item: I,
    pub rotations: u32,
    /// Used by red-black trees only: the ways through the link have a black node less than before.
    pub short: bool,
}

impl<I: Item> Removed<I> {
    /// Below a node, on a side of it, something was removed.
    fn below(mut self, link: &mut Link<I>, side: Side, balance: Balance) -> Removed<I> {
        own(link).update();
        match balance {
            Balance::None | Balance::Treap => {}
            Balance::Avl => self.rotations += avl::changed(link),
            Balance::RedBlack => red_black::removed(link, side, &mut self.rotations, &mut self.short),
        }
        self
    }
}

/// Removes the node with a key; `None`: there is none.
pub(super) fn remove<I: Item>(link: &mut Link<I>, key: I::Key, balance: Balance) -> Option<Removed<I>> {
    let node = Rc::make_mut(link.as_mut()?);
    let side = match key.cmp(&node.item.key()) {
        Ordering::Less => Side::Left,
        Ordering::Greater => Side::Right,
        Ordering::Equal => return Some(remove_here(link, balance)),
    };
    let removed = remove(node.link(side), key, balance)?;
    Some(removed.below(link, side, balance))
}

fn remove_here<I: Item>(link: &mut Link<I>, balance: Balance) -> Removed<I> {
    let node = own(link);
    if node.below.iter().any(Option::is_none) {
        return splice(link, balance);
    }
    if balance == Balance::Treap {
        // Down to where it has but one below it.
        let side = treap::rotate_down(link);
        let node = own(link);
        let mut removed = remove_here(node.link(side), balance);
        node.update();
        removed.rotations += 1;
        return removed;
    }
    // The next in order takes its place.
    let mut removed = remove_first(node.link(Side::Right), balance);
    std::mem::swap(&mut node.item, &mut removed.item);
    removed.below(link, Side::Right, balance)
}

fn remove_first<I: Item>(link: &mut Link<I>, balance: Balance) -> Removed<I> {
    let node = own(link);
    if node.below(Side::Left).is_none() {
        return splice(link, balance);
    }
    remove_first(node.link(Side::Left), balance).below(link, Side::Left, balance)
}

/// Takes out a node with at most one below it, which takes its place.
fn splice<I: Item>(link: &mut Link<I>, balance: Balance) -> Removed<I> {
    let node = own(link);
    let below = node.link(Side::Left).take().or(node.link(Side::Right).take());
    let (item, mark) = (node.item.clone(), node.mark);
    *link = below;
    let short = balance == Balance::RedBlack && mark != red_black::RED && !red_black::repaint(link);
    Removed { item, rotations: 0, short }
}
