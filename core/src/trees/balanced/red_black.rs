//! A red-black tree: no red node has a red one below it, and all ways down have equally many black nodes. The cases are
//! numbered as in Cormen, Leiserson and Rivest, Introduction to Algorithms, 13.3 and 13.4; what they do by pointers to
//! parents and uncles is done here from the node above, as the recursion returns.

use super::Item;
use super::node::{Link, Node, Side, own, rotate};
use std::rc::Rc;

pub(super) const BLACK: u8 = 0;
pub(super) const RED: u8 = 1;

pub(super) fn is_red<I: Item>(node: Option<&Node<I>>) -> bool {
    node.is_some_and(|node| node.mark == RED)
}

pub(super) fn blacken<I: Item>(root: &mut Rc<Node<I>>) {
    if root.mark != BLACK {
        Rc::make_mut(root).mark = BLACK;
    }
}

/// Makes a red node black; `false`: there is none, or it is black.
pub(super) fn repaint<I: Item>(link: &mut Link<I>) -> bool {
    let was_red = is_red(link.as_deref());
    if was_red {
        own(link).mark = BLACK;
    }
    was_red
}

/// Something was inserted on a side of a node: of two red ones, one below the other, the upper may be there. The number
/// of rotations.
pub(super) fn inserted<I: Item>(link: &mut Link<I>, side: Side) -> u32 {
    let node = own(link);
    let Some(parent) = node.below(side).filter(|parent| parent.mark == RED) else { return 0 };
    let [outer, inner] = [side, side.other()].map(|side| is_red(parent.below(side)));
    if !outer && !inner {
        return 0;
    }
    if is_red(node.below(side.other())) {
        // Case 1: the uncle is red, too.
        own(node.link(Side::Left)).mark = BLACK;
        own(node.link(Side::Right)).mark = BLACK;
        node.mark = RED;
        return 0;
    }
    if inner {
        // Case 2: turned into case 3.
        rotate(node.link(side), side);
    }
    // Case 3.
    own(node.link(side)).mark = BLACK;
    node.mark = RED;
    rotate(link, side.other());
    if inner { 2 } else { 1 }
}

/// Something was removed on a side of a node; `short`: the ways there lack a black node, and then, all through the link
/// may.
pub(super) fn removed<I: Item>(link: &mut Link<I>, side: Side, rotations: &mut u32, short: &mut bool) {
    if !*short {
        return;
    }
    let (node, far) = (own(link), side.other());
    if is_red(node.below(far)) {
        // Case 1: the sibling is red. Turned into one of the others, with a red node above.
        own(node.link(far)).mark = BLACK;
        node.mark = RED;
        rotate(link, side);
        *rotations += 1;
        return removed(own(link).link(side), side, rotations, short);
    }
    let sibling = own(node.link(far));
    let [outer, inner] = [far, side].map(|side| is_red(sibling.below(side)));
    if !outer && !inner {
        // Case 2: one black less on the other side, too, unless the node is red and can be black.
        sibling.mark = RED;
        *short = node.mark == BLACK;
        node.mark = BLACK;
        return;
    }
    if !outer {
        // Case 3: turned into case 4.
        own(sibling.link(side)).mark = BLACK;
        sibling.mark = RED;
        rotate(node.link(far), far);
        *rotations += 1;
    }
    // Case 4.
    let color = std::mem::replace(&mut node.mark, BLACK);
    let sibling = own(node.link(far));
    sibling.mark = color;
    own(sibling.link(far)).mark = BLACK;
    rotate(link, side);
    *rotations += 1;
    *short = false;
}
