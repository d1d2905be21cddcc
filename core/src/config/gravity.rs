//! Settings of the allocator `gravity`.

use crate::refusal::{Refusal, refuse};
use crate::trees::balanced::Balance;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// `keep` is at most this many frames.
pub const MAX_KEEP: u8 = 64;

/// A machine whose tree nothing balances has at most this many frames: it may be as deep as there are areas.
pub const MAX_UNBALANCED: u32 = 4096;

/// What areas are found in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum TreeKind {
    /// Flat indexes by address and by size: no links, no rotations.
    #[default]
    Index,
    /// A tree of links, as the mail wished for: a treap,
    Treap,
    /// an AVL tree,
    Avl,
    /// a red-black tree,
    RedBlack,
    /// or one that nothing balances, to see what it comes to.
    Unbalanced,
}

impl TreeKind {
    /// How the tree is kept balanced; `None`: there is no tree.
    pub fn balance(self) -> Option<Balance> {
        match self {
            TreeKind::Index => None,
            TreeKind::Treap => Some(Balance::Treap),
            TreeKind::Avl => Some(Balance::Avl),
            TreeKind::RedBlack => Some(Balance::RedBlack),
            TreeKind::Unbalanced => Some(Balance::None),
        }
    }
}

/// The field `gravity` of a configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GravityConfig {
    /// A free run of this many frames or more is an area; a shorter one is a fragment. 16: 64 KiB. 1: no fragments,
    /// areas alone.
    pub keep: u8,
    /// Number of areas of each zone that requests for less leave alone, unless they are atomic or nothing can be
    /// reclaimed.
    pub areas: u32,
    /// Where long requests are cut off. `false`: the bottom of the lowest area that is long enough, as the mail would
    /// have it; `true`: the top of the highest, so that the longest area sinks, whatever lengths are asked for.
    pub sink: bool,
    /// What areas are found in: the same ones, whatever it is.
    pub tree: TreeKind,
}

impl Default for GravityConfig {
    fn default() -> GravityConfig {
        GravityConfig { keep: 16, areas: 1, sink: false, tree: TreeKind::Index }
    }
}

impl GravityConfig {
    /// # Errors
    /// The first broken limit.
    pub fn validate(&self, frames: u32) -> Result<(), Refusal> {
        if !(1..=MAX_KEEP).contains(&self.keep) {
            return refuse(format!("gravity.keep: {} is outside 1 to {MAX_KEEP}", self.keep), "16 is usual: 64 KiB");
        }
        if self.tree == TreeKind::Unbalanced && frames > MAX_UNBALANCED {
            let what = format!("gravity.tree: \"unbalanced\" with {frames} frames, it may be as deep as it has areas");
            return refuse(what, format!("use at most {MAX_UNBALANCED} frames, or a balanced tree"));
        }
        Ok(())
    }
}
