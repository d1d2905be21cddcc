//! Memory objects: files and shared anonymous memory; Linux's `address_space`. The page cache is their `pages`.

use crate::hw::ram::Contents;
use crate::units::{ObjectId, Pfn, SwapSlot, VmaId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What backs an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// Shared anonymous memory: goes to swap; ends with its last mapping.
    Shmem,
    /// A named file: clean pages are dropped and read again, dirty ones written back; stays when unmapped.
    File(String),
}

/// Where a page of an object is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectPage {
    Frame(Pfn),
    /// Swapped out (shared memory only).
    Slot(SwapSlot),
}

/// An object, without its pages.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ObjectInfo {
    pub id: ObjectId,
    pub kind: ObjectKind,
    /// Its size; an access beyond it is SIGBUS. Unknown for files: they are as long as anybody maps.
    pub pages: Option<u64>,
    /// VMAs that map it: the way from a frame to its PTEs (`i_mmap`).
    pub vmas: BTreeSet<VmaId>,
}

/// An object.
#[derive(Clone, PartialEq, Debug)]
pub struct Object {
    pub info: ObjectInfo,
    /// Pages in memory or on swap, by offset.
    pub pages: BTreeMap<u64, ObjectPage>,
    /// What the file holds where it differs from zero, by offset in pages.
    pub stored: BTreeMap<u64, Contents>,
}

/// All objects.
pub type Objects = BTreeMap<ObjectId, Object>;
