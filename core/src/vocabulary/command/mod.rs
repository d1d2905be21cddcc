//! The commands of the machine: a closed set. A recording is a list of these.
//!
//! Sizes are in pages, addresses in bytes. What a process does wrong is answered as Linux would, with an `Errno` or a
//! signal, and is part of the history. A command that makes no sense at all is a `Refusal`, and is not.

mod about;
mod access;
mod file;
mod frames;
mod heap;
mod mapping;
mod port;
mod process;
mod reader;
mod settings;

pub use about::{CommandKind, Placement, Words};
pub use access::*;
pub use file::*;
pub use frames::*;
pub use heap::*;
pub use mapping::*;
pub use port::*;
pub use process::*;
pub use reader::*;
pub use settings::*;

use crate::vocabulary::request::Request;
use crate::vocabulary::show::Show;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

/// A command with its arguments. In JSON the variant's name is the field `do`, and the arguments stand beside it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, strum::EnumDiscriminants)]
#[serde(tag = "do", rename_all = "snake_case")]
#[strum_discriminants(name(CommandName), doc = "A command without its arguments: what the field `do` names.")]
#[strum_discriminants(derive(strum::EnumString, strum::IntoStaticStr, strum::VariantNames))]
#[strum_discriminants(strum(serialize_all = "snake_case"))]
pub enum Command {
    Spawn(Spawn),
    LoadTables(LoadTables),
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
    Mincore(Mincore),
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
    Future(Future),
    /// A turn of background reclaim: at most so many pages as the machine's settings say, none if it sleeps.
    Kswapd,
    Migrate(Migrate),
    /// Compacts every zone, as a write to `/proc/sys/vm/compact_memory` does.
    Compact,
    Vmalloc(Vmalloc),
    Vfree(Vfree),
    /// A heap in a program, and calls of its allocator.
    Heap(NewHeap),
    Malloc(Malloc),
    Calloc(Calloc),
    Realloc(Realloc),
    HeapFree(HeapFree),
    HeapTrim(HeapTrim),
    /// The kernel's own small objects.
    Kmalloc(Kmalloc),
    Kfree(Kfree),
    /// Messages between processes.
    Port(NewPort),
    Send(Send),
    Receive(Receive),
    Note(Note),
    /// What the page is to show with the note before; no effect.
    Show(Box<Show>),
    Ask(Ask),
    Answer(Answer),
    Expect(Expect),
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The commands' names in recordings.
pub const COMMANDS: &[&str] = CommandName::VARIANTS;

/// Where in a script a command was given; both count from 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}
