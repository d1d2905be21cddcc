//! What a command is, said once: its kind, the process that gives it, its words for the reader, the run and the
//! addresses that it names. All other code looks it up here.

use super::{Answer, Ask, Command, CommandName, Expect, Note};
use crate::units::{HeapId, Pfn, Pid, VirtAddr};
use crate::vocabulary::process::KERNEL;
use crate::vocabulary::show::Show;

/// The kinds of commands, by what they are about.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// A system call about mappings or files.
    Call,
    /// A process begins, ends or is replaced.
    Process,
    /// Bytes are read or written, in memory or in a file.
    Access,
    /// A call of a program's allocator.
    Heap,
    /// Frames for the kernel, and moving what lies in frames.
    Alloc,
    /// Frames are freed.
    Reclaim,
    Note,
    Show,
    Ask,
    /// What is right of a question.
    Answer,
    Expect,
}

/// A command's words for the reader. It has no other effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Words<'a> {
    Note(&'a Note),
    Show(&'a Show),
    Ask(&'a Ask),
    Answer(&'a Answer),
    Expect(&'a Expect),
}

/// Where in its process's address space a call works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// At an address that it names.
    At(VirtAddr),
    /// Where the kernel finds room for so many pages.
    Anywhere(u64),
    /// Where the kernel finds room for the run that starts at a frame.
    Run(Pfn),
}

struct About<'a> {
    kind: CommandKind,
    pid: Option<Pid>,
    words: Option<Words<'a>>,
}

impl Command {
    /// The kind of the command.
    pub fn kind(&self) -> CommandKind {
        self.about().kind
    }

    /// The process that gives the command; `None` if none does.
    pub fn pid(&self) -> Option<Pid> {
        self.about().pid
    }

    /// The words for the reader, if the command has no other effect; else `None`.
    pub fn words(&self) -> Option<Words<'_>> {
        self.about().words
    }

    /// Whether the command only has words for the reader.
    pub fn speaks(&self) -> bool {
        self.words().is_some()
    }

    /// The command's name in recordings: the field `do`.
    pub fn name(&self) -> &'static str {
        CommandName::from(self).into()
    }

    fn about(&self) -> About<'_> {
        use Command::*;
        match self {
            Mmap(args) => by(args.pid, CommandKind::Call),
            Munmap(args) => by(args.pid, CommandKind::Call),
            Mprotect(args) => by(args.pid, CommandKind::Call),
            Mremap(args) => by(args.pid, CommandKind::Call),
            Brk(args) => by(args.pid, CommandKind::Call),
            Madvise(args) => by(args.pid, CommandKind::Call),
            Mlock(args) => by(args.pid, CommandKind::Call),
            Munlock(args) => by(args.pid, CommandKind::Call),
            Mlockall(args) => by(args.pid, CommandKind::Call),
            Munlockall(args) => by(args.pid, CommandKind::Call),
            Msync(args) => by(args.pid, CommandKind::Call),
            Mincore(args) => by(args.pid, CommandKind::Call),
            MapRun(args) => by(args.pid, CommandKind::Call),
            UnmapRun(args) => by(args.pid, CommandKind::Call),
            Heap(args) => by(args.pid, CommandKind::Heap),
            Malloc(args) => by(args.pid, CommandKind::Heap),
            Calloc(args) => by(args.pid, CommandKind::Heap),
            Realloc(args) => by(args.pid, CommandKind::Heap),
            HeapFree(args) => by(args.pid, CommandKind::Heap),
            HeapTrim(args) => by(args.pid, CommandKind::Heap),
            Kmalloc(_) | Kfree(_) => by_nobody(CommandKind::Heap),
            Port(args) => by(args.pid, CommandKind::Call),
            Send(args) => by(args.pid, CommandKind::Call),
            Receive(args) => by(args.pid, CommandKind::Call),
            Truncate(_) | Unlink(_) => by_nobody(CommandKind::Call),
            Spawn(_) | LoadTables(_) => by_nobody(CommandKind::Process),
            Fork(args) => by(args.pid, CommandKind::Process),
            Exec(args) => by(args.pid, CommandKind::Process),
            Exit(args) => by(args.pid, CommandKind::Process),
            Read(args) => by(args.pid, CommandKind::Access),
            Write(args) => by(args.pid, CommandKind::Access),
            Touch(args) => by(args.pid, CommandKind::Access),
            Pread(args) => by(args.pid, CommandKind::Access),
            Pwrite(args) => by(args.pid, CommandKind::Access),
            Alloc(_) | Free(_) | Pin(_) | Unpin(_) | Vmalloc(_) | Vfree(_) => by_nobody(CommandKind::Alloc),
            Migrate(_) | Compact => by_nobody(CommandKind::Alloc),
            Reclaim(_) | MergePass | Kswapd | Future(_) => by_nobody(CommandKind::Reclaim),
            Note(args) => About { words: Some(Words::Note(args)), ..by_nobody(CommandKind::Note) },
            Show(args) => About { words: Some(Words::Show(args)), ..by_nobody(CommandKind::Show) },
            Ask(args) => About { words: Some(Words::Ask(args)), ..by_nobody(CommandKind::Ask) },
            Answer(args) => About { words: Some(Words::Answer(args)), ..by_nobody(CommandKind::Answer) },
            Expect(args) => About { words: Some(Words::Expect(args)), ..by_nobody(CommandKind::Expect) },
        }
    }

    /// The run that the command names by its first frame; `None` if it names none.
    pub fn run_mut(&mut self) -> Option<&mut Pfn> {
        use Command::*;
        match self {
            Free(args) => Some(&mut args.pfn),
            Pin(args) => Some(&mut args.pfn),
            Unpin(args) => Some(&mut args.pfn),
            MapRun(args) => Some(&mut args.pfn),
            Spawn(_) | LoadTables(_) | Fork(_) | Exec(_) | Exit(_) | Read(_) | Write(_) | Touch(_) | Mmap(_)
            | Munmap(_) | Mremap(_) | Brk(_) | Mprotect(_) | Madvise(_) | Mlock(_) | Munlock(_) | Mlockall(_)
            | Munlockall(_) | Truncate(_) | Unlink(_) | Pread(_) | Pwrite(_) | Msync(_) | Mincore(_) | Alloc(_)
            | UnmapRun(_) | Reclaim(_) | MergePass | Kswapd | Future(_) | Migrate(_) | Compact | Vmalloc(_)
            | Vfree(_) | Heap(_) | Malloc(_) | Calloc(_) | Realloc(_) | HeapFree(_) | HeapTrim(_) | Kmalloc(_)
            | Kfree(_) | Port(_) | Send(_) | Receive(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => None,
        }
    }

    /// Where the call works in its process's address space; `None` for what is no call about mappings. An access is not
    /// one: its faults look for themselves.
    pub fn placement(&self) -> Option<Placement> {
        use Command::*;
        match self {
            Mmap(args) => Some(args.addr.map_or(Placement::Anywhere(args.pages), Placement::At)),
            MapRun(args) => Some(args.addr.map_or(Placement::Run(args.pfn), Placement::At)),
            Munmap(args) => Some(Placement::At(args.addr)),
            Mprotect(args) => Some(Placement::At(args.addr)),
            Mremap(args) => Some(Placement::At(args.addr)),
            Brk(args) => Some(Placement::At(args.addr)),
            Madvise(args) => Some(Placement::At(args.addr)),
            Mlock(args) => Some(Placement::At(args.addr)),
            Munlock(args) => Some(Placement::At(args.addr)),
            Msync(args) => Some(Placement::At(args.addr)),
            Mincore(args) => Some(Placement::At(args.addr)),
            UnmapRun(args) => Some(Placement::At(args.addr)),
            Send(args) => args.addr.map(Placement::At),
            Receive(args) => args.addr.map(Placement::At),
            Spawn(_) | LoadTables(_) | Fork(_) | Exec(_) | Exit(_) | Read(_) | Write(_) | Touch(_) | Mlockall(_)
            | Munlockall(_) | Truncate(_) | Unlink(_) | Pread(_) | Pwrite(_) | Alloc(_) | Free(_) | Pin(_)
            | Unpin(_) | Reclaim(_) | MergePass | Kswapd | Future(_) | Migrate(_) | Compact | Vmalloc(_) | Vfree(_)
            | Heap(_) | Malloc(_) | Calloc(_) | Realloc(_) | HeapFree(_) | HeapTrim(_) | Kmalloc(_) | Kfree(_)
            | Port(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => None,
        }
    }

    /// The heap of which the command asks a block, or to which it gives one back; `None` if it does neither.
    pub fn heap_called(&self) -> Option<(Pid, HeapId)> {
        use Command::*;
        match self {
            Malloc(args) => Some((args.pid, args.heap)),
            Calloc(args) => Some((args.pid, args.heap)),
            Realloc(args) => Some((args.pid, args.heap)),
            HeapFree(args) => Some((args.pid, args.heap)),
            Kmalloc(_) | Kfree(_) => Some((KERNEL, HeapId(0))),
            Spawn(_) | LoadTables(_) | Fork(_) | Exec(_) | Exit(_) | Read(_) | Write(_) | Touch(_) | Mmap(_)
            | Munmap(_) | Mremap(_) | Brk(_) | Mprotect(_) | Madvise(_) | Mlock(_) | Munlock(_) | Mlockall(_)
            | Munlockall(_) | Truncate(_) | Unlink(_) | Pread(_) | Pwrite(_) | Msync(_) | Mincore(_) | Alloc(_)
            | Free(_) | Pin(_) | Unpin(_) | MapRun(_) | UnmapRun(_) | Reclaim(_) | MergePass | Kswapd | Future(_)
            | Migrate(_) | Compact | Vmalloc(_) | Vfree(_) | Heap(_) | HeapTrim(_) | Port(_) | Send(_) | Receive(_)
            | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => None,
        }
    }

    /// The address by which the command names a block of a heap, or bytes in one, and whose memory it is in; `None` if
    /// it names none. The address may be none of a block.
    pub fn block_mut(&mut self) -> Option<(Pid, &mut VirtAddr)> {
        use Command::*;
        match self {
            Realloc(args) => Some((args.pid, &mut args.addr)),
            HeapFree(args) => Some((args.pid, &mut args.addr)),
            Kfree(args) => Some((KERNEL, &mut args.addr)),
            Read(args) => Some((args.pid, &mut args.addr)),
            Write(args) => Some((args.pid, &mut args.addr)),
            Touch(args) => Some((args.pid, &mut args.addr)),
            Receive(args) => args.into.as_mut().map(|into| (args.pid, into)),
            Spawn(_) | LoadTables(_) | Fork(_) | Exec(_) | Exit(_) | Mmap(_) | Munmap(_) | Mremap(_) | Brk(_)
            | Mprotect(_) | Madvise(_) | Mlock(_) | Munlock(_) | Mlockall(_) | Munlockall(_) | Truncate(_)
            | Unlink(_) | Pread(_) | Pwrite(_) | Msync(_) | Mincore(_) | Alloc(_) | Free(_) | Pin(_) | Unpin(_)
            | MapRun(_) | UnmapRun(_) | Reclaim(_) | MergePass | Kswapd | Future(_) | Migrate(_) | Compact
            | Vmalloc(_) | Vfree(_) | Heap(_) | Malloc(_) | Calloc(_) | HeapTrim(_) | Kmalloc(_) | Port(_)
            | Send(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => None,
        }
    }

    /// The bytes that the command asks a heap for; `None` if it asks for none.
    pub fn bytes_asked(&self) -> Option<u64> {
        use Command::*;
        match self {
            Malloc(args) => Some(args.bytes),
            Calloc(args) => Some(args.count.saturating_mul(args.bytes)),
            Realloc(args) => Some(args.bytes),
            Kmalloc(args) => Some(args.bytes),
            Spawn(_) | LoadTables(_) | Fork(_) | Exec(_) | Exit(_) | Read(_) | Write(_) | Touch(_) | Mmap(_)
            | Munmap(_) | Mremap(_) | Brk(_) | Mprotect(_) | Madvise(_) | Mlock(_) | Munlock(_) | Mlockall(_)
            | Munlockall(_) | Truncate(_) | Unlink(_) | Pread(_) | Pwrite(_) | Msync(_) | Mincore(_) | Alloc(_)
            | Free(_) | Pin(_) | Unpin(_) | MapRun(_) | UnmapRun(_) | Reclaim(_) | MergePass | Kswapd | Future(_)
            | Migrate(_) | Compact | Vmalloc(_) | Vfree(_) | Heap(_) | HeapFree(_) | HeapTrim(_) | Kfree(_)
            | Port(_) | Send(_) | Receive(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => None,
        }
    }

    /// Whether the command names frames by their place, and so means nothing to a machine where other things lie there.
    pub fn names_places(&self) -> bool {
        matches!(self, Command::Migrate(_))
    }

    /// The command without its addresses.
    pub fn anywhere(mut self) -> Command {
        use Command::*;
        match &mut self {
            Mmap(args) => args.addr = None,
            MapRun(args) => args.addr = None,
            Exec(args) => args.brk = None,
            Mremap(args) => (args.addr, args.to, args.hint) = (VirtAddr(0), None, None),
            Munmap(args) => args.addr = VirtAddr(0),
            Mprotect(args) => args.addr = VirtAddr(0),
            Brk(args) => args.addr = VirtAddr(0),
            Madvise(args) => args.addr = VirtAddr(0),
            Mlock(args) => args.addr = VirtAddr(0),
            Munlock(args) => args.addr = VirtAddr(0),
            Read(args) => args.addr = VirtAddr(0),
            Write(args) => args.addr = VirtAddr(0),
            Touch(args) => args.addr = VirtAddr(0),
            Msync(args) => args.addr = VirtAddr(0),
            Mincore(args) => args.addr = VirtAddr(0),
            UnmapRun(args) => args.addr = VirtAddr(0),
            Vfree(args) => args.addr = VirtAddr(0),
            Realloc(args) => args.addr = VirtAddr(0),
            HeapFree(args) => args.addr = VirtAddr(0),
            Kfree(args) => args.addr = VirtAddr(0),
            Send(args) => args.addr = args.addr.map(|_| VirtAddr(0)),
            Receive(args) => (args.addr, args.into) = (None, args.into.map(|_| VirtAddr(0))),
            Spawn(_) | LoadTables(_) | Fork(_) | Exit(_) | Mlockall(_) | Munlockall(_) | Truncate(_) | Unlink(_)
            | Pread(_) | Pwrite(_) | Alloc(_) | Free(_) | Pin(_) | Unpin(_) | Reclaim(_) | MergePass | Kswapd
            | Future(_) | Migrate(_) | Compact | Vmalloc(_) | Heap(_) | Malloc(_) | Calloc(_) | HeapTrim(_)
            | Kmalloc(_) | Port(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => {}
        }
        self
    }
}

fn by<'a>(pid: Pid, kind: CommandKind) -> About<'a> {
    About { kind, pid: Some(pid), words: None }
}

fn by_nobody<'a>(kind: CommandKind) -> About<'a> {
    About { kind, pid: None, words: None }
}
