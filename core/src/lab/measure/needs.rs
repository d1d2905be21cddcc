//! What a command may add to a machine's footprint, before it is carried out.

use super::footprint::{ENTRY, FRAME, POINTER, VMA};
use crate::os::machine::Machine;
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::command::{Command, MapFlag};
use crate::vocabulary::heap::HeapSettings;

/// Bytes of a last-level PTE: what a page costs in its table.
const PTE: u64 = 8;
/// Pointers that a chain takes at first, for two of them.
const FIRST_CHAIN: u64 = 5;

/// Bytes that a command may add, estimated from the pages that it reaches: far from it only where pages lie so thinly
/// that each has a page table of its own. 0 where it is little whatever the arguments are.
pub fn needs(machine: &Machine, command: &Command) -> u64 {
    use Command::*;
    match command {
        Touch(args) => pages(machine, args.pages),
        Mlock(args) => pages(machine, args.pages),
        Mmap(args) if args.has(MapFlag::Populate) || args.has(MapFlag::Locked) => pages(machine, args.pages),
        // A copy, now or at the first write.
        Send(args) => args.addr.map_or(0, |addr| segment(machine, args.pid, addr)),
        LoadTables(args) => {
            let page = machine.mm.geometry().page_size();
            data(machine, args.pages.len() as u64 * page) + args.pages.len() as u64 * VMA
        }
        Alloc(request) => pages(machine, u64::from(request.pages)),
        Vmalloc(args) => pages(machine, args.pages),
        Fork(args) => fork(machine, args.pid),
        Kmalloc(args) => pages(machine, args.bytes.div_ceil(machine.mm.geometry().page_size())),
        Calloc(args) => data(machine, args.count.saturating_mul(args.bytes)),
        Realloc(args) => data(machine, args.bytes),
        Malloc(args) => match machine.heaps().get(&args.pid).and_then(|heaps| heaps.get(&args.heap)) {
            Some(heap) if fills(&heap.info.settings) => data(machine, args.bytes),
            _ => 0,
        },
        // At most 128 KiB of data, or 2^20 pages of a process that locks all it will map.
        Read(_) | Write(_) | Pread(_) | Pwrite(_) | Mmap(_) | Mremap(_) | Brk(_) | Mlockall(_) | Spawn(_) | Exec(_)
        | Exit(_) | Munmap(_) | Mprotect(_) | Madvise(_) | Munlock(_) | Munlockall(_) | Truncate(_) | Unlink(_)
        | Msync(_) | Mincore(_) | Free(_) | Pin(_) | Unpin(_) | MapRun(_) | UnmapRun(_) | Reclaim(_) | MergePass
        | Kswapd | Future(_) | Migrate(_) | Compact | Vfree(_) | Heap(_) | HeapFree(_) | HeapTrim(_) | Kfree(_)
        | Port(_) | Receive(_) | Note(_) | Show(_) | Ask(_) | Answer(_) | Expect(_) => 0,
    }
}

/// So many bytes are written by a program, as far as memory has room for them.
fn data(machine: &Machine, bytes: u64) -> u64 {
    let page = machine.mm.geometry().page_size();
    let bytes = bytes.min(u64::from(machine.mm.frames().len()) * page);
    bytes + pages(machine, bytes.div_ceil(page))
}

/// Whether the allocator fills what it gives.
fn fills(settings: &HeapSettings) -> bool {
    matches!(settings, HeapSettings::Phk(phk) if phk.options.contains(['J', 'Z']))
}

/// A segment is copied.
fn segment(machine: &Machine, pid: Pid, addr: VirtAddr) -> u64 {
    let start = machine.mm.geometry().vpn(addr);
    let vma = machine.mm.spaces().get(&pid).and_then(|space| space.vmas.get(&start));
    vma.map_or(0, |vma| data(machine, vma.pages() * machine.mm.geometry().page_size()))
}

/// So many pages are brought into memory: descriptors where there were none, entries, and what their PTEs take.
fn pages(machine: &Machine, pages: u64) -> u64 {
    let frames = u64::from(machine.mm.frames().len());
    let descriptors = (frames * FRAME as u64).saturating_sub(machine.mm.frames().bytes(FRAME));
    let pages = pages.min(frames);
    descriptors.min(pages * FRAME as u64) + pages * (PTE + entry(machine))
}

/// A process is copied: its VMAs and tables, and each of its pages is mapped once more.
fn fork(machine: &Machine, pid: Pid) -> u64 {
    let mm = &machine.mm;
    let Some(space) = mm.spaces().get(&pid) else { return 0 };
    let pointer = if mm.reverse_map().keeps_entries() { POINTER * FIRST_CHAIN } else { 0 };
    space.vmas.len() as u64 * VMA + mm.counts(pid).rss * (PTE + pointer)
}

fn entry(machine: &Machine) -> u64 {
    if machine.mm.reverse_map().keeps_entries() { ENTRY as u64 } else { 0 }
}
