//! A tree held against its rules, node by node.

use super::node::{Node, Side};
use super::{Balance, Item, avl, red_black};

/// Broken invariants, in words.
pub(super) fn check<I: Item>(root: Option<&Node<I>>, balance: Balance) -> Vec<String> {
    let mut broken = Vec::new();
    let mut keys = Vec::new();
    if let Some(root) = root {
        subtree(root, balance, &mut keys, &mut broken);
    }
    if !keys.is_sorted_by(|one, next| one < next) {
        broken.push("tree: the keys are not in order".into());
    }
    if balance == Balance::RedBlack && red_black::is_red(root) {
        broken.push("red-black tree: the root is red".into());
    }
    broken
}

/// Checks a subtree; its height, or its number of black nodes on every way down.
fn subtree<I: Item>(node: &Node<I>, balance: Balance, keys: &mut Vec<I::Key>, broken: &mut Vec<String>) -> u8 {
    let [left, right] = [Side::Left, Side::Right].map(|side| node.below(side));
    let low = left.map_or(0, |node| subtree(node, balance, keys, broken));
    keys.push(node.item().key());
    let high = right.map_or(0, |node| subtree(node, balance, keys, broken));
    let below = || left.into_iter().chain(right);
    let mut claim = |holds: bool, what: &str| {
        if !holds {
            broken.push(format!("{what} at {:?}", node.item()));
        }
    };
    let sum = below().fold(node.item().sum(), |sum, node| I::join(sum, node.sum()));
    claim(sum == node.sum(), "tree: the sum of a subtree is wrong");
    match balance {
        Balance::None => 0,
        Balance::Treap => {
            let is_above = below().all(|child| child.item().priority() < node.item().priority());
            claim(is_above, "treap: a greater priority stands below");
            0
        }
        Balance::Avl => {
            let height = 1 + low.max(high);
            claim(node.mark == height, "AVL tree: a height is wrong");
            claim(avl::leaning(node).abs() <= 1, "AVL tree: one side is higher by more than one");
            height
        }
        Balance::RedBlack => {
            let is_red = node.mark == red_black::RED;
            claim(!is_red || !below().any(|child| child.mark == red_black::RED), "red-black tree: red below red");
            claim(low == high, "red-black tree: one side has more black nodes");
            low + u8::from(!is_red)
        }
    }
}
