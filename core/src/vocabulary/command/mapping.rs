//! The arguments of the calls that map memory, and of the one that asks what is there.

use super::is_zero;
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::prot::Prot;
use serde::{Deserialize, Serialize};

/// `mmap`. Without `addr` the kernel chooses, top down; with it, a hint unless `fixed`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mmap {
    pub pid: Pid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<VirtAddr>,
    pub pages: u64,
    pub prot: Prot,
    pub flags: Vec<MapFlag>,
    /// The file mapped, by name; absent for anonymous memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Offset in the file, in pages.
    #[serde(skip_serializing_if = "is_zero")]
    pub pgoff: u64,
}

impl Mmap {
    /// Whether a flag is among those given.
    pub fn has(&self, flag: MapFlag) -> bool {
        self.flags.contains(&flag)
    }
}

/// `munmap`: unmaps whatever is mapped in a range.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Munmap {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
}

/// `mremap`. With size 0 a shared mapping is made a second time. With `to`, as `MREMAP_MAYMOVE|MREMAP_FIXED`; else may
/// move only if `may_move`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mremap {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
    pub new_pages: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<VirtAddr>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub may_move: bool,
    /// `MREMAP_DONTUNMAP`: the pages move, the old mapping stays, empty.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dontunmap: bool,
    /// With `dontunmap` and without `to`: where the pages go if that is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<VirtAddr>,
}

/// `brk`: move the program break; `addr` 0 asks where it is.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Brk {
    pub pid: Pid,
    pub addr: VirtAddr,
}

/// `mincore`: which of a range's pages are in memory. The reply is a byte for each, 1 or 0.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mincore {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
}

/// One flag of `mmap`. Exactly one of `Private`, `Shared` and `Droppable` is needed; `Anonymous` is needed unless a
/// file is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapFlag {
    Private,
    Shared,
    /// Private anonymous memory that may be dropped at any time, is empty in a fork's child and in no core dump.
    Droppable,
    Anonymous,
    /// Map at exactly this address, unmapping what is there.
    Fixed,
    /// Map at exactly this address, or fail with EEXIST.
    FixedNoreplace,
    Noreserve,
    /// Fault every page in at once.
    Populate,
    /// A stack: grows down on a fault below its start.
    Growsdown,
    /// Lock the pages in memory.
    Locked,
}
