//! The same requests on another machine: which run, and which block of a heap, is there the one that is named here.
//!
//! `free`, `pin` and `unpin` name a run by its first frame, and another allocator puts it elsewhere, or has not served
//! it at all. So it is with blocks, which `free`, `realloc` and accesses name by an address. What was given for the
//! same command is a pair; code that runs two machines in lock-step calls `Pairs::note` after each command.

use crate::units::{Pfn, Pid, RunId, VirtAddr};
use crate::vocabulary::command::{Command, Fork, LoadTables, Spawn};
use crate::vocabulary::reply::Reply;
use crate::vocabulary::run::{Run, Runs};
use std::collections::BTreeMap;
use std::ops::Range;

/// Runs here by id, with their ids there.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    there: BTreeMap<RunId, RunId>,
    /// The last ids that were given, on the first machine and on the other.
    last: (RunId, RunId),
    /// By process and address.
    blocks: Vec<Block>,
}

/// A block that was given here: its bytes, and its address there, if it was given there, too.
#[derive(Clone, Copy, Debug)]
struct Block {
    pid: Pid,
    at: VirtAddr,
    bytes: u64,
    there: Option<VirtAddr>,
}

impl Pairs {
    /// Notes a command carried out on both machines: if it gave a run on both, they are a pair.
    pub fn note(&mut self, here: (&Reply, &Runs), there: (&Reply, &Runs)) {
        let new = (given(here, &mut self.last.0), given(there, &mut self.last.1));
        if let (Some(here), Some(there)) = new {
            self.there.insert(here, there);
        }
    }

    /// Notes a command that asks a heap for a block, and was carried out on both machines: what it answered. And a
    /// fork, whose child has the blocks of its parent.
    pub fn note_block(&mut self, command: &Command, here: &Reply, there: &Reply) {
        if let (Some((pid, _)), Some(bytes), Reply::Addr(at)) = (command.heap_called(), command.bytes_asked(), here) {
            let there = if let Reply::Addr(at) = there { Some(*at) } else { None };
            let end = VirtAddr(at.0.saturating_add(bytes.max(1)));
            // What lay there before is no block any more.
            let old = self.place(pid, *at)..self.place(pid, end);
            self.blocks.splice(old, [Block { pid, at: *at, bytes, there }]);
        }
        if let (Command::Fork(fork), Reply::Pid(child)) = (command, here) {
            let parents = self.of(fork.pid);
            let own: Vec<Block> = self.blocks[parents].iter().map(|block| Block { pid: *child, ..*block }).collect();
            self.blocks.splice(self.of(*child), own);
        }
    }

    /// How many blocks lie before an address.
    fn place(&self, pid: Pid, addr: VirtAddr) -> usize {
        self.blocks.partition_point(|block| (block.pid, block.at) < (pid, addr))
    }

    /// Where those of a process are.
    fn of(&self, pid: Pid) -> Range<usize> {
        self.place(pid, VirtAddr(0))..self.place(Pid(pid.0 + 1), VirtAddr(0))
    }

    /// Where the byte at an address of a block is there; an address of none is the same there. `None`: its block was
    /// not given there.
    fn block_there(&self, pid: Pid, addr: VirtAddr) -> Option<VirtAddr> {
        let before = self.blocks[..self.place(pid, VirtAddr(addr.0.saturating_add(1)))].last();
        match before.filter(|block| block.pid == pid && addr.0 - block.at.0 < block.bytes.max(1)) {
            Some(block) => block.there.map(|there| VirtAddr(there.0 + (addr.0 - block.at.0))),
            None => Some(addr),
        }
    }

    /// The command with the run it names replaced by the other machine's; `here` and `there` are the runs before it.
    /// So with the block it names. `None`: what it names does not exist there.
    pub fn translate(&self, command: &Command, here: &Runs, there: &Runs) -> Option<Command> {
        // A place here says nothing of a place there.
        if command.names_places() {
            return None;
        }
        let mut command = command.clone();
        if let Some(pfn) = command.run_mut() {
            let id = self.there.get(&here.get(pfn)?.id)?;
            *pfn = by_id(there, *id)?.0;
        }
        if let Some((pid, addr)) = command.block_mut() {
            *addr = self.block_there(pid, *addr)?;
        }
        Some(command)
    }
}

/// The command with the process that `reply` names: a process has the same number on every machine, also where an
/// earlier one could not be made.
pub fn named(mut command: Command, reply: &Reply) -> Command {
    if let (
        Command::Spawn(Spawn { pid, .. })
        | Command::LoadTables(LoadTables { pid, .. })
        | Command::Fork(Fork { child: pid, .. }),
        Reply::Pid(given),
    ) = (&mut command, reply)
    {
        *pid = Some(*given);
    }
    command
}

/// The run that a command has given: new since `last`. It may have been moved already, by compaction at the command's
/// end.
fn given((reply, runs): (&Reply, &Runs), last: &mut RunId) -> Option<RunId> {
    let Reply::Run(first) = reply else { return None };
    let at_first = runs.get(first).map(|run| run.id).filter(|id| *id > *last);
    let id = at_first.or_else(|| newest(runs).filter(|id| *id > *last))?;
    *last = id;
    Some(id)
}

/// The id of the run that was given last, as ids count upwards; `None` if there is no run.
pub fn newest(runs: &Runs) -> Option<RunId> {
    runs.values().map(|run| run.id).max()
}

/// A run by its id, with its first frame; `None` if it has been freed.
pub fn by_id(runs: &Runs, id: RunId) -> Option<(Pfn, Run)> {
    runs.iter().find(|(_, run)| run.id == id).map(|(first, run)| (*first, run.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trees::tree;
    use crate::units::HeapId;
    use crate::vocabulary::command::{Free, HeapFree, Malloc, Pin, Touch};
    use crate::vocabulary::reply::Errno;
    use crate::vocabulary::request::Request;

    fn run(id: u32) -> Run {
        Run::new(RunId(id), Request::of(2), 2)
    }

    /// The first request was served on both, the second here only. There, the run was moved before the command's end.
    #[test]
    fn a_run_is_named_by_where_it_is_there() {
        let here = tree([(Pfn(2), run(1)), (Pfn(4), run(2))]);
        let there = tree([(Pfn(30), run(1))]);
        let mut pairs = Pairs::default();
        pairs.note((&Reply::Run(Pfn(2)), &here), (&Reply::Run(Pfn(38)), &there));
        pairs.note((&Reply::Run(Pfn(4)), &here), (&Reply::Done, &there));
        let free = |pfn| Command::Free(Free { pfn: Pfn(pfn), pages: 2 });
        assert_eq!(pairs.translate(&free(2), &here, &there), Some(free(30)));
        assert_eq!(pairs.translate(&free(4), &here, &there), None);
        assert_eq!(pairs.translate(&Command::MergePass, &here, &there), Some(Command::MergePass));
        assert_eq!(
            pairs.translate(&Command::Pin(Pin { pfn: Pfn(2) }), &here, &Runs::default()),
            None,
            "it is over there"
        );
    }

    /// The child has its parent's blocks; a block that is given where others were takes their place.
    #[test]
    fn a_block_is_named_by_where_it_is_there() {
        let (runs, parent, child, heap) = (Runs::default(), Pid(1), Pid(2), HeapId(0));
        let malloc = |bytes| Command::Malloc(Malloc { pid: parent, heap, bytes });
        let free = |pid, addr| Command::HeapFree(HeapFree { pid, heap, addr: VirtAddr(addr) });
        let touch = |addr| Command::Touch(Touch { pid: parent, addr: VirtAddr(addr), pages: 1 });
        let addr = |at| Reply::Addr(VirtAddr(at));
        let mut pairs = Pairs::default();
        pairs.note_block(&malloc(32), &addr(0x100), &addr(0x9000));
        pairs.note_block(&malloc(32), &addr(0x140), &Reply::Failed(Errno::ENOMEM));
        let there = |pairs: &Pairs, command| pairs.translate(&command, &runs, &runs);
        assert_eq!(there(&pairs, free(parent, 0x100)), Some(free(parent, 0x9000)));
        assert_eq!(there(&pairs, touch(0x11f)), Some(touch(0x901f)));
        assert_eq!(there(&pairs, touch(0x120)), Some(touch(0x120)), "behind the block");
        assert_eq!(there(&pairs, free(parent, 0x140)), None, "it was not given there");
        assert_eq!(there(&pairs, free(child, 0x100)), Some(free(child, 0x100)), "no block of the child's");
        let fork = Command::Fork(Fork { pid: parent, child: None, name: None });
        pairs.note_block(&fork, &Reply::Pid(child), &Reply::Pid(child));
        assert_eq!(there(&pairs, free(child, 0x100)), Some(free(child, 0x9000)));
        pairs.note_block(&malloc(0x80), &addr(0xf0), &addr(0x7000));
        assert_eq!(there(&pairs, touch(0x140)), Some(touch(0x7050)));
    }
}
