//! A process's areas as found by address: the same VMAs in a list, a tree or an array, each look-up with the number of
//! nodes that it reads.
//!
//! ```text
//! list    a -> b -> c -> d        from the lowest, until one ends above the address
//! tree         b                  from the top; AVL or red-black
//!            /   \
//!           a     c - d
//! array   | a | b | c | d |       by halves; beside it the free areas on look-aside lists (`array`)
//! ```
//! Which of them is used changes no address and no answer. The VMAs themselves are in [`super::space::Space`]; this is
//! the index beside it, and what it costs is [`Event::AreaLook`](crate::vocabulary::event::Event). Sources: the mail of
//! 1998 on trees against lists; the array: Lee, May 2013.

mod array;

use crate::config::AreasKind;
use crate::trees::balanced::{Balance, Item, Node, Side, Tree};
use crate::units::Vpn;
use crate::vocabulary::pages::Pages;
use array::Array;
use std::rc::Rc;

/// An index of areas.
#[derive(Clone, Debug)]
pub enum Areas {
    List(Rc<Vec<Pages>>),
    Tree(Tree<Area>),
    Array(Rc<Array>),
}

/// An area as a node of a tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area(Pages);

impl Item for Area {
    type Key = Vpn;
    type Sum = ();

    fn key(&self) -> Vpn {
        self.0.start
    }

    fn sum(&self) {}

    fn join((): (), (): ()) {}

    fn priority(&self) -> u32 {
        0
    }
}

impl Areas {
    /// An index with nothing in it, of an address space whose free areas lie in `window`; `None`: nothing is counted.
    pub fn new(kind: AreasKind, window: Pages) -> Option<Areas> {
        match kind {
            AreasKind::Uncounted => None,
            AreasKind::List => Some(Areas::List(Rc::default())),
            AreasKind::Avl => Some(Areas::Tree(Tree::new(Balance::Avl))),
            AreasKind::Tree => Some(Areas::Tree(Tree::new(Balance::RedBlack))),
            AreasKind::Array => Some(Areas::Array(Rc::new(Array::new(window)))),
        }
    }

    /// Enters an area, which meets none that is there.
    pub fn insert(&mut self, area: Pages) {
        match self {
            Areas::List(list) => {
                let list = Rc::make_mut(list);
                list.insert(list.partition_point(|other| other.start < area.start), area);
            }
            Areas::Tree(tree) => drop(tree.insert(Area(area))),
            Areas::Array(array) => Rc::make_mut(array).insert(area),
        }
    }

    /// Takes out the area that starts at a page.
    pub fn remove(&mut self, start: Vpn) {
        match self {
            Areas::List(list) => Rc::make_mut(list).retain(|area| area.start != start),
            Areas::Tree(tree) => drop(tree.remove(start)),
            Areas::Array(array) => Rc::make_mut(array).remove(start),
        }
    }

    /// The area that holds a page, and how many areas were read to find it, or that there is none.
    pub fn find(&self, vpn: Vpn) -> (Option<Pages>, u32) {
        match self {
            Areas::List(list) => {
                let last = list.partition_point(|area| area.end <= vpn);
                let found = list.get(last).copied();
                (found.filter(|area| area.contains(vpn)), last as u32 + u32::from(found.is_some()))
            }
            Areas::Tree(tree) => find_in_tree(tree.root(), vpn),
            Areas::Array(array) => array.find(vpn),
        }
    }

    /// How many areas, or heads of look-aside lists, are read to find the highest free area of so many pages. Lists and
    /// trees are walked from the highest area down, as Linux did until it kept the gaps in its tree (3.8).
    pub fn looked_for_room(&self, pages: u64) -> u32 {
        let mut top = None;
        let mut looked = 0;
        let mut meets = |area: Pages| {
            looked += 1;
            let room = top.is_some_and(|top: Vpn| top.0 - area.end.0 >= pages);
            top = Some(area.start);
            room
        };
        match self {
            Areas::List(list) => _ = list.iter().rev().any(|area| meets(*area)),
            Areas::Tree(tree) => _ = tree.find(Side::Right, |()| true, |area| meets(area.0).then_some(())),
            Areas::Array(array) => return array.find_room(pages).1,
        }
        looked
    }
}

fn find_in_tree(root: Option<&Node<Area>>, vpn: Vpn) -> (Option<Pages>, u32) {
    let (mut node, mut looked) = (root, 0);
    while let Some(here) = node {
        let area = here.item().0;
        looked += 1;
        if area.contains(vpn) {
            return (Some(area), looked);
        }
        node = here.below(if vpn < area.start { Side::Left } else { Side::Right });
    }
    (None, looked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    /// Random areas come and go; every index answers as a plain search does, and no tree or array reads more than its
    /// depth.
    #[test]
    fn all_answer_alike() {
        let window = Pages::new(Vpn(1), Vpn(4000));
        let counted = AreasKind::VARIANTS.iter().filter(|kind| !kind.is_default());
        let mut all: Vec<Areas> = counted.map(|kind| Areas::new(*kind, window).expect("counted")).collect();
        let (mut plain, mut random) = (Vec::<Pages>::new(), 1_u64);
        for step in 0..3000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let area = Pages::at(Vpn(1 + (random >> 33) % 3900), 1 + (random >> 50) % 90);
            if random >> 63 == 1 && !plain.is_empty() {
                let gone = plain.remove((random >> 20) as usize % plain.len());
                all.iter_mut().for_each(|areas| areas.remove(gone.start));
            } else if plain.iter().all(|other| other.end <= area.start || area.end <= other.start) {
                plain.push(area);
                all.iter_mut().for_each(|areas| areas.insert(area));
            }
            let vpn = Vpn(1 + (random >> 10) % 4000);
            let right = plain.iter().find(|area| area.contains(vpn)).copied();
            for areas in &all {
                let (found, looked) = areas.find(vpn);
                assert_eq!(found, right, "step {step}: {areas:?}");
                let most = match areas {
                    Areas::List(_) => plain.len() as u32,
                    Areas::Tree(_) | Areas::Array(_) => 2 * (plain.len() as u32 + 1).ilog2() + 2,
                };
                assert!(looked <= most, "step {step}: {looked} of {} read: {areas:?}", plain.len());
            }
            let Some(Areas::Array(array)) = all.last() else { panic!("the array is the last kind") };
            for pages in [1, 7, 64, 65, 200] {
                assert_eq!(array.find_room(pages).0, highest_room(&plain, window, pages), "step {step}, {pages} pages");
            }
        }
    }

    /// The table in docs/messages.md: areas read for one look-up of each, areas being given from the top down, as the
    /// kernel gives them. In thousandths.
    #[test]
    fn the_figures_of_the_documentation() {
        let figures = [
            (AreasKind::List, [2000, 3500, 50_500, 5_000_500]),
            (AreasKind::Avl, [1666, 2333, 5800, 12_363]),
            (AreasKind::Tree, [1666, 2500, 6200, 12_885]),
            (AreasKind::Array, [1666, 2333, 5800, 12_363]),
        ];
        for (kind, expected) in figures {
            let given = [3, 6, 100, 10_000].map(|count: u64| {
                let top = 2 * count + 1;
                let all: Vec<Pages> = (0..count).map(|n| Pages::at(Vpn(top - 2 * (n + 1)), 2)).collect();
                let mut areas = Areas::new(kind, Pages::new(Vpn(1), Vpn(top))).expect("counted");
                all.iter().for_each(|area| areas.insert(*area));
                all.iter().map(|area| u64::from(areas.find(area.start).1)).sum::<u64>() * 1000 / count
            });
            assert_eq!(given, expected, "{kind:?}");
        }
    }

    fn highest_room(areas: &[Pages], window: Pages, pages: u64) -> Option<Vpn> {
        let fits = |start: &u64| {
            let wanted = Pages::at(Vpn(*start), pages);
            areas.iter().all(|area| area.end <= wanted.start || wanted.end <= area.start)
        };
        (window.start.0..=window.end.0.checked_sub(pages)?).rev().find(fits).map(Vpn)
    }
}
