//! Free areas in a tree, by address; each node says how long the longest below it is and which lengths there are, so
//! that one tree serves a search by address and one by size.

use super::free_lists::FreeRun;
use crate::trees::balanced::{Item, Tree, mixed};

/// Free areas by address.
pub type AreaTree = Tree<FreeRun>;

/// What is known of the areas of a subtree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// The length of the longest, in frames.
    pub longest: u32,
    /// A bit for each power of two, set if an area is so long and less than twice as long.
    pub classes: u32,
    /// How many there are.
    pub areas: u32,
}

impl Reach {
    /// Whether an area is among them whose length lies between a power of two and the next.
    #[inline]
    pub fn has(self, class: u32) -> bool {
        self.classes >> class & 1 == 1
    }
}

impl Item for FreeRun {
    type Key = u32;
    type Sum = Reach;

    fn key(&self) -> u32 {
        self.start.0
    }

    fn sum(&self) -> Reach {
        Reach { longest: self.len, classes: 1 << self.len.ilog2(), areas: 1 }
    }

    fn join(one: Reach, other: Reach) -> Reach {
        Reach {
            longest: one.longest.max(other.longest),
            classes: one.classes | other.classes,
            areas: one.areas + other.areas,
        }
    }

    fn priority(&self) -> u32 {
        mixed(self.start.0)
    }
}
