//! The arguments of the calls on files.

use super::is_zero;
use crate::units::{Pid, VirtAddr};
use serde::Serialize;

/// `ftruncate`: sets a file's size; makes the file if there is none of that name. Files below `/dev/shm/` are named
/// shared memory.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Truncate {
    pub file: String,
    pub bytes: u64,
}

/// `unlink`: removes a file's name; the file ends with its last mapping.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Unlink {
    pub file: String,
}

/// `pread`: read from a file through the page cache, at most up to its end. Offset in bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Pread {
    pub pid: Pid,
    pub file: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub offset: u64,
    pub len: u64,
}

/// `pwrite`: write to a file through the page cache; it grows if it must.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Pwrite {
    pub pid: Pid,
    pub file: String,
    #[serde(skip_serializing_if = "is_zero")]
    pub offset: u64,
    pub bytes: Vec<u8>,
}

/// `msync(MS_SYNC)`: write back what is dirty of the files mapped shared in a range.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Msync {
    pub pid: Pid,
    pub addr: VirtAddr,
    pub pages: u64,
}
