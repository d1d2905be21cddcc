//! What a process does to its memory.

use crate::units::{Pid, VirtAddr};
use serde::Serialize;

/// Read `len` bytes; a page at a time is checked, faulted in and read.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Read {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub len: u64,
}

/// Write bytes (JSON: an array of numbers).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Write {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub bytes: Vec<u8>,
}

/// A write access to each of `pages` pages that leaves their bytes as they are: a write fault each, if one is due.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Touch {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
}
