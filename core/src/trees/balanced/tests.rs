//! Every way of balancing against a `BTreeMap`; its depth and its rotations against what the books say.

use super::{Balance, Item, Side, Tree, mixed};
use std::collections::BTreeMap;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Length {
    at: u32,
    len: u32,
}

impl Item for Length {
    type Key = u32;
    type Sum = u32;

    fn key(&self) -> u32 {
        self.at
    }

    fn sum(&self) -> u32 {
        self.len
    }

    fn join(one: u32, other: u32) -> u32 {
        one.max(other)
    }

    fn priority(&self) -> u32 {
        mixed(self.at)
    }
}

const ALL: [Balance; 4] = [Balance::None, Balance::Treap, Balance::Avl, Balance::RedBlack];

fn random(seed: &mut u32, n: u32) -> u32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 8) % n
}

#[test]
fn each_finds_what_a_map_finds_and_keeps_its_rules() {
    for balance in ALL {
        let (mut tree, mut map, mut seed) = (Tree::new(balance), BTreeMap::new(), 7);
        let (mut before, mut copied) = (Tree::new(balance), BTreeMap::new());
        for n in 0..6000 {
            let (at, len) = (random(&mut seed, 400), 1 + random(&mut seed, 50));
            match map.remove(&at) {
                Some(old) => assert_eq!(tree.remove(at).expect("it is in it").0, Length { at, len: old }),
                None => {
                    assert_eq!(tree.remove(at), None);
                    tree.insert(Length { at, len });
                    map.insert(at, len);
                }
            }
            assert_eq!(tree.check(), [""; 0], "{balance:?}");
            let least = 1 + random(&mut seed, 50);
            let find = |side| tree.find(side, |sum| sum >= least, |item| (item.len >= least).then_some(item.at)).found;
            let fits = |(_, len): &(&u32, &u32)| **len >= least;
            assert_eq!(find(Side::Left), map.iter().find(fits).map(|(at, _)| *at), "{balance:?}");
            assert_eq!(find(Side::Right), map.iter().rev().find(fits).map(|(at, _)| *at), "{balance:?}");
            if n == 3000 {
                (before, copied) = (tree.clone(), map.clone());
            }
        }
        let in_order = |tree: &Tree<Length>| -> Vec<(u32, u32)> {
            tree.rows().into_iter().map(|row| (row.item.at, row.item.len)).collect()
        };
        assert!(in_order(&tree).into_iter().eq(map), "{balance:?}");
        assert!(in_order(&before).into_iter().eq(copied), "{balance:?}: a copy stays as it was");
        assert_eq!(before.check(), [""; 0], "{balance:?}");
    }
}

/// In ascending order nothing is worse than no balance; the limits are the theorems' of the books: 1.44 log2(n + 2) for
/// AVL trees, 2 log2(n + 1) for red-black ones; a treap's depth is expected at less than 1.39 log2 n on average.
#[test]
fn ascending_keys_make_none_but_the_unbalanced_deep() {
    let n = 1000;
    let grown = |balance| {
        let mut tree = Tree::new(balance);
        let rotations: u32 = (0..n).map(|at| tree.insert(Length { at, len: 1 })).sum();
        (tree.shape(), rotations)
    };
    let [(none, zero), (treap, _), (avl, of_avl), (red_black, of_red_black)] = ALL.map(grown);
    assert_eq!((none.depth, none.nodes, zero), (n, n, 0));
    assert!(avl.depth <= 14 && red_black.depth <= 19 && treap.ways < 15 * u64::from(n));
    assert_eq!((avl.depth, avl.nodes), (10, n));
    assert!(of_avl < n && of_red_black < n, "at most a rotation each, as all come on one side");
}

/// Each takes at most so many rotations an operation: an AVL insertion 2, a red-black one 2, a removal 3.
#[test]
fn rotations_are_as_few_as_the_books_say() {
    for (balance, inserting, removing) in [(Balance::Avl, 2, 24), (Balance::RedBlack, 2, 3), (Balance::None, 0, 0)] {
        let (mut tree, mut seed) = (Tree::new(balance), 3);
        for _ in 0..20_000 {
            let at = random(&mut seed, 2000);
            match tree.remove(at) {
                Some((_, rotations)) => assert!(rotations <= removing, "{balance:?}"),
                None => assert!(tree.insert(Length { at, len: 1 }) <= inserting, "{balance:?}"),
            }
        }
    }
}
