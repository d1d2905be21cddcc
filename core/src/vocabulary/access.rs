//! Words for accesses to memory: what kind, on whose behalf, and what the fault handler found.

use serde::Serialize;

/// Read or write.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    Read,
    Write,
}

/// Who reads or writes a line of the processor's cache.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheUser {
    /// A process, or a file call on its behalf.
    Process,
    /// The MMU on its walk.
    Mmu,
    /// The kernel, at its descriptors and free lists.
    Kernel,
}

/// What the fault handler found.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// First read of anonymous memory: the zero page is mapped.
    ZeroPage,
    /// First write of anonymous memory: a zeroed frame.
    AnonWrite,
    /// Write to a shared frame: copied.
    Cow,
    /// Write to a frame whose other sharers are gone: made writable in place.
    Reuse,
    /// The page was on the swap disk.
    SwapIn,
    /// The page was in the swap cache: no disk read.
    SwapCache,
    /// A page of an object, found in the page cache.
    PageCache,
    /// A page of an object, read from the file or new.
    ObjectNew,
    /// The first write to a clean page of a shared file mapping: the page becomes dirty.
    WriteNotify,
    /// The PTE allowed it after all (rights restored, or only the dirty bit was due).
    Spurious,
    /// No VMA, or not allowed: a signal.
    Bad,
}
