//! The reply to a command: a value, an errno or a signal, as on Linux.

use crate::units::{HeapId, Pfn, Pid, PortId, VirtAddr};
use crate::vocabulary::heap::HeapMessage;
use crate::vocabulary::port::Received;
use serde::{Deserialize, Serialize};

/// The errors of Linux that the model can reply.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(clippy::upper_case_acronyms)]
pub enum Errno {
    EAGAIN,
    EEXIST,
    EFAULT,
    EINVAL,
    ENOMEM,
    EACCES,
    ENOSPC,
    EPERM,
    EOVERFLOW,
    EMSGSIZE,
    EPIPE,
}

/// Signals that end a process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(clippy::upper_case_acronyms)]
pub enum Signal {
    SIGSEGV,
    SIGBUS,
    /// The process was chosen by the OOM killer.
    SIGKILL,
    /// Its allocator called `abort`.
    SIGABRT,
}

/// The reply to a command.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Done,
    Pid(Pid),
    Addr(VirtAddr),
    Bytes(Vec<u8>),
    /// First frame of a run from `alloc`.
    Run(Pfn),
    /// Frames freed by `reclaim` or `merge_pass`, moved by `compact`; bytes written by `pwrite`.
    Count(u32),
    /// The call failed as it would on Linux.
    Failed(Errno),
    /// The calling process was ended by this signal.
    Signal(Signal),
    /// The number of a new heap.
    Heap(HeapId),
    /// The number of a new port.
    Port(PortId),
    /// A message received.
    Message(Box<Received>),
    /// The allocator printed this, and went on.
    Warned(HeapMessage),
}
