//! System calls, one file per verb, and the table that finds each. Arguments are checked in the order Linux checks
//! them.

pub mod advise;
pub mod alloc;
pub mod brk;
pub mod file;
pub mod load;
pub mod lock;
pub mod map;
pub mod mincore;
pub mod protect;
pub mod remap;
pub mod rw;
pub mod segment;

use crate::hw::geometry::Geometry;
use crate::mm::MmError;
use crate::os::machine::Machine;
use crate::units::{VirtAddr, Vpn};
use crate::vocabulary::command::{Command, Placement};
use crate::vocabulary::pages::Pages;
use crate::vocabulary::reply::{Errno, Reply, Signal};
use crate::vocabulary::trace::Trace;

impl Machine {
    /// Makes the call that a command stands for.
    pub(crate) fn call(&mut self, command: &Command, t: &mut impl Trace) -> CallResult {
        if self.mm.counts_areas() {
            self.count_areas(command, t);
        }
        match command {
            Command::Spawn(args) => self.spawn(args, t),
            Command::LoadTables(args) => self.load_tables(args, t),
            Command::Mmap(args) => self.mmap(args, t),
            Command::Munmap(args) => self.munmap(args, t),
            Command::Mprotect(args) => self.mprotect(args, t),
            Command::Mremap(args) => self.mremap(args, t),
            Command::Brk(args) => self.brk(args, t),
            Command::Madvise(args) => self.madvise(args, t),
            Command::Mlock(args) => self.mlock(args, t),
            Command::Munlock(args) => self.munlock(args, t),
            Command::Mlockall(args) => self.mlockall(args, t),
            Command::Munlockall(args) => self.munlockall(args, t),
            Command::Fork(args) => self.fork(args, t),
            Command::Exec(args) => self.exec(args, t),
            Command::Exit(args) => self.exit(args, t),
            Command::Read(args) => self.read(args, t),
            Command::Write(args) => self.write(args, t),
            Command::Touch(args) => self.touch(args, t),
            Command::Truncate(args) => self.truncate(args, t),
            Command::Unlink(args) => self.unlink(args, t),
            Command::Pread(args) => self.pread(args, t),
            Command::Pwrite(args) => self.pwrite(args, t),
            Command::Msync(args) => self.msync(args, t),
            Command::Mincore(args) => self.mincore(args),
            Command::Alloc(args) => self.alloc(args, t),
            Command::Free(args) => self.free(args, t),
            Command::Pin(args) => self.pin(args, t),
            Command::Unpin(args) => self.unpin(args, t),
            Command::MapRun(args) => self.map_run(args, t),
            Command::UnmapRun(args) => self.unmap_run(args, t),
            Command::Reclaim(args) => self.reclaim(args, t),
            Command::Future(args) => self.future(args, t),
            Command::MergePass => self.merge_pass(t),
            Command::Kswapd => self.kswapd(t),
            Command::Migrate(args) => self.migrate(args, t),
            Command::Compact => self.compact(t),
            Command::Vmalloc(args) => self.vmalloc(args, t),
            Command::Vfree(args) => self.vfree(args, t),
            Command::Heap(args) => self.new_heap(args, t),
            Command::Malloc(args) => self.malloc(args, t),
            Command::Calloc(args) => self.calloc(args, t),
            Command::Realloc(args) => self.realloc(args, t),
            Command::HeapFree(args) => self.heap_free(args, t),
            Command::HeapTrim(args) => self.heap_trim(args, t),
            Command::Kmalloc(args) => self.kmalloc(args, t),
            Command::Kfree(args) => self.kfree(args, t),
            Command::Port(args) => self.new_port(args, t),
            Command::Send(args) => self.send(args, t),
            Command::Receive(args) => self.receive(args, t),
            Command::Note(_) | Command::Show(_) | Command::Ask(_) | Command::Answer(_) | Command::Expect(_) => {
                Ok(Reply::Done)
            }
        }
    }
}

impl Machine {
    /// Counts what a call reads of its process's areas: the one that it names by its address is looked up once, and so
    /// is room for a mapping whose place it leaves to the kernel.
    fn count_areas(&self, command: &Command, t: &mut impl Trace) {
        let Some(pid) = command.pid().filter(|pid| self.mm.is_alive(*pid)) else { return };
        match command.placement() {
            Some(Placement::At(addr)) => self.mm.count_area_look(pid, self.mm.geometry().vpn(addr), t),
            Some(Placement::Anywhere(pages)) => self.mm.count_room_look(pid, pages, t),
            Some(Placement::Run(first)) => {
                let pages = self.mm.runs().get(&first).map_or(1, |run| u64::from(run.request.pages));
                self.mm.count_room_look(pid, pages, t);
            }
            None => {}
        }
    }
}

/// A process has at most this many VMAs: Linux's default `vm.max_map_count`.
pub const MAX_VMAS: usize = 65530;

/// The error of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallError {
    Errno(Errno),
    /// The caller is ended.
    Signal(Signal, VirtAddr),
}

/// The result of a call: its reply, or how it failed.
pub type CallResult = Result<Reply, CallError>;

impl CallError {
    /// The error of a caller that was the OOM killer's victim.
    pub fn killed() -> CallError {
        CallError::Signal(Signal::SIGKILL, VirtAddr(0))
    }

    /// The error that a process gets for touching `addr`, where `trouble` happened.
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

/// A page range from an address and a length, for calls that do not check where user space ends and find a hole there:
/// `overflow` only if the bytes overflow. EINVAL if unaligned.
pub(crate) fn open_range(geometry: &Geometry, addr: VirtAddr, pages: u64, overflow: Errno) -> Result<Pages, CallError> {
    if !geometry.aligned(addr) {
        return Err(Errno::EINVAL.into());
    }
    let bytes = pages.checked_mul(geometry.page_size()).and_then(|bytes| addr.0.checked_add(bytes));
    let start = geometry.vpn(addr);
    bytes.map(|_| Pages::at(start, pages)).ok_or(overflow.into())
}
