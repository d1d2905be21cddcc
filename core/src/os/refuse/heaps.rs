//! Calls of allocators that make no sense: heaps that are not there, and pointers that only an allocator which looks at
//! them could judge; and what is for the kernel alone. Sizes are not refused: what is too large is answered with
//! ENOMEM.

use crate::kmalloc;
use crate::os::machine::Machine;
use crate::refusal::{Check, refuse};
use crate::units::{HeapId, Pid, VirtAddr, Vpn};
use crate::user;
use crate::vocabulary::command::NewHeap;
use crate::vocabulary::heap::{Heap, HeapSettings};

/// A process has at most this many heaps.
const MAX_HEAPS: u32 = 16;

/// Checks the settings of a new heap, and that the process may have one more.
pub fn new(machine: &Machine, NewHeap { pid, settings }: &NewHeap) -> Check {
    if machine.heaps().get(pid).is_some_and(|heaps| heaps.len() as u32 >= MAX_HEAPS) {
        return refuse(format!("heap: process {pid} has {MAX_HEAPS} already"), "use one of them, or another process");
    }
    if settings.is_kernels() {
        let kind = settings.kind();
        let hint =
            format!("machine(#{{kmalloc: #{{kind: \"{kind}\"}}}}) is a machine with it, and kmalloc(bytes) its call");
        return refuse(format!("heap: {kind} is an allocator of the kernel, not of a process"), hint);
    }
    settings.stand_in(machine.config.heap).check(machine.mm.geometry().page_size())
}

/// Checks that the machine's pages are large enough for the kernel's allocator.
pub fn of_kernel(machine: &Machine) -> Check {
    let config = &machine.config;
    HeapSettings::of_kernel(&config.kmalloc, config.all_frames()).check(machine.mm.geometry().page_size())
}

/// Refuses an address that `kmalloc` did not give, unless the allocator looks at it, and it is in memory of its own.
pub fn kfree(machine: &Machine, addr: VirtAddr) -> Check {
    of_kernel(machine)?;
    let known = |heap: &Heap| {
        let frame = addr.0 / machine.mm.geometry().page_size();
        let inside = u32::try_from(frame).is_ok_and(|frame| heap.holds(Vpn(frame.into())));
        heap.blocks.contains_key(&addr) || (inside && kmalloc::judges_pointers(&heap.info.settings))
    };
    if addr.0 == 0 || machine.kernel_heap().is_some_and(known) {
        return Ok(());
    }
    let before = machine.kernel_heap().and_then(|heap| heap.blocks.range(..addr).next_back());
    let hint = match before.filter(|(at, bytes)| addr.0 < at.0 + **bytes) {
        Some((at, bytes)) => format!("it lies in the block at {at}, of {bytes} bytes"),
        None => "freed before, or never given".into(),
    };
    refuse(format!("kfree: {addr} is no block of the kernel's heap"), hint)
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
