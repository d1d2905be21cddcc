//! The arguments of commands about frames, given by the kernel, a driver or a student. Those of `alloc` are a
//! [`Request`].

use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::prot::Prot;
use serde::Serialize;

/// Frees what `alloc` returned; the start and the length must be the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Free {
    pub pfn: Pfn,
    pub pages: u32,
}

/// A device begins to use a run directly (DMA): it may not be moved until it is unpinned as often as it was pinned.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Pin {
    pub pfn: Pfn,
}

/// A device unpins a run that it pinned.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Unpin {
    pub pfn: Pfn,
}

/// Maps a run of `alloc` whole into the process: at `addr`, or where the kernel chooses.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct MapRun {
    pub pid: Pid,
    pub pfn: Pfn,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<VirtAddr>,
    pub prot: Prot,
}

/// Unmaps the run that is mapped at `addr`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct UnmapRun {
    pub pid: Pid,
    pub addr: VirtAddr,
}

/// Frees at least this many frames by swapping out and dropping, as memory pressure would.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Reclaim {
    pub frames: u32,
}

/// Moves what is in a frame, a page or a whole movable run, to a free one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Migrate {
    pub from: Pfn,
    pub to: Pfn,
}

/// Maps single frames so that they lie one after another in the kernel's address space only.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Vmalloc {
    pub pages: u64,
}

/// Frees what `vmalloc` returned.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Vfree {
    pub addr: VirtAddr,
}

/// Tells a replacement policy which pages will be used next, in order, by numbers of the caller's choice: for `opt`.
/// More of it may be told later.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Future {
    pub pages: Vec<u64>,
}
