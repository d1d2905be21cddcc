//! What can be asked of the machine: a closed set. A recording is a list of these.
//!
//! Sizes are in pages, addresses in bytes. What a process does wrong is answered as Linux would, with an `Errno` or a
//! signal, and is part of the history. A command that makes no sense at all is a `Refusal`, and is not.

use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::request::Request;
use serde::{Deserialize, Serialize};

/// One flag of `mmap`. Exactly one of `Private`, `Shared` and `Droppable` is needed; `Anonymous` is needed unless a file is
/// named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapFlag {
    Private,
    Shared,
    /// Private anonymous memory that may be dropped at any time, is empty in a fork's child and in no core dump.
    Droppable,
    Anonymous,
    /// Map at exactly this address, unmapping what is there.
    Fixed,
    /// Map at exactly this address, or fail with EEXIST.
    FixedNoreplace,
    Noreserve,
    /// Fault every page in at once.
    Populate,
    /// A stack: grows down on a fault below its start.
    Growsdown,
    /// Lock the pages in memory.
    Locked,
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
    /// No longer; merged pages get frames of their own again.
    Unmergeable,
    /// Neither `Random` nor `Sequential` any more.
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

/// A command. In JSON the variant's name is the field `do`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// A new process with an empty address space. `pid` defaults to the lowest never used.
    Spawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pid: Option<Pid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// `mmap`. Without `addr` the kernel chooses, top down; with it, a hint unless `fixed`.
    Mmap {
        pid: Pid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addr: Option<VirtAddr>,
        pages: u64,
        prot: Prot,
        flags: Vec<MapFlag>,
        /// The file mapped, by name; absent for anonymous memory.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
        /// Offset in the file, in pages.
        #[serde(default, skip_serializing_if = "is_zero")]
        pgoff: u64,
    },
    Munmap {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
    },
    /// `mprotect`. With `growsdown` (`PROT_GROWSDOWN`) it reaches down to the start of the stack that holds `addr`.
    Mprotect {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
        prot: Prot,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        growsdown: bool,
    },
    /// `mremap`. Of size 0, a shared mapping is made a second time. With `to`, as `MREMAP_MAYMOVE|MREMAP_FIXED`; else may move only if `may_move`.
    Mremap {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
        new_pages: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<VirtAddr>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        may_move: bool,
        /// `MREMAP_DONTUNMAP`: the pages move, the old mapping stays, empty.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        dontunmap: bool,
        /// With `dontunmap` and without `to`: where the pages go if that is free.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<VirtAddr>,
    },
    /// `brk`: move the program break; `addr` 0 asks where it is.
    Brk {
        pid: Pid,
        addr: VirtAddr,
    },
    Madvise {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
        advice: Advice,
    },
    /// `mlock`; with `onfault`, `mlock2(MLOCK_ONFAULT)`: pages are locked once they are touched.
    Mlock {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        onfault: bool,
    },
    Munlock {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
    },
    /// `mlockall` with `MCL_CURRENT`, `MCL_FUTURE` and `MCL_ONFAULT`.
    Mlockall {
        pid: Pid,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        current: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        future: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        onfault: bool,
    },
    /// `munlockall`: nothing is locked any more, and what is mapped later is not, either.
    Munlockall {
        pid: Pid,
    },
    /// `fork`. `child` is the child's pid, by default the lowest never used; `name` its name, by default the parent's.
    Fork {
        pid: Pid,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        child: Option<Pid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// `execve`: the address space is replaced by an empty one. `brk` places the heap's start.
    Exec {
        pid: Pid,
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        brk: Option<VirtAddr>,
    },
    Exit {
        pid: Pid,
    },
    /// Read `len` bytes; a page at a time is checked, faulted in and read.
    Read {
        pid: Pid,
        addr: VirtAddr,
        #[serde(default = "one")]
        len: u64,
    },
    /// Write bytes (JSON: an array of numbers).
    Write {
        pid: Pid,
        addr: VirtAddr,
        bytes: Vec<u8>,
    },
    /// A write access to each of `pages` pages that leaves their bytes as they are: a write fault each, if one is due.
    Touch {
        pid: Pid,
        addr: VirtAddr,
        #[serde(default = "one")]
        pages: u64,
    },
    /// `ftruncate`: sets a file's size; makes the file if there is none of that name. Files below `/dev/shm/` are named
    /// shared memory.
    Truncate {
        file: String,
        bytes: u64,
    },
    /// `unlink`: takes a file's name away; it ends when nobody maps it any more.
    Unlink {
        file: String,
    },
    /// `pread`: read from a file through the page cache, at most up to its end. Offset in bytes.
    Pread {
        pid: Pid,
        file: String,
        #[serde(default, skip_serializing_if = "is_zero")]
        offset: u64,
        len: u64,
    },
    /// `pwrite`: write to a file through the page cache; it grows if it must.
    Pwrite {
        pid: Pid,
        file: String,
        #[serde(default, skip_serializing_if = "is_zero")]
        offset: u64,
        bytes: Vec<u8>,
    },
    /// `msync(MS_SYNC)`: write back what is dirty of the files mapped shared in a range.
    Msync {
        pid: Pid,
        addr: VirtAddr,
        pages: u64,
    },
    /// Physically contiguous frames for the kernel itself, as `alloc_pages`.
    Alloc(Request),
    /// Give back what `alloc` returned; the start and the length must be the same.
    Free {
        pfn: Pfn,
        pages: u32,
    },
    /// A device begins to use a run directly (DMA): it may not be moved until it is unpinned as often.
    Pin {
        pfn: Pfn,
    },
    Unpin {
        pfn: Pfn,
    },
    /// Maps a run of `alloc` whole into the process: at `addr`, or where the kernel chooses.
    MapRun {
        pid: Pid,
        pfn: Pfn,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        addr: Option<VirtAddr>,
        prot: Prot,
    },
    /// Unmaps the run that is mapped at `addr`.
    UnmapRun {
        pid: Pid,
        addr: VirtAddr,
    },
    /// Free at least this many frames by swapping out and dropping, as memory pressure would.
    Reclaim {
        frames: u32,
    },
    /// Merges pages with equal bytes in the VMAs advised so, as `ksmd` does.
    MergePass,
    /// Moves what is in a frame, a page or a whole movable run, to a free one.
    Migrate {
        from: Pfn,
        to: Pfn,
    },
    /// Compacts every zone, as a write to `/proc/sys/vm/compact_memory` does.
    Compact,
    /// Single frames that lie one after another only in the kernel's address space.
    Vmalloc {
        pages: u64,
    },
    /// Give back what `vmalloc` returned.
    Vfree {
        addr: VirtAddr,
    },
    /// A sentence for the reader; no effect.
    Note {
        text: String,
    },
    /// A question for the student; no effect.
    Ask {
        question: String,
        answer: String,
    },
    /// What a script expected, and whether it held; no effect.
    Expect {
        text: String,
        held: bool,
    },
}

impl Command {
    /// The process that gives the command, if one does.
    pub fn pid(&self) -> Option<Pid> {
        match self {
            Command::Mmap { pid, .. }
            | Command::Munmap { pid, .. }
            | Command::Mprotect { pid, .. }
            | Command::Mremap { pid, .. }
            | Command::Brk { pid, .. }
            | Command::Madvise { pid, .. }
            | Command::Mlock { pid, .. }
            | Command::Munlock { pid, .. }
            | Command::Mlockall { pid, .. }
            | Command::Munlockall { pid }
            | Command::Fork { pid, .. }
            | Command::Exec { pid, .. }
            | Command::Exit { pid }
            | Command::Read { pid, .. }
            | Command::Write { pid, .. }
            | Command::Touch { pid, .. }
            | Command::Pread { pid, .. }
            | Command::Pwrite { pid, .. }
            | Command::Msync { pid, .. }
            | Command::MapRun { pid, .. }
            | Command::UnmapRun { pid, .. } => Some(*pid),
            Command::Spawn { .. }
            | Command::Truncate { .. }
            | Command::Unlink { .. }
            | Command::Alloc(_)
            | Command::Free { .. }
            | Command::Pin { .. }
            | Command::Unpin { .. }
            | Command::Reclaim { .. }
            | Command::MergePass
            | Command::Migrate { .. }
            | Command::Compact
            | Command::Vmalloc { .. }
            | Command::Vfree { .. }
            | Command::Note { .. }
            | Command::Ask { .. }
            | Command::Expect { .. } => None,
        }
    }
}

fn one() -> u64 {
    1
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Where in a script a command was given; both count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}
