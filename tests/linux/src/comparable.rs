//! Which calls are made at all: those whose outcome depends on nothing but the calls before.

use crate::model::{WINDOW, WINDOW_PAGES};
use pageturner::hw::pte::Pte;
use pageturner::lab::time::view::View;
use pageturner::units::{Pid, VirtAddr, Vpn};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::object::{ObjectPage, SHM};
use pageturner::vocabulary::vma::VmaFlags;

/// First page that is not in user space.
const USER_PAGES: u64 = (1 << 35) - 1;

/// Whether the call may be made and compared; the list of what `docs/linux.md` says is left out.
pub fn comparable(view: &View, command: &Command) -> bool {
    match command {
        // Without an exact address the place may be the kernel's choice, which is its own.
        Command::Mmap(Mmap { pid, addr, pages, flags, file, .. }) => {
            // Nothing was said about its size yet.
            if file.as_ref().is_some_and(|name| size(view, name).is_none()) {
                return false;
            }
            let exact = flags.contains(&MapFlag::Fixed) || flags.contains(&MapFlag::FixedNoreplace);
            addr.is_some_and(|addr| if exact { inside(addr, *pages) } else { is_free(view, *pid, addr, *pages) })
        }
        Command::Mremap(Mremap { pid, addr, pages, new_pages, to, may_move, dontunmap, hint }) => match to {
            Some(to) => inside(*addr, *pages) && inside(*to, *new_pages),
            None if *dontunmap => {
                let free = |hint| inside(hint, *new_pages) && is_free(view, *pid, hint, *new_pages);
                inside(*addr, *pages) && (!may_move || pages != new_pages || hint.is_some_and(free))
            }
            None => inside(*addr, *pages) && (!may_move || stays(view, *pid, *addr, *pages, *new_pages)),
        },
        // `madvise` knows no end of user space: only an overflow would keep it off the puppet's own memory.
        Command::Madvise(Madvise { pid, addr, pages, advice }) => {
            let end = (addr.0 >> 12).saturating_add(*pages);
            (end <= WINDOW + WINDOW_PAGES || end >= 1 << 52)
                // When a page of a file can be dropped depends on when the kernel writes it back; shared memory that
                // was read ahead from swap is marked, and fault-around passes over such pages.
                && (*advice != Advice::Pageout || !meets_object(view, *pid, *addr, end))
        }
        // It begins at the first area that it meets, which after the window is the puppet's own.
        Command::Mprotect(Mprotect { addr, pages, growsdown: true, .. }) => {
            inside(*addr, *pages) && (addr.0 >> 12).saturating_add(*pages) <= WINDOW + WINDOW_PAGES
        }
        Command::Munmap(Munmap { addr, pages, .. })
        | Command::Mprotect(Mprotect { addr, pages, .. })
        | Command::Mlock(Mlock { addr, pages, .. })
        | Command::Munlock(Munlock { addr, pages, .. }) => inside(*addr, *pages),
        Command::Mlockall(_) | Command::Munlockall(_) => true,
        Command::Spawn(Spawn { pid, .. }) => pid.is_some(),
        Command::Fork(Fork { child, .. }) => child.is_some(),
        Command::Exit(_) | Command::Touch(_) | Command::Read(_) | Command::Write(_) => true,
        // A hole in a file on disk would be read ahead, and it is not known how far.
        Command::Truncate(Truncate { file, bytes }) => {
            let fits = |size| pages(*bytes) <= pages(size) || file.starts_with(SHM);
            size(view, file).is_none_or(fits) && *bytes < 1 << 20
        }
        Command::Pwrite(Pwrite { file, offset, .. }) => {
            size(view, file).is_some_and(|size| offset >> 12 <= pages(size))
        }
        Command::Pread(Pread { file, .. }) => size(view, file).is_some(),
        Command::Msync(Msync { addr, pages, .. }) => inside(*addr, *pages) && addr.0 >> 12 < WINDOW + WINDOW_PAGES,
        // The puppet has a byte for each page that it asks about. What stays in the swap cache is the kernel's choice.
        Command::Mincore(Mincore { pid, addr, pages }) => {
            inside(*addr, *pages) && *pages <= WINDOW_PAGES && !meets_swap(view, *pid, *addr, *pages)
        }
        Command::LoadTables(_)
        | Command::Unlink(_)
        | Command::Brk(_)
        | Command::Exec(_)
        | Command::Alloc(_)
        | Command::Free(_)
        | Command::Pin(_)
        | Command::Unpin(_)
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Future(_)
        | Command::Kswapd
        | Command::Migrate(_)
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Vfree(_)
        | Command::Heap(_)
        | Command::Malloc(_)
        | Command::Calloc(_)
        | Command::Realloc(_)
        | Command::HeapFree(_)
        | Command::HeapTrim(_)
        | Command::Kmalloc(_)
        | Command::Kfree(_)
        | Command::Port(_)
        | Command::Send(_)
        | Command::Receive(_)
        | Command::Note(_)
        | Command::Show(_)
        | Command::Ask(_)
        | Command::Answer(_)
        | Command::MapRun(_)
        | Command::UnmapRun(_)
        | Command::Expect(_) => false,
    }
}

/// Within the window, or far out of user space: what lies between is the puppet's own memory.
fn inside(addr: VirtAddr, pages: u64) -> bool {
    let end = (addr.0 >> 12).saturating_add(pages);
    addr.0 >> 12 >= WINDOW && (end <= WINDOW + WINDOW_PAGES || end > USER_PAGES)
}

/// Whether a hint there is followed.
fn is_free(view: &View, pid: Pid, addr: VirtAddr, pages: u64) -> bool {
    let (start, end) = (addr.0 >> 12, (addr.0 >> 12).saturating_add(pages));
    let free = view.vmas_of(pid).all(|vma| {
        let gap = if vma.flags.contains(VmaFlags::GROWSDOWN) { view.geometry().guard_gap } else { 0 };
        vma.end.0 <= start || end <= vma.start.0.saturating_sub(gap)
    });
    pages > 0 && free && inside(VirtAddr(start << 12), pages) && end <= WINDOW + WINDOW_PAGES
}

/// Whether a mapping that may move will not.
fn stays(view: &View, pid: Pid, addr: VirtAddr, pages: u64, new_pages: u64) -> bool {
    let start = Vpn(addr.0 >> 12);
    let grows = new_pages > pages;
    !grows
        || view.vma(pid, start).is_some_and(|vma| {
            let (end, wanted) = (start.plus(pages), start.0.saturating_add(new_pages));
            end == vma.end
                && wanted <= WINDOW + WINDOW_PAGES
                && is_free(view, pid, VirtAddr(end.0 << 12), wanted - end.0)
        })
}

fn pages(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 12)
}

/// A file's size in bytes, if it has one.
pub fn size(view: &View, name: &str) -> Option<u64> {
    view.objects.values().find(|object| object.info.kind.name() == Some(name))?.info.size
}

/// Whether a page of a range is on swap, a process's own or one of shared memory.
fn meets_swap(view: &View, pid: Pid, addr: VirtAddr, pages: u64) -> bool {
    let (start, end) = (addr.0 >> 12, (addr.0 >> 12).saturating_add(pages));
    view.vmas_of(pid).any(|vma| {
        (vma.start.0.max(start)..vma.end.0.min(end)).map(Vpn).any(|vpn| {
            let object = vma.object.and_then(|id| view.objects[&id].pages.get(&vma.index_of(vpn)));
            matches!(view.pte(pid, vpn), Pte::Swapped { .. }) || matches!(object, Some(ObjectPage::Slot(_)))
        })
    })
}

fn meets_object(view: &View, pid: Pid, addr: VirtAddr, end: u64) -> bool {
    view.vmas_of(pid).any(|vma| vma.object.is_some() && vma.start.0 < end && addr.0 >> 12 < vma.end.0)
}
