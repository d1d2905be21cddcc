//! What can be asked of the machine: a closed set. A recording is a list of these.
//!
//! Sizes are in pages, addresses in bytes. What a process does wrong is answered as Linux would, with an `Errno` or a
//! signal, and is part of the history. A command that makes no sense at all is a `Refusal`, and is not.

mod access;
mod file;
mod frames;
mod mapping;
mod process;
mod reader;
mod settings;

pub use access::*;
pub use file::*;
pub use frames::*;
pub use mapping::*;
pub use process::*;
pub use reader::*;
pub use settings::*;

use crate::units::Pid;
use crate::vocabulary::request::Request;
use serde::{Deserialize, Serialize};

/// A command with its arguments. In JSON the variant's name is the field `do`, and the arguments stand beside it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Spawn(Spawn),
    Mmap(Mmap),
    Munmap(Munmap),
    Mprotect(Mprotect),
    Mremap(Mremap),
    Brk(Brk),
    Madvise(Madvise),
    Mlock(Mlock),
    Munlock(Munlock),
    Mlockall(Mlockall),
    Munlockall(Munlockall),
    Fork(Fork),
    Exec(Exec),
    Exit(Exit),
    Read(Read),
    Write(Write),
    Touch(Touch),
    Truncate(Truncate),
    Unlink(Unlink),
    Pread(Pread),
    Pwrite(Pwrite),
    Msync(Msync),
    /// Physically contiguous frames for the kernel itself, as `alloc_pages`.
    Alloc(Request),
    Free(Free),
    Pin(Pin),
    Unpin(Unpin),
    MapRun(MapRun),
    UnmapRun(UnmapRun),
    Reclaim(Reclaim),
    /// Merges pages with equal bytes in the VMAs advised so, as `ksmd` does.
    MergePass,
    Migrate(Migrate),
    /// Compacts every zone, as a write to `/proc/sys/vm/compact_memory` does.
    Compact,
    Vmalloc(Vmalloc),
    Vfree(Vfree),
    Note(Note),
    Ask(Ask),
    Expect(Expect),
}

impl Command {
    /// The process that gives the command, if one does.
    pub fn pid(&self) -> Option<Pid> {
        match self {
            Command::Mmap(args) => Some(args.pid),
            Command::Munmap(args) => Some(args.pid),
            Command::Mprotect(args) => Some(args.pid),
            Command::Mremap(args) => Some(args.pid),
            Command::Brk(args) => Some(args.pid),
            Command::Madvise(args) => Some(args.pid),
            Command::Mlock(args) => Some(args.pid),
            Command::Munlock(args) => Some(args.pid),
            Command::Mlockall(args) => Some(args.pid),
            Command::Munlockall(args) => Some(args.pid),
            Command::Fork(args) => Some(args.pid),
            Command::Exec(args) => Some(args.pid),
            Command::Exit(args) => Some(args.pid),
            Command::Read(args) => Some(args.pid),
            Command::Write(args) => Some(args.pid),
            Command::Touch(args) => Some(args.pid),
            Command::Pread(args) => Some(args.pid),
            Command::Pwrite(args) => Some(args.pid),
            Command::Msync(args) => Some(args.pid),
            Command::MapRun(args) => Some(args.pid),
            Command::UnmapRun(args) => Some(args.pid),
            Command::Spawn(_)
            | Command::Truncate(_)
            | Command::Unlink(_)
            | Command::Alloc(_)
            | Command::Free(_)
            | Command::Pin(_)
            | Command::Unpin(_)
            | Command::Reclaim(_)
            | Command::MergePass
            | Command::Migrate(_)
            | Command::Compact
            | Command::Vmalloc(_)
            | Command::Vfree(_)
            | Command::Note(_)
            | Command::Ask(_)
            | Command::Expect(_) => None,
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
