//! The errors of the memory manager.

/// Why the memory manager could not do what was asked on a process's behalf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MmError {
    /// The process itself was chosen by the OOM killer and is gone.
    Killed,
    /// Another process whose life the work depended on is gone.
    NoMemory,
    /// A bad access: no VMA, or its protection forbids it.
    Segv,
    /// A page beyond the end of its object.
    Bus,
}
