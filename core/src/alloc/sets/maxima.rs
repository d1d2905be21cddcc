//! A bound for each place, and over them a tree of maxima: the lowest place whose bound is at least so great is found
//! in as many steps as there are levels, five for 32 K places.
//!
//! ```text
//!   level 1    |         40            |          9            | ...      the greatest of 8 below
//!   level 0    | 0 0 12 0 40 0 0 3     | 0 9 0 ...             | ...      one bound a place, 8 in a word of 128 bits
//! ```
//! A tree without links, so its shape depends on nothing. The 8 bounds of a node are compared at once, by a subtraction
//! under a guard bit each, so one is kept in 15 bits: exactly up to 2048, greater ones rounded down to 11 digits. To
//! raise a bound ends where a greater one stands above; who finds a bound too great for what is there lowers it.
//! Invariant: a bound above is the greatest of the 8 below it. Sources: a tournament tree with 8 children, Knuth,
//! TAOCP 3, 5.4.1; comparing the parts of a word, Warren, Hacker's Delight 2-18.

/// Bounds in a node: 2^3.
const FANOUT: u32 = 3;
const NODE: u32 = 1 << FANOUT;
/// Enough for 2^30 places.
const LEVELS: usize = 10;
/// Bits of a bound in its node, with the guard.
const BITS: u32 = 16;
/// Each bound's lowest bit.
const LOW: u128 = 0x0001_0001_0001_0001_0001_0001_0001_0001;
/// Each bound's guard.
const GUARDS: u128 = LOW << (BITS - 1);

/// A bound for each place.
#[derive(Clone, Debug)]
pub struct Maxima {
    /// All levels, the lowest first.
    nodes: Vec<u128>,
    /// Where each level begins in `nodes`; from the number of levels on, where the last one ends.
    base: [u32; LEVELS + 1],
    levels: u32,
}

/// A length in 15 bits, in the order of lengths; below 2^26.
#[inline]
fn rounded(len: u32) -> u16 {
    let over = (len | 1 << 10).ilog2() - 10;
    ((over << 10) + (len >> over)) as u16
}

impl Maxima {
    /// The bound 0 for each of `places` places.
    pub fn new(places: u32) -> Maxima {
        let (mut base, mut levels, mut nodes) = ([0; LEVELS + 1], 0, places);
        while levels == 0 || nodes > 1 {
            nodes = nodes.div_ceil(NODE).max(1);
            levels += 1;
            base[levels] = base[levels - 1] + nodes;
        }
        Maxima { nodes: vec![0; base[levels] as usize], base, levels: levels as u32 }
    }

    /// Makes a place's bound at least `len`.
    #[inline]
    pub fn raise(&mut self, at: u32, len: u32) {
        let (mut at, len) = (at, rounded(len));
        for level in 0..self.levels {
            let (node, shift) = self.node(level, at);
            if (*node >> shift) as u16 >= len {
                return;
            }
            *node = *node & !(u128::from(u16::MAX) << shift) | u128::from(len) << shift;
            at >>= FANOUT;
        }
    }

    /// Makes a place's bound at most `len`.
    #[inline]
    pub fn lower(&mut self, at: u32, len: u32) {
        let (mut at, mut len) = (at, rounded(len));
        for level in 0..self.levels {
            let (node, shift) = self.node(level, at);
            if (*node >> shift) as u16 <= len {
                return;
            }
            *node = *node & !(u128::from(u16::MAX) << shift) | u128::from(len) << shift;
            len = (0..NODE).fold(0, |most, n| most.max((*node >> (n * BITS)) as u16));
            at >>= FANOUT;
        }
    }

    /// The node of a place, and how far its bound is shifted there.
    #[inline]
    fn node(&mut self, level: u32, at: u32) -> (&mut u128, u32) {
        (&mut self.nodes[(self.base[level as usize] + (at >> FANOUT)) as usize], at % NODE * BITS)
    }

    /// The lowest place whose bound is at least `len`, rounded as it is; and how many nodes were examined.
    #[inline]
    pub fn first(&self, len: u32) -> (Option<u32>, u32) {
        let (least, top) = (LOW * u128::from(rounded(len)), self.levels - 1);
        let great = self.at_least(top, 0, least);
        let found = (great != 0).then(|| self.down(top, lowest(great), least));
        (found, if found.is_some() { self.levels } else { 1 })
    }

    /// The lowest place from `from` on whose bound is at least `len`, rounded as it is; and how many nodes were
    /// examined.
    pub fn next(&self, len: u32, from: u32) -> (Option<u32>, u32) {
        let (least, mut at, mut looked) = (LOW * u128::from(rounded(len)), from, 0);
        for level in 0..self.levels {
            let node = at >> FANOUT;
            if self.base[level as usize] + node >= self.base[level as usize + 1] {
                break;
            }
            looked += 1;
            let great = self.at_least(level, node, least) & u128::MAX << (at % NODE * BITS);
            if great != 0 {
                return (Some(self.down(level, node * NODE + lowest(great), least)), looked + level);
            }
            at = node + 1;
        }
        (None, looked)
    }

    /// The highest place up to `to` whose bound is at least `len`, rounded as it is; and how many nodes were examined.
    pub fn last(&self, len: u32, to: u32) -> (Option<u32>, u32) {
        let (least, mut at, mut looked) = (LOW * u128::from(rounded(len)), to, 0);
        for level in 0..self.levels {
            let node = at >> FANOUT;
            looked += 1;
            let great = self.at_least(level, node, least) & u128::MAX >> ((NODE - 1 - at % NODE) * BITS);
            if great != 0 {
                let down = |at, level| at * NODE + highest(self.at_least(level, at, least));
                return (Some((0..level).rev().fold(node * NODE + highest(great), down)), looked + level);
            }
            let Some(before) = node.checked_sub(1) else { break };
            at = before;
        }
        (None, looked)
    }

    /// The lowest place below one of a level, at which a bound is great enough.
    #[inline]
    fn down(&self, level: u32, at: u32, least: u128) -> u32 {
        (0..level).rev().fold(at, |at, level| at * NODE + lowest(self.at_least(level, at, least)))
    }

    /// The guards of those bounds of a node that are at least as great as those of `least`.
    #[inline]
    fn at_least(&self, level: u32, node: u32, least: u128) -> u128 {
        ((self.nodes[(self.base[level as usize] + node) as usize] | GUARDS) - least) & GUARDS
    }

    /// Bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        self.nodes.len() * 16
    }
}

/// Which bound of a node the lowest guard belongs to.
#[inline]
fn lowest(guards: u128) -> u32 {
    guards.trailing_zeros() / BITS
}

/// Which bound of a node the highest guard belongs to.
#[inline]
fn highest(guards: u128) -> u32 {
    guards.ilog2() / BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_a_walk_finds() {
        for places in [1, 8, 9, 300, 5000] {
            let (mut maxima, mut bounds, mut seed) = (Maxima::new(places), vec![0; places as usize], 5u32);
            let mut next = |n: u32| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) % n
            };
            for _ in 0..4000 {
                let (at, len) = (next(places), next(4) * next(50));
                let bound = &mut bounds[at as usize];
                if next(2) == 0 {
                    maxima.raise(at, len);
                    *bound = len.max(*bound);
                } else {
                    maxima.lower(at, len);
                    *bound = len.min(*bound);
                }
                let (from, least) = (next(places), 1 + next(150));
                let found = |from: u32| (from..places).find(|at| bounds[*at as usize] >= least);
                assert_eq!(maxima.next(least, from).0, found(from), "{places} places");
                assert_eq!(maxima.first(least).0, found(0), "{places} places");
                let highest = (0..=from).rev().find(|at| bounds[*at as usize] >= least);
                assert_eq!(maxima.last(least, from).0, highest, "{places} places");
            }
        }
    }

    #[test]
    fn greater_ones_are_rounded_down_in_their_order() {
        let lengths = [0, 1, 2047, 2048, 2049, 4095, 4096, 1 << 20, (1 << 20) + (1 << 10), (1 << 26) - 1];
        let kept = lengths.map(rounded);
        assert!(kept.is_sorted() && kept[0] == 0 && kept[2] == 2047 && kept[3] == kept[4], "{kept:?}");
        assert!(kept[7] < kept[8], "{kept:?}");
    }

    #[test]
    fn places_too_low_are_passed_in_one_look() {
        let mut maxima = Maxima::new(8 * 8 * 8);
        (0..8 * 8 * 8).for_each(|at| maxima.raise(at, 7));
        assert_eq!(maxima.first(8), (None, 1), "the root");
        assert_eq!(maxima.next(8, 5), (None, 3), "a node of each level");
        maxima.raise(8 * 8 * 8 - 1, 8);
        assert_eq!(maxima.first(8), (Some(8 * 8 * 8 - 1), 3), "down");
    }
}
