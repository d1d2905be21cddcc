//! A treap: ordered by key, a heap by priority. Whoever has the greater priority stands above, so the shape follows
//! from the items alone, whatever their history. Source: Seidel and Aragon 1996.

use super::Item;
use super::node::{Link, Node, Side, own, rotate};

/// Something was inserted on a side of a node; the number of rotations.
pub(super) fn inserted<I: Item>(link: &mut Link<I>, side: Side) -> u32 {
    let node = own(link);
    if node.below(side).is_some_and(|below| below.item().priority() > node.item().priority()) {
        rotate(link, side.other());
        return 1;
    }
    0
}

/// Rotates a node with two below it down by one; the side that it has gone to.
pub(super) fn rotate_down<I: Item>(link: &mut Link<I>) -> Side {
    let node = own(link);
    let priority = |side| node.below(side).map(|node: &Node<I>| node.item().priority());
    let side = if priority(Side::Left) > priority(Side::Right) { Side::Right } else { Side::Left };
    rotate(link, side);
    side
}
