//! The arguments of calls of a program's own allocator, and of the kernel's. One call is one command; the system calls,
//! faults and words read and written in it are its events.

use crate::units::{HeapId, Pid, VirtAddr};
use crate::vocabulary::heap::HeapSettings;
use serde::Serialize;

/// Makes a heap in a process: a page for the allocator's static variables is mapped, nothing else. Heaps of a process
/// are numbered from 0.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct NewHeap {
    pub pid: Pid,
    pub settings: HeapSettings,
}

/// `malloc`. Size in bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Malloc {
    pub pid: Pid,
    pub heap: HeapId,
    pub bytes: u64,
}

/// `calloc`: memory for `count` elements of `bytes` bytes, zeroed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Calloc {
    pub pid: Pid,
    pub heap: HeapId,
    pub count: u64,
    pub bytes: u64,
}

/// `realloc`. Size in bytes; of address 0 it is `malloc`, to 0 bytes `free`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Realloc {
    pub pid: Pid,
    pub heap: HeapId,
    pub addr: VirtAddr,
    pub bytes: u64,
}

/// `free`; of address 0 it does nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct HeapFree {
    pub pid: Pid,
    pub heap: HeapId,
    pub addr: VirtAddr,
}

/// `malloc_trim`: gives back to the kernel what the allocator can.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct HeapTrim {
    pub pid: Pid,
    pub heap: HeapId,
}

/// `kmalloc`: memory for the kernel itself, by the allocator that the configuration names. Size in bytes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Kmalloc {
    pub bytes: u64,
}

/// `kfree`; of address 0 it does nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Kfree {
    pub addr: VirtAddr,
}
