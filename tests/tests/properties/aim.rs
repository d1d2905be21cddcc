//! Gives a random command a living process, real addresses and runs that exist, so that it does something.

use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::units::{HeapId, Pfn, Pid, VirtAddr, Vpn};
use pageturner::user::judges_pointers;
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::heap::{Directory, Dl, Freelist, HeapSettings, Kr, MmapDirect, Phk};
use pageturner::vocabulary::object::Object;
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::run::Run;
use pageturner::vocabulary::vma::VmaFlags;

pub fn aim(session: &Session, who: u64, mut command: Command) -> Command {
    let living: Vec<Pid> = session.view().spaces.keys().copied().filter(|pid| *pid != KERNEL).collect();
    let Some(chosen) = living.get(who as usize % living.len().max(1)).copied() else {
        return Command::Spawn(Spawn { pid: None, name: None });
    };
    let shift = session.config().geometry.geometry().page_shift;
    // Mostly a page that is mapped: a wild access ends the process, and then there is less to go wrong.
    let mapped = |page: u64| {
        let vmas: Vec<_> = session.view().vmas_of(chosen).collect();
        match vmas.get(page as usize % vmas.len().max(1)) {
            Some(vma) if !page.is_multiple_of(16) => vma.start.0 + page * 7 % vma.pages(),
            _ => page,
        }
    };
    // Where a VMA begins, mostly.
    let start_of = |page: u64| session.view().vma(chosen, Vpn(mapped(page))).map_or(page, |vma| vma.start.0);
    let last_bytes = |page: u64| (mapped(page) << shift) + (1 << shift) - 2;
    let unpin = matches!(command, Command::Unpin(_));
    match &mut command {
        Command::Mmap(Mmap { pid, addr, .. }) => (*pid, *addr) = (chosen, addr.map(|a| VirtAddr(a.0 << shift))),
        // All of a VMA, as runs want it.
        Command::Mprotect(Mprotect { pid, addr, pages, .. }) if *pages == 0 => {
            (*pid, addr.0) = (chosen, start_of(addr.0));
            *pages = session.view().vma(chosen, Vpn(addr.0)).map_or(0, |vma| vma.pages());
            addr.0 <<= shift;
        }
        Command::Munmap(Munmap { pid, addr, .. })
        | Command::Mprotect(Mprotect { pid, addr, .. })
        | Command::Mlock(Mlock { pid, addr, .. }) => {
            (*pid, addr.0) = (chosen, addr.0 << shift);
        }
        Command::Madvise(Madvise { pid, addr, .. })
        | Command::Munlock(Munlock { pid, addr, .. })
        | Command::Msync(Msync { pid, addr, .. })
        | Command::Mincore(Mincore { pid, addr, .. })
        | Command::Touch(Touch { pid, addr, .. }) => {
            (*pid, addr.0) = (chosen, mapped(addr.0) << shift);
        }
        // Across the edge of two pages.
        Command::Read(Read { pid, addr, .. }) | Command::Write(Write { pid, addr, .. }) => {
            (*pid, addr.0) = (chosen, last_bytes(addr.0))
        }
        Command::Mlockall(Mlockall { pid, .. }) | Command::Munlockall(Munlockall { pid }) => *pid = chosen,
        Command::Mremap(Mremap { pid, addr, to, hint, .. }) => {
            let shifted = |at: VirtAddr| VirtAddr(at.0 << shift);
            (*pid, addr.0) = (chosen, mapped(addr.0) << shift);
            (*to, *hint) = (to.map(shifted), hint.map(shifted));
        }
        Command::Brk(Brk { pid, addr }) => {
            (*pid, addr.0) = (chosen, session.view().spaces[&chosen].info.brk_start.0 + (addr.0 << shift))
        }
        // In quarters of a page.
        Command::Truncate(Truncate { bytes, .. }) => *bytes = (*bytes << shift) / 4,
        Command::Pread(Pread { pid, offset, .. }) | Command::Pwrite(Pwrite { pid, offset, .. }) => {
            (*pid, *offset) = (chosen, (*offset << shift) / 4);
        }
        Command::Unlink(Unlink { file }) => {
            let named = |object: &Object| object.info.kind.name() == Some(file) && !object.info.unlinked;
            if !session.view().objects.values().any(named) {
                return Command::Truncate(Truncate { file: file.clone(), bytes: 3 << shift });
            }
        }
        Command::Fork(Fork { pid, .. }) | Command::Exit(Exit { pid }) | Command::Exec(Exec { pid, .. }) => {
            *pid = chosen
        }
        Command::Free(Free { pfn, pages }) => match nth_unmapped(session.view(), *pfn) {
            Some((first, run)) => (*pfn, *pages) = (first, run.request.pages),
            None => return Command::Reclaim(Reclaim { frames: 1 }),
        },
        Command::MapRun(MapRun { pid, pfn, addr, .. }) => match nth_unmapped(session.view(), *pfn) {
            Some((first, _)) => (*pid, *pfn, *addr) = (chosen, first, addr.map(|a| VirtAddr(a.0 << shift))),
            None => return Command::Reclaim(Reclaim { frames: 1 }),
        },
        Command::UnmapRun(UnmapRun { pid, addr }) => (*pid, addr.0) = (chosen, start_of(addr.0) << shift),
        Command::Pin(Pin { pfn }) | Command::Unpin(Unpin { pfn }) => {
            let view = session.view();
            let runs = view.runs.iter().filter(|(first, run)| (!unpin || run.pins > 0) && !is_kernels(view, **first));
            match runs.cycle_to(pfn.index()) {
                Some((first, _)) => *pfn = *first,
                None => return Command::Compact,
            }
        }
        Command::Migrate(Migrate { from, to }) => return migrate(session.view(), *from, *to),
        Command::Vfree(Vfree { addr }) => match session.view().vmas_of(KERNEL).cycle_to(addr.0 as usize) {
            Some(vma) => addr.0 = vma.start.0 << shift,
            None => return Command::Vmalloc(Vmalloc { pages: 2 }),
        },
        Command::Heap(NewHeap { pid, .. }) => *pid = chosen,
        Command::Malloc(Malloc { pid, heap, .. })
        | Command::Calloc(Calloc { pid, heap, .. })
        | Command::HeapTrim(HeapTrim { pid, heap }) => match nth_heap(session.view(), chosen, *heap) {
            Some(found) => (*pid, *heap) = (chosen, found),
            None => return new_heap(chosen, *heap, shift),
        },
        Command::Realloc(Realloc { pid, heap, addr, .. }) | Command::HeapFree(HeapFree { pid, heap, addr }) => {
            let Some(found) = nth_heap(session.view(), chosen, *heap) else { return new_heap(chosen, *heap, shift) };
            (*pid, *heap) = (chosen, found);
            let known = &session.view().heaps[&chosen][&found];
            // Now and then a pointer that the heap never gave, if its allocator looks at those.
            let judged = judges_pointers(&known.info.settings);
            *addr = match known.blocks.keys().cycle_to(addr.0 as usize) {
                Some(block) if !judged || !addr.0.is_multiple_of(13) => *block,
                Some(block) => VirtAddr(block.0 + addr.0),
                None => VirtAddr(0),
            };
        }
        // Small pages hold none of the kernel's allocators.
        Command::Kmalloc(_) | Command::Kfree(_) if shift < 12 => return Command::Compact,
        Command::Kfree(Kfree { addr }) => match session.view().heaps.get(&KERNEL) {
            Some(heaps) => {
                *addr = heaps[&HeapId(0)].blocks.keys().cycle_to(addr.0 as usize).map_or(VirtAddr(0), |at| *at)
            }
            None => return Command::Kmalloc(Kmalloc { bytes: 100 }),
        },
        // Small pages hold no queue.
        Command::Port(_) | Command::Send(_) | Command::Receive(_) if shift < 12 => return Command::Compact,
        Command::Port(NewPort { pid, .. }) => *pid = chosen,
        Command::Send(Send { pid, port, addr, bytes, .. }) => {
            let Some((known, _)) = session.view().ports.iter().cycle_to(port.0 as usize) else {
                return Command::Port(NewPort { pid: chosen, auto: Some(4096) });
            };
            (*pid, *port) = (chosen, *known);
            let runs = session.view().vmas_of(chosen).filter(|vma| vma.flags.contains(VmaFlags::RUN));
            *addr = addr.and_then(|addr| runs.cycle_to(addr.0 as usize)).map(|vma| VirtAddr(vma.start.0 << shift));
            *bytes = bytes.filter(|_| addr.is_some());
        }
        Command::Receive(Receive { pid, port, .. }) => match session.view().ports.iter().cycle_to(port.0 as usize) {
            Some((known, info)) => (*pid, *port) = (info.owner, *known),
            None => return Command::Port(NewPort { pid: chosen, auto: None }),
        },
        Command::Spawn(_)
        | Command::LoadTables(_)
        | Command::Kmalloc(_)
        | Command::Alloc(_)
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Future(_)
        | Command::Kswapd
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Note(_)
        | Command::Show(_)
        | Command::Ask(_)
        | Command::Answer(_)
        | Command::Expect(_) => {}
    }
    command
}

/// The heap of this number, of those that the process has.
fn nth_heap(view: &View, pid: Pid, heap: HeapId) -> Option<HeapId> {
    let count = view.heaps.get(&pid).map_or(0, |heaps| heaps.len() as u32);
    (count > 0).then(|| HeapId(heap.0 % count))
}

/// A heap of one of all kinds.
fn new_heap(pid: Pid, n: HeapId, page_shift: u32) -> Command {
    // Small pages hold no bookkeeping of phkmalloc's or Lea's.
    let kinds = if page_shift < 12 { [0, 3, 4, 0, 3] } else { [0, 1, 2, 3, 4] };
    let settings = match kinds[n.0 as usize % 5] {
        0 => HeapSettings::Kr(Kr { units: 64, ..Kr::default() }),
        1 => HeapSettings::Phk(Phk { directory: Directory::Doubling, ..Phk::default() }),
        2 => HeapSettings::Dl(Dl { top_pad: 4096, trim_threshold: 8192, mmap_threshold: 6000, ..Dl::default() }),
        3 => HeapSettings::MmapDirect(MmapDirect::default()),
        _ => HeapSettings::Freelist(Freelist { coalesce: true, ..Freelist::default() }),
    };
    Command::Heap(NewHeap { pid, settings })
}

/// Whether a frame is the kernel's heap's, or a port's: nobody else may touch it.
fn is_kernels(view: &View, pfn: Pfn) -> bool {
    let heap = view.heaps.get(&KERNEL).map(|heaps| &heaps[&HeapId(0)]);
    heap.is_some_and(|heap| heap.holds(Vpn(pfn.0.into()))) || view.ports.iter().any(|(_, info)| info.ring == pfn)
}

/// A run that nobody maps and no device uses.
fn nth_unmapped(view: &View, n: Pfn) -> Option<(Pfn, Run)> {
    // What was given at boot stays.
    let given = |run: &Run| run.id.0 as usize > view.boot.len();
    let idle = |(_, run): &(&Pfn, &Run)| run.mapped.is_empty() && run.queued == 0 && run.pins == 0 && given(run);
    // Nor is it the kernel's heap's.
    let found = view.runs.iter().filter(idle).filter(|(first, _)| !is_kernels(view, **first));
    found.cycle_to(n.index()).map(|(first, run)| (*first, run.clone()))
}

/// Something that can be moved, to a place that is free.
pub fn migrate(view: &View, from: Pfn, to: Pfn) -> Command {
    let movable = |pfn: &Pfn| match view.frames.get(*pfn).state {
        FrameUse::Page => true,
        FrameUse::Run { first } => first == *pfn && view.runs[&first].may_move(),
        _ => false,
    };
    let all = || (0..view.frames.studied()).map(Pfn);
    let Some(from) = all().filter(movable).cycle_to(from.index()) else { return Command::Compact };
    let run = view.runs.get(&from);
    let is = |pfn: Pfn| {
        let state = (pfn.0 < view.frames.studied()).then(|| view.frames.get(pfn).state);
        state == Some(FrameUse::Free) || (run.is_some() && state == Some(FrameUse::Run { first: from }))
    };
    let zone = |n: u32| view.config.effective_zones().iter().position(|zone| n < zone.end);
    let fits = |at: &Pfn| match run {
        None => is(*at),
        Some(run) => {
            let last = at.0 + run.given - 1;
            run.request.fits_at(at.0) && zone(at.0) == zone(last) && (at.0..=last).all(|n| is(Pfn(n)))
        }
    };
    // Of a long run not every place is tried.
    let step = run.map_or(1, |run| (run.given as usize / 64).max(1).next_power_of_two());
    match all().step_by(step).filter(fits).cycle_to(to.index()) {
        Some(to) => Command::Migrate(Migrate { from, to }),
        None => Command::Compact,
    }
}

/// Item `n` of an iterator that begins again at its end.
trait CycleTo: Iterator + Sized {
    fn cycle_to(self, n: usize) -> Option<Self::Item> {
        let mut all: Vec<_> = self.collect();
        let n = n % all.len().max(1);
        (!all.is_empty()).then(|| all.swap_remove(n))
    }
}

impl<I: Iterator> CycleTo for I {}
