//! System calls, one file per verb. Arguments are checked in the order Linux checks them.

pub mod advise;
pub mod alloc;
pub mod brk;
pub mod file;
pub mod lock;
pub mod map;
pub mod protect;
pub mod remap;
pub mod rw;
pub mod segment;

use crate::hw::geometry::Geometry;
use crate::mm::MmError;
use crate::units::{VirtAddr, Vpn};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply, Signal};

/// Most VMAs of a process: Linux's default `vm.max_map_count`.
pub const MAX_VMAS: usize = 65530;

/// How a call ends when it does not succeed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallError {
    Errno(Errno),
    /// The caller is ended.
    Signal(Signal, VirtAddr),
}

/// A call's result.
pub type CallResult = Result<Reply, CallError>;

impl CallError {
    /// The caller was the OOM killer's victim.
    pub fn killed() -> CallError {
        CallError::Signal(Signal::SIGKILL, VirtAddr(0))
    }

    /// What trouble at `addr` means to a process that touched it.
    pub fn at(trouble: MmError, addr: VirtAddr) -> CallError {
        match trouble {
            MmError::Killed | MmError::NoMemory => CallError::killed(),
            MmError::Segv => CallError::Signal(Signal::SIGSEGV, addr),
            MmError::Bus => CallError::Signal(Signal::SIGBUS, addr),
        }
    }
}

impl From<Errno> for CallError {
    fn from(errno: Errno) -> CallError {
        CallError::Errno(errno)
    }
}

/// A page range from an address and a length. EINVAL if unaligned; `beyond` if it leaves user space.
pub(crate) fn range(geometry: &Geometry, addr: VirtAddr, pages: u64, beyond: Errno) -> Result<Pages, CallError> {
    if !geometry.aligned(addr) {
        return Err(Errno::EINVAL.into());
    }
    let start = geometry.vpn(addr);
    let end = start.0.checked_add(pages).filter(|end| *end <= geometry.user_pages);
    end.map(|end| Pages::new(start, Vpn(end))).ok_or(beyond.into())
}

/// The same for calls that do not know where user space ends and find a hole there: `overflow` only if the bytes do.
pub(crate) fn open_range(geometry: &Geometry, addr: VirtAddr, pages: u64, overflow: Errno) -> Result<Pages, CallError> {
    if !geometry.aligned(addr) {
        return Err(Errno::EINVAL.into());
    }
    let bytes = pages.checked_mul(geometry.page_size()).and_then(|bytes| addr.0.checked_add(bytes));
    let start = geometry.vpn(addr);
    bytes.map(|_| Pages::at(start, pages)).ok_or(overflow.into())
}
