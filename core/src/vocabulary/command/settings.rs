//! The arguments of the calls that change how what is mapped behaves: protection, advice, locks.

use crate::units::{Pid, VirtAddr};
use crate::vocabulary::prot::Prot;
use serde::{Deserialize, Serialize};

/// `mprotect`. With `growsdown` (`PROT_GROWSDOWN`) it reaches down to the start of the stack that holds `addr`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mprotect {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
    pub prot: Prot,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub growsdown: bool,
}

/// `madvise`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Madvise {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
    pub advice: Advice,
}

/// `mlock`; with `onfault`, `mlock2(MLOCK_ONFAULT)`: pages are locked once they are touched.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mlock {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub onfault: bool,
}

/// `munlock`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Munlock {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
}

/// `mlockall` with `MCL_CURRENT`, `MCL_FUTURE` and `MCL_ONFAULT`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Mlockall {
    pub pid: Pid,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub current: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub future: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub onfault: bool,
}

/// `munlockall`: nothing is locked any more, and what is mapped later is not, either.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Munlockall {
    pub pid: Pid,
}

/// Advice for `madvise`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Drop the pages now; the next touch finds zeroes (or the file).
    Dontneed,
    /// Write the pages out to swap now.
    Pageout,
    /// Pages with equal bytes may become one at the next merge pass.
    Mergeable,
    /// Undoes `Mergeable`; merged pages get frames of their own again.
    Unmergeable,
    /// Undoes `Random` and `Sequential`.
    Normal,
    /// Pages are used in no order.
    Random,
    /// Pages are used once, in order.
    Sequential,
    /// Not inherited by a fork's child.
    Dontfork,
    Dofork,
    /// Left out of core dumps.
    Dontdump,
    Dodump,
    /// Large pages are welcome. The model has none for pages: only the VMA's flag changes.
    Hugepage,
    Nohugepage,
    /// Inherited by a fork's child, but empty.
    Wipeonfork,
    Keeponfork,
}
