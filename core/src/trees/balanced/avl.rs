//! An AVL tree: the heights of both sides of a node differ by at most one. Source: Adelson-Velsky and Landis 1962;
//! Knuth, TAOCP 3, 6.2.3.

use super::Item;
use super::node::{Link, Node, Side, own, rotate};

fn height<I: Item>(node: Option<&Node<I>>) -> u8 {
    node.map_or(0, |node| node.mark)
}

fn set_height<I: Item>(node: &mut Node<I>) {
    node.mark = 1 + height(node.below(Side::Left)).max(height(node.below(Side::Right)));
}

/// By how much the right side of a node is higher than the left.
pub(super) fn leaning<I: Item>(node: &Node<I>) -> i8 {
    height(node.below(Side::Right)) as i8 - height(node.below(Side::Left)) as i8
}

/// One side of a node may have become higher or lower by one; the number of rotations.
pub(super) fn changed<I: Item>(link: &mut Link<I>) -> u32 {
    let node = own(link);
    let high = match leaning(node) {
        ..-1 => Side::Left,
        -1..=1 => {
            set_height(node);
            return 0;
        }
        2.. => Side::Right,
    };
    let child = node.below(high);
    let inner = height(child.and_then(|child| child.below(high.other())));
    let is_inner = inner > height(child.and_then(|child| child.below(high)));
    if is_inner {
        turn(node.link(high), high);
    }
    turn(link, high.other());
    if is_inner { 2 } else { 1 }
}

/// A rotation, with the heights of both nodes.
fn turn<I: Item>(link: &mut Link<I>, side: Side) {
    rotate(link, side);
    let up = own(link);
    set_height(own(up.link(side)));
    set_height(up);
}
