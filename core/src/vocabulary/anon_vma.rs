//! `anon_vma`: one per lineage of anonymous memory; knows the VMAs its pages may be mapped in.
//!
//! ```text
//! frame --mapping--> anon_vma --vmas--> VMA, VMA (after fork: the child's, too) --index--> PTE
//! ```
//! At fork the child's VMA joins every anon_vma of its parent's chain, so a page of the parent is found in the child;
//! and gets an anon_vma of its own for the pages it will write, so those are not looked for in the parent.
//! Sources: Arcangeli 2004 (anon_vma), van Riel 2010 (anon_vma_chain).

use super::id_map::IdMap;
use crate::units::{AnonVmaId, VmaId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One anon_vma.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct AnonVma {
    pub id: AnonVmaId,
    /// The anon_vma it was forked from, which may have ended since; `None` for the first of a family.
    pub parent: Option<AnonVmaId>,
    /// Every VMA whose chain has this anon_vma.
    pub vmas: BTreeSet<VmaId>,
}

/// All living anon_vmas.
pub type AnonVmas = IdMap<AnonVmaId, AnonVma>;
