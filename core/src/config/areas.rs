//! The field `areas` of a configuration: in what a process's VMAs are kept to be found by address.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// Structures of areas. All give the same answers; they differ in what a look-up reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum AreasKind {
    /// Nothing is counted.
    #[default]
    Uncounted,
    /// A list in the order of addresses: what the mail of 1998 finds enough.
    List,
    /// An AVL tree: Linux from 1994 to 1996, by the mail of 1998.
    Avl,
    /// A red-black tree: Linux from 2.4.10 (2001) to 6.0 (2022), before the maple tree.
    Tree,
    /// A sorted array, with look-aside lists of free areas: Lee, May 2013.
    Array,
}

impl AreasKind {
    /// Whether nothing is counted, as by default.
    pub fn is_default(&self) -> bool {
        *self == AreasKind::Uncounted
    }
}
