//! Calls of allocators that make no sense: heaps that are not there, and pointers that only an allocator
//! which looks at them could judge. Sizes are not refused: what is too large is answered with ENOMEM.

use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use crate::units::{HeapId, Pid, VirtAddr};
use crate::user;
use crate::vocabulary::command::NewHeap;

/// A process has at most this many heaps.
const MAX_HEAPS: u32 = 16;

/// Checks the settings of a new heap, and that the process may have one more.
pub fn new(machine: &Machine, NewHeap { pid, settings }: &NewHeap) -> Check {
    if machine.heaps().get(pid).is_some_and(|heaps| heaps.len() as u32 >= MAX_HEAPS) {
        return refuse(format!("heap: process {pid} has {MAX_HEAPS} already"), "use one of them, or another process");
    }
    settings.check(machine.mm.geometry().page_size())
}

/// Refuses a heap that is not there.
pub fn known(machine: &Machine, pid: Pid, heap: HeapId) -> Check {
    let heaps = machine.heaps().get(&pid);
    match heaps.map_or(0, |heaps| heaps.len() as u32) {
        n if heap.0 < n => Ok(()),
        0 => refuse(format!("process {pid} has no heap"), "make one first: let h = p.heap(\"phk\")"),
        n => refuse(format!("process {pid} has no heap {}", heap.0), format!("it has heaps 0 to {}", n - 1)),
    }
}

/// Refuses a pointer that the heap did not give, unless its allocator is one that looks at what it is given.
pub fn given(machine: &Machine, verb: &str, pid: Pid, heap: HeapId, addr: VirtAddr) -> Check {
    known(machine, pid, heap)?;
    let this = machine.heap(pid, heap);
    let settings = &this.info.settings;
    if addr.0 == 0 || this.blocks.contains_key(&addr) || user::judges_pointers(settings) {
        return Ok(());
    }
    let elsewhere = machine.heaps()[&pid].iter().find(|(_, other)| other.blocks.contains_key(&addr));
    let inside = this.blocks.range(..addr).next_back().filter(|(at, bytes)| addr.0 < at.0.saturating_add(**bytes));
    let hint = match (elsewhere, inside) {
        (Some((other, _)), _) => format!("heap {} gave it", other.0),
        (None, Some((at, bytes))) => format!("it lies in the block at {at}, of {bytes} bytes"),
        (None, None) => "freed before, or never given".into(),
    };
    let what = format!("{verb}: {addr} is no block of this heap, and {} does not look", settings.kind());
    refuse(what, hint)
}
