//! What each call of an allocator came to, for plots: noted as commands are given, since afterwards nothing tells it
//! but to carry them out again.

use crate::os::machine::Machine;
use crate::units::{HeapId, Pid};
use crate::vocabulary::command::Command;
use crate::vocabulary::pages::Pages;
use crate::vocabulary::process::KERNEL;

/// A call of `malloc`, `calloc`, `realloc` or `free`, or of the kernel's own, and the heap after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeapCall {
    /// The number of the command.
    pub step: u32,
    pub pid: Pid,
    pub heap: HeapId,
    /// Modelled cycles that it took.
    pub cycles: u32,
    /// Pages that the heap has of the kernel.
    pub held: u32,
    /// How many of these were in memory when they were counted last.
    pub resident: u32,
    /// Bytes asked for and in use.
    pub asked: u64,
    /// Bytes copied so far: for a page directory made anew, and of blocks that `realloc` moved.
    pub copied: u64,
}

/// Bytes that a call takes, with the room that a vector has in reserve.
pub(super) const BYTES: usize = 2 * size_of::<HeapCall>();

/// Page-table entries that are read for each call, on average: a small heap's pages are counted at each, those of a
/// large one now and then.
const LOOKS: u64 = 64;
/// A heap of more pages is not counted.
const MOST_LOOKS: u64 = 1 << 18;

/// All calls of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct HeapCalls {
    all: Vec<HeapCall>,
    /// Page-table entries that may be read.
    looks: u64,
}

impl HeapCalls {
    /// Notes command number `step`, if it calls an allocator; `machine` is as it left it. Of a program that it ended
    /// nothing is left to note.
    pub fn enter(&mut self, step: u32, command: &Command, cycles: u64, machine: &Machine) {
        let Some((pid, heap)) = command.heap_called() else { return };
        let Some(called) = machine.heaps().get(&pid).and_then(|heaps| heaps.get(&heap)) else { return };
        let stats = &called.info.stats;
        self.looks = (self.looks + LOOKS).min(MOST_LOOKS);
        let resident = if pid == KERNEL {
            stats.held
        } else if self.looks >= stats.held {
            self.looks -= stats.held;
            let pages = called.held.iter().flat_map(|(from, to)| Pages::new(*from, *to).iter());
            pages.filter(|vpn| machine.mm.pte(pid, *vpn).pfn().is_some()).count() as u64
        } else {
            let before = self.all.iter().rev().find(|call| (call.pid, call.heap) == (pid, heap));
            before.map_or(0, |call| call.resident.into())
        };
        self.all.push(HeapCall {
            step,
            pid,
            heap,
            cycles: cycles.try_into().unwrap_or(u32::MAX),
            held: stats.held as u32,
            resident: resident as u32,
            asked: stats.asked,
            copied: stats.bytes_copied + stats.bytes_moved,
        });
    }

    /// All of them, in order.
    pub fn all(&self) -> &[HeapCall] {
        &self.all
    }

    /// Discards the commands from `step` on.
    pub fn cut(&mut self, step: u32) {
        self.all.truncate(self.all.partition_point(|call| call.step < step));
    }
}
