//! Memory objects: files and shared anonymous memory; Linux's `address_space`. The page cache is their `pages`.

use crate::hw::geometry::Geometry;
use crate::hw::ram::Contents;
use crate::trees::Map;
use crate::units::{ObjectId, Pfn, SwapSlot, VmaId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What backs an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// Shared anonymous memory: goes to swap; ends with its last mapping.
    Shmem,
    /// Named shared memory, a file of tmpfs (its name begins with [`SHM`]): goes to swap; lives until it is neither
    /// named nor mapped.
    Shm(String),
    /// A named file: clean pages are dropped and read again, dirty ones written back; stays when unmapped.
    File(String),
}

/// Where tmpfs is mounted: what lies below is memory, not disk.
pub const SHM: &str = "/dev/shm/";

impl ObjectKind {
    /// What a file's name stands for.
    pub fn of(name: &str) -> ObjectKind {
        if name.starts_with(SHM) { ObjectKind::Shm(name.to_owned()) } else { ObjectKind::File(name.to_owned()) }
    }

    /// Whether the object's pages go to swap: they have no file to be read from again.
    pub fn swap_backed(&self) -> bool {
        match self {
            ObjectKind::Shmem | ObjectKind::Shm(_) => true,
            ObjectKind::File(_) => false,
        }
    }

    /// The object's name; `None` for anonymous memory.
    pub fn name(&self) -> Option<&str> {
        match self {
            ObjectKind::Shmem => None,
            ObjectKind::Shm(name) | ObjectKind::File(name) => Some(name),
        }
    }
}

/// Where a page of an object is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectPage {
    Frame(Pfn),
    /// Swapped out (shared memory, named or not).
    Slot(SwapSlot),
}

/// An object, without its pages.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ObjectInfo {
    pub id: ObjectId,
    pub kind: ObjectKind,
    /// The size in bytes (`i_size`); an access beyond its last page is SIGBUS. `None` for files that were never given a
    /// size: they are as long as the longest mapping of them.
    pub size: Option<u64>,
    /// Its name is gone: it ends with its last mapping.
    pub unlinked: bool,
    /// VMAs that map it: the way from a frame to its PTEs (`i_mmap`).
    pub vmas: BTreeSet<VmaId>,
}

impl ObjectInfo {
    /// The size in pages, the last perhaps partly used; `None` if the size is not known.
    pub fn pages(&self, geometry: &Geometry) -> Option<u64> {
        self.size.map(|size| size.div_ceil(geometry.page_size()))
    }

    /// Whether the object ends with its last mapping.
    pub fn is_anonymous(&self) -> bool {
        self.unlinked || self.kind == ObjectKind::Shmem
    }
}

/// An object.
#[derive(Clone, PartialEq, Debug)]
pub struct Object {
    pub info: ObjectInfo,
    /// Pages in memory or on swap, by offset.
    pub pages: Map<u64, ObjectPage>,
    /// What the file holds where it differs from zero, by offset in pages.
    pub stored: Map<u64, Contents>,
}

/// All objects.
pub type Objects = Map<ObjectId, Object>;
