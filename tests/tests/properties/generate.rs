//! Random commands, with small numbers for pages, processes and runs: `aim` makes them meet what there is.

use pageturner::units::{HeapId, Pfn, Pid, PortId, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::port::SendBy;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use proptest::prelude::*;

pub fn commands(most: usize) -> impl Strategy<Value = Vec<(u64, Command)>> {
    proptest::collection::vec(command(), 1..most)
}

/// A command of process 0, with page numbers for addresses: `aim` gives it a living process and real addresses.
fn command() -> impl Strategy<Value = (u64, Command)> {
    let pid = Pid(0);
    let a = VirtAddr;
    let any_command = prop_oneof![
        1 => Just(Command::Spawn(Spawn { pid: None, name: None })),
        8 => (page(), 1u64..9, prot(), flags(), 0u64..8, file()).prop_map(move |(at, pages, prot, mut flags, pgoff, file)| {
            if pgoff > 2 {
                flags.push(MapFlag::Anonymous);
            }
            Command::Mmap(Mmap { pid, addr: Some(a(at)), pages, prot, flags, file: (pgoff < 3).then_some(file), pgoff: pgoff % 3 })
        }),
        2 => (file(), 0u64..32).prop_map(|(file, bytes)| Command::Truncate(Truncate { file, bytes })),
        1 => file().prop_map(|file| Command::Unlink(Unlink { file })),
        1 => (file(), 0u64..32, 1u64..90).prop_map(move |(file, offset, len)| Command::Pread(Pread { pid, file, offset, len })),
        2 => (file(), 0u64..32, any::<[u8; 40]>()).prop_map(move |(file, offset, bytes)| {
            Command::Pwrite(Pwrite { pid, file, offset, bytes: bytes.to_vec() })
        }),
        2 => (page(), 1u64..9).prop_map(move |(at, pages)| Command::Msync(Msync { pid, addr: a(at), pages })),
        1 => (page(), 1u64..9).prop_map(move |(at, pages)| Command::Mincore(Mincore { pid, addr: a(at), pages })),
        2 => (page(), 1u64..5).prop_map(move |(at, pages)| Command::Munmap(Munmap { pid, addr: a(at), pages })),
        4 => (page(), 1u64..9, prot(), 0u8..8).prop_map(move |(at, pages, prot, n)| {
            Command::Mprotect(Mprotect { pid, addr: a(at), pages, prot, growsdown: n == 0 })
        }),
        3 => (page(), 0u64..6, 1u64..9, proptest::option::of(page()), any::<bool>()).prop_map(move |(at, pages, new_pages, to, may_move)| {
            Command::Mremap(Mremap { pid, addr: a(at), pages, new_pages, to: to.map(a), may_move, dontunmap: false, hint: None })
        }),
        2 => (page(), 1u64..6, page(), any::<bool>()).prop_map(move |(at, pages, to, exact)| {
            let (to, hint) = if exact { (Some(a(to)), None) } else { (None, Some(a(to))) };
            Command::Mremap(Mremap { pid, addr: a(at), pages, new_pages: pages, to, may_move: true, dontunmap: true, hint })
        }),
        1 => (0u64..20).prop_map(move |at| Command::Brk(Brk { pid, addr: a(at) })),
        3 => (page(), 1u64..9, prop_oneof![1 => Just(Advice::Dontneed), 1 => Just(Advice::Pageout), 3 => Just(Advice::Mergeable), 1 => Just(Advice::Unmergeable)])
            .prop_map(move |(at, pages, advice)| Command::Madvise(Madvise { pid, addr: a(at), pages, advice })),
        3 => (page(), 1u64..9, flag_advice()).prop_map(move |(at, pages, advice)| Command::Madvise(Madvise { pid, addr: a(at), pages, advice })),
        1 => (page(), 1u64..5, any::<bool>()).prop_map(move |(at, pages, onfault)| Command::Mlock(Mlock { pid, addr: a(at), pages, onfault })),
        1 => any::<[bool; 3]>().prop_map(move |[current, future, onfault]| Command::Mlockall(Mlockall { pid, current, future, onfault })),
        2 => Just(Command::Munlockall(Munlockall { pid })),
        1 => (page(), 1u64..9).prop_map(move |(at, pages)| Command::Munlock(Munlock { pid, addr: a(at), pages })),
        2 => Just(Command::Fork(Fork { pid, child: None, name: None })),
        1 => Just(Command::Exit(Exit { pid })),
        1 => Just(Command::Exec(Exec { pid, name: "sh".into(), brk: None })),
        8 => (page(), 1u64..3).prop_map(move |(at, pages)| Command::Touch(Touch { pid, addr: a(at), pages })),
        3 => page().prop_map(move |at| Command::Read(Read { pid, addr: a(at), len: 5 })),
        4 => (page(), any::<[u8; 3]>()).prop_map(move |(at, bytes)| Command::Write(Write { pid, addr: a(at), bytes: bytes.to_vec() })),
        2 => (1u32..9).prop_map(|pages| Command::Alloc(Request::of(pages))),
        3 => request().prop_map(Command::Alloc),
        2 => (0u32..64, any::<bool>()).prop_map(|(n, pin)| if pin { Command::Pin(Pin { pfn: Pfn(n) }) } else { Command::Unpin(Unpin { pfn: Pfn(n) }) }),
        4 => (0u32..1000, 0u32..1000).prop_map(|(from, to)| Command::Migrate(Migrate { from: Pfn(from), to: Pfn(to) })),
        1 => Just(Command::Compact),
        1 => (1u64..5).prop_map(|pages| Command::Vmalloc(Vmalloc { pages })),
        1 => (0u64..8).prop_map(move |n| Command::Vfree(Vfree { addr: a(n) })),
        2 => (0u32..64).prop_map(|n| Command::Free(Free { pfn: Pfn(n), pages: 1 })),
        3 => (0u32..64, proptest::option::of(page()), prot()).prop_map(move |(n, at, prot)| {
            Command::MapRun(MapRun { pid, pfn: Pfn(n), addr: at.map(a), prot })
        }),
        1 => page().prop_map(move |at| Command::UnmapRun(UnmapRun { pid, addr: a(at) })),
        3 => (1u32..9).prop_map(|frames| Command::Reclaim(Reclaim { frames })),
        3 => Just(Command::MergePass),
        3 => Just(Command::Kswapd),
        5 => (heap(), prop_oneof![3 => 0u64..100, 1 => 0u64..20_000])
            .prop_map(move |(heap, bytes)| Command::Malloc(Malloc { pid, heap, bytes })),
        3 => (heap(), 0u64..40).prop_map(move |(heap, n)| Command::HeapFree(HeapFree { pid, heap, addr: a(n) })),
        1 => (heap(), 0u64..40, 0u64..9000).prop_map(move |(heap, n, bytes)| {
            Command::Realloc(Realloc { pid, heap, addr: a(n), bytes })
        }),
        1 => (heap(), 0u64..30, 0u64..90).prop_map(move |(heap, count, bytes)| {
            Command::Calloc(Calloc { pid, heap, count, bytes })
        }),
        1 => heap().prop_map(move |heap| Command::HeapTrim(HeapTrim { pid, heap })),
        4 => prop_oneof![3 => 0u64..200, 1 => 0u64..9000].prop_map(|bytes| Command::Kmalloc(Kmalloc { bytes })),
        3 => (0u64..40).prop_map(move |n| Command::Kfree(Kfree { addr: a(n) })),
        4 => (0u32..64, 0u64..64, 0usize..140, send_by(), proptest::option::of(0u64..9000)).prop_map(move |(port, n, header, by, bytes)| {
            Command::Send(Send { pid, port: PortId(port), addr: Some(a(n)), bytes, header: vec![7; header], by })
        }),
        4 => (0u32..64, proptest::option::of(page()), any::<bool>()).prop_map(move |(port, at, copied)| {
            let at = at.map(a);
            let (addr, into) = if copied { (None, at) } else { (at, None) };
            Command::Receive(Receive { pid, port: PortId(port), addr, into })
        }),
    ];
    (0u64..8, any_command)
}

fn send_by() -> impl Strategy<Value = SendBy> {
    prop_oneof![Just(SendBy::Remap), Just(SendBy::Copy), Just(SendBy::Cow), Just(SendBy::Auto)]
}

fn heap() -> impl Strategy<Value = HeapId> {
    (0u32..40).prop_map(HeapId)
}

/// Commands among which equal pages are common: mergeable memory, few different bytes, much swapping.
pub fn merging_command() -> impl Strategy<Value = (u64, Command)> {
    let pid = Pid(0);
    let a = VirtAddr;
    let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
    let advice = prop_oneof![6 => Just(Advice::Mergeable), 1 => Just(Advice::Unmergeable), 1 => Just(Advice::Pageout)];
    let any_command = prop_oneof![
        3 => (page(), 1u64..9).prop_map(move |(at, pages)| {
            let prot = Prot::READ | Prot::WRITE;
            Command::Mmap(Mmap { pid, addr: Some(a(at)), pages, prot, flags: flags.clone(), file: None, pgoff: 0 })
        }),
        6 => (page(), 1u64..9, advice).prop_map(move |(at, pages, advice)| Command::Madvise(Madvise { pid, addr: a(at), pages, advice })),
        6 => (page(), 1u64..5).prop_map(move |(at, pages)| Command::Touch(Touch { pid, addr: a(at), pages })),
        4 => (page(), 0u8..2).prop_map(move |(at, byte)| Command::Write(Write { pid, addr: a(at), bytes: vec![byte; 3] })),
        6 => page().prop_map(move |at| Command::Read(Read { pid, addr: a(at), len: 5 })),
        5 => Just(Command::MergePass),
        3 => Just(Command::Kswapd),
        4 => (1u32..12).prop_map(|frames| Command::Reclaim(Reclaim { frames })),
        1 => (page(), 1u64..4, prot()).prop_map(move |(at, pages, prot)| Command::Mprotect(Mprotect { pid, addr: a(at), pages, prot, growsdown: false })),
        1 => (page(), 1u64..4, page()).prop_map(move |(at, pages, to)| {
            Command::Mremap(Mremap { pid, addr: a(at), pages, new_pages: pages, to: Some(a(to)), may_move: true, dontunmap: false, hint: None })
        }),
        1 => (page(), 1u64..4).prop_map(move |(at, pages)| Command::Munmap(Munmap { pid, addr: a(at), pages })),
        1 => (page(), 1u64..4).prop_map(move |(at, pages)| Command::Mlock(Mlock { pid, addr: a(at), pages, onfault: false })),
        2 => Just(Command::Fork(Fork { pid, child: None, name: None })),
        1 => Just(Command::Exit(Exit { pid })),
    ];
    (0u64..8, any_command)
}

/// Runs of some large pages, mapped here and there.
pub fn segment_command() -> impl Strategy<Value = (u64, Command)> {
    let pid = Pid(0);
    // Mostly as a large page wants it.
    let place = (1u64..4, prop_oneof![3 => Just(0u64), 1 => 0u64..8]).prop_map(|(n, more)| VirtAddr(n * 2048 + more));
    let any_command = prop_oneof![
        1 => Just(Command::Spawn(Spawn { pid: None, name: None })),
        3 => (500u32..2600, any::<bool>()).prop_map(|(pages, moves)| {
            Command::Alloc(if moves { movable(pages) } else { Request::of(pages) })
        }),
        1 => (0u32..64).prop_map(|n| Command::Free(Free { pfn: Pfn(n), pages: 1 })),
        4 => (0u32..64, proptest::option::of(place), prot()).prop_map(move |(n, addr, prot)| {
            Command::MapRun(MapRun { pid, pfn: Pfn(n), addr, prot })
        }),
        2 => page().prop_map(move |at| Command::UnmapRun(UnmapRun { pid, addr: VirtAddr(at) })),
        2 => (page(), prot()).prop_map(move |(at, prot)| Command::Mprotect(Mprotect { pid, addr: VirtAddr(at), pages: 0, prot, growsdown: false })),
        2 => (page(), 1u64..3).prop_map(move |(at, pages)| Command::Touch(Touch { pid, addr: VirtAddr(at), pages })),
        3 => page().prop_map(move |at| Command::Read(Read { pid, addr: VirtAddr(at), len: 5 })),
        3 => (page(), any::<[u8; 3]>()).prop_map(move |(at, bytes)| Command::Write(Write { pid, addr: VirtAddr(at), bytes: bytes.to_vec() })),
        3 => (0u32..1000, 0u32..1000).prop_map(|(from, to)| Command::Migrate(Migrate { from: Pfn(from), to: Pfn(to) })),
        1 => Just(Command::Compact),
        1 => Just(Command::Fork(Fork { pid, child: None, name: None })),
        1 => Just(Command::Exit(Exit { pid })),
    ];
    (0u64..8, any_command)
}

/// A request that may need more than a free run.
fn request() -> impl Strategy<Value = Request> {
    let gfp = prop_oneof![3 => Just(Gfp::default()), 2 => Just(Gfp::ATOMIC), 1 => Just(Gfp::MOVE), 1 => Just(Gfp::RECLAIM), 1 => Just(Gfp::empty()), 1 => Just(Gfp::all())];
    let mobility = prop_oneof![2 => Just(Mobility::Movable), 1 => Just(Mobility::Unmovable)];
    (1u32..9, 0u32..4, any::<u32>(), gfp, mobility).prop_map(|(pages, align, offset, gfp, mobility)| {
        let align = 1 << align;
        Request { pages, align, offset: offset % align, gfp, mobility, ..Request::of(pages) }
    })
}

/// A page of a small arena, so that commands meet; the classroom's address space holds it, too.
fn page() -> impl Strategy<Value = u64> {
    40u64..72
}

fn prot() -> impl Strategy<Value = Prot> {
    prop_oneof![8 => Just(Prot::READ | Prot::WRITE), 2 => Just(Prot::READ), 1 => Just(Prot::empty()), 1 => Just(Prot::READ | Prot::EXEC)]
}

fn flags() -> impl Strategy<Value = Vec<MapFlag>> {
    let kind = prop_oneof![8 => Just(MapFlag::Private), 2 => Just(MapFlag::Shared), 1 => Just(MapFlag::Droppable)];
    let place = prop_oneof![5 => Just(Some(MapFlag::Fixed)), 1 => Just(None), 1 => Just(Some(MapFlag::FixedNoreplace))];
    let more = prop_oneof![
        6 => Just(None),
        1 => Just(Some(MapFlag::Noreserve)),
        1 => Just(Some(MapFlag::Populate)),
        1 => Just(Some(MapFlag::Growsdown)),
        1 => Just(Some(MapFlag::Locked))
    ];
    (kind, place, more).prop_map(|(kind, place, more)| [Some(kind), place, more].into_iter().flatten().collect())
}

/// Advice that sets or takes a flag of a VMA.
fn flag_advice() -> impl Strategy<Value = Advice> {
    proptest::sample::select(vec![
        Advice::Normal,
        Advice::Random,
        Advice::Sequential,
        Advice::Dontfork,
        Advice::Dofork,
        Advice::Dontdump,
        Advice::Dodump,
        Advice::Hugepage,
        Advice::Nohugepage,
        Advice::Wipeonfork,
        Advice::Keeponfork,
    ])
}

fn file() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just("data".to_owned()), 2 => Just("/dev/shm/ring".to_owned())]
}

fn movable(pages: u32) -> Request {
    Request { mobility: Mobility::Movable, ..Request::of(pages) }
}
