//! A balanced tree of free areas in an array: a node's place is given by its area, so nothing is allocated.
//!
//! ```text
//!                 8: 40 frames, max 90          the first area of 50 or more frames: 40 are too few, but something
//!                /                   \          on the right has 90; everything left of it has 20 at most and is not
//!     2: 20 frames, max 20     70: 90 frames    visited
//! ```
//! Ordered by a key, a heap by a hash of the area's place (a treap), so its shape follows from its content alone and
//! can be drawn from the set of free areas. Each node knows the longest area below it. The mail asked for red-black or
//! AVL trees. Source: Seidel and Aragon 1996.

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Node {
    key: u64,
    left: u32,
    right: u32,
    len: u32,
    /// The greatest `len` of this subtree, in frames.
    max: u32,
    priority: u32,
}

const EMPTY: Node = Node { key: 0, left: NONE, right: NONE, len: 0, max: 0, priority: 0 };

/// The tree. A node whose `len` is 0 is not in it.
#[derive(Clone, Debug)]
pub struct Treap {
    root: u32,
    nodes: Vec<Node>,
}

impl Treap {
    /// An empty tree with places for `n` nodes.
    pub fn new(n: u32) -> Treap {
        Treap { root: NONE, nodes: vec![EMPTY; n as usize] }
    }

    /// Adds an area.
    pub fn insert(&mut self, id: u32, key: u64, len: u32) {
        self.nodes[id as usize] = Node { key, len, max: len, priority: priority(id), ..EMPTY };
        self.root = self.insert_below(self.root, id);
    }

    /// Takes an area out.
    pub fn remove(&mut self, id: u32) {
        self.root = self.remove_below(self.root, id);
        self.nodes[id as usize].len = 0;
    }

    /// The key of an area; `None` if it is not in the tree.
    #[inline]
    pub fn key(&self, id: u32) -> Option<u64> {
        let node = &self.nodes[id as usize];
        (node.len > 0).then_some(node.key)
    }

    /// Changes the length and key of an area that keeps its place in the order.
    pub fn change(&mut self, id: u32, key: u64, len: u32) {
        if self.nodes[id as usize].len != len {
            self.change_below(self.root, id, len);
        }
        self.nodes[id as usize].key = key;
    }

    /// The first area, in the order of keys, of `len` or more frames that `fits`; and how many nodes were examined.
    pub fn first(&self, len: u32, mut fits: impl FnMut(u32) -> bool) -> (Option<u32>, u32) {
        let mut looked = 0;
        let found = self.first_below(self.root, len, &mut looked, &mut fits);
        (found, looked)
    }

    /// The area with the least key; `None` if the tree is empty.
    pub fn leftmost(&self) -> Option<u32> {
        let left = |at: u32| self.nodes.get(at as usize).map(|node| node.left);
        std::iter::successors(Some(self.root), |at| left(*at)).take_while(|at| *at != NONE).last()
    }

    /// An area's key and length.
    #[inline]
    pub fn span(&self, id: u32) -> (u64, u32) {
        (self.nodes[id as usize].key, self.nodes[id as usize].len)
    }

    /// All areas in order, each with its depth.
    pub fn rows(&self) -> Vec<(u32, u32)> {
        let (mut rows, mut open, mut at, mut depth) = (Vec::new(), Vec::new(), self.root, 0);
        while at != NONE || !open.is_empty() {
            if at != NONE {
                open.push((at, depth));
                (at, depth) = (self.nodes[at as usize].left, depth + 1);
            } else if let Some((id, of)) = open.pop() {
                rows.push((of, id));
                (at, depth) = (self.nodes[id as usize].right, of + 1);
            }
        }
        rows
    }

    /// Bytes of metadata.
    pub fn bytes(&self) -> usize {
        self.nodes.len() * size_of::<Node>()
    }

    fn first_below(&self, at: u32, len: u32, looked: &mut u32, fits: &mut impl FnMut(u32) -> bool) -> Option<u32> {
        let node = self.nodes.get(at as usize).filter(|node| node.max >= len)?;
        *looked += 1;
        self.first_below(node.left, len, looked, fits)
            .or_else(|| (node.len >= len && fits(at)).then_some(at))
            .or_else(|| self.first_below(node.right, len, looked, fits))
    }

    fn insert_below(&mut self, at: u32, id: u32) -> u32 {
        let new = self.nodes[id as usize];
        let Some(node) = self.nodes.get(at as usize).copied() else { return id };
        if new.priority > node.priority {
            let (left, right) = self.split(at, new.key);
            (self.nodes[id as usize].left, self.nodes[id as usize].right) = (left, right);
            self.update(id);
            return id;
        }
        if new.key < node.key {
            self.nodes[at as usize].left = self.insert_below(node.left, id);
        } else {
            self.nodes[at as usize].right = self.insert_below(node.right, id);
        }
        self.nodes[at as usize].max = node.max.max(new.len);
        at
    }

    fn remove_below(&mut self, at: u32, id: u32) -> u32 {
        let node = self.nodes[at as usize];
        if at == id {
            return self.join(node.left, node.right);
        }
        if self.nodes[id as usize].key < node.key {
            self.nodes[at as usize].left = self.remove_below(node.left, id);
        } else {
            self.nodes[at as usize].right = self.remove_below(node.right, id);
        }
        if node.max == self.nodes[id as usize].len {
            self.update(at);
        }
        at
    }

    /// Changes a length. A new maximum is the maximum all the way up; a node that is not the longest below another
    /// leaves that one's maximum as it is.
    fn change_below(&mut self, at: u32, id: u32, len: u32) {
        let (node, before) = (self.nodes[at as usize], self.nodes[id as usize].len);
        if at == id {
            self.nodes[at as usize].len = len;
        } else {
            let below = if self.nodes[id as usize].key < node.key { node.left } else { node.right };
            self.change_below(below, id, len);
        }
        if len >= node.max {
            self.nodes[at as usize].max = len;
        } else if node.max == before {
            self.update(at);
        }
    }

    /// Splits a subtree into keys below `key` and the rest.
    fn split(&mut self, at: u32, key: u64) -> (u32, u32) {
        let Some(node) = self.nodes.get(at as usize).copied() else { return (NONE, NONE) };
        if node.key < key {
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
        if low == NONE || high == NONE {
            return low.min(high);
        }
        if self.nodes[low as usize].priority >= self.nodes[high as usize].priority {
            self.nodes[low as usize].right = self.join(self.nodes[low as usize].right, high);
            self.update(low);
            low
        } else {
            self.nodes[high as usize].left = self.join(low, self.nodes[high as usize].left);
            self.update(high);
            high
        }
    }

    #[inline]
    fn update(&mut self, at: u32) {
        let below = |link: u32| self.nodes.get(link as usize).map_or(0, |node| node.max);
        let node = &self.nodes[at as usize];
        if node.len < u32::MAX {
            self.nodes[at as usize].max = node.len.max(below(node.left)).max(below(node.right));
        }
    }
}

/// A mixed-up place, so that no order of requests makes the tree deep.
fn priority(id: u32) -> u32 {
    let x = (id ^ (id >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn finds_what_a_map_finds_and_keeps_its_shape() {
        let (mut tree, mut map, mut seed) = (Treap::new(500), BTreeMap::new(), 5u32);
        let mut next = |n: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % n
        };
        for _ in 0..5000 {
            let (id, len) = (next(500), 1 + next(90));
            match map.remove(&id) {
                Some(_) if next(2) == 0 => tree.remove(id),
                Some(_) => {
                    tree.change(id, id.into(), len);
                    map.insert(id, len);
                }
                None => {
                    tree.insert(id, id.into(), len);
                    map.insert(id, len);
                }
            }
            let wanted = next(95);
            let odd = |id: &u32| id % 3 == wanted % 3;
            let first = map.iter().find(|(id, len)| **len >= wanted && odd(id)).map(|(id, _)| *id);
            assert_eq!(tree.first(wanted, |id| odd(&id)).0, first);
            assert_eq!(tree.leftmost(), map.keys().next().copied());
        }
        let mut again = Treap::new(500);
        map.iter().rev().for_each(|(id, len)| again.insert(*id, (*id).into(), *len));
        assert_eq!(tree.rows(), again.rows(), "the shape follows from the content");
        assert!(tree.rows().iter().all(|(depth, _)| *depth < 30));
    }
}
