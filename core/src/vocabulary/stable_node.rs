//! Stable nodes: the way back from merged pages; Linux's `ksm_stable_node`. What is done with them is in `ksm`.

use crate::trees::Map;
use crate::units::{AnonVmaId, Pfn, StableId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A stable node: the way back from a merged frame, whose PTEs are of many lineages.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct StableNode {
    pub id: StableId,
    pub pfn: Pfn,
    /// Linux's rmap_items: each leads to the VMAs of an anon_vma that cover the index. What an item led to may be gone;
    /// the next pass drops it.
    pub items: BTreeSet<(AnonVmaId, u64)>,
}

/// All stable nodes.
pub type StableNodes = Map<StableId, StableNode>;
