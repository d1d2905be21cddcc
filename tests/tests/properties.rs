//! Random commands, shrunk when they fail. After each command: every invariant holds, the fold of the events equals the
//! view read off the machine, and taking the events back gives the view before. The seed of a failure is kept by
//! proptest in `properties.proptest-regressions`.

use pageturner::config::contig::{ContigConfig, Prefer, Rescue};
use pageturner::config::memarea::MemareaConfig;
use pageturner::config::{
    AllocatorKind, AnonKind, BuddyConfig, Coalesce, Compact, Config, GravityConfig, HeapTopConfig, Hole, Joining,
    OffsetFrom, PageArrayConfig, QuickFitConfig, RmapKind, Round, StoreKind, Zone,
};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::{Pfn, Pid, VirtAddr, Vpn};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::entry::Entries;
use pageturner::vocabulary::frame::FrameUse;
use pageturner::vocabulary::object::Object;
use pageturner::vocabulary::process::KERNEL;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use pageturner::vocabulary::run::Run;
use pageturner::vocabulary::trace::NullTrace;
use pageturner::vocabulary::vma::Vma;
use proptest::prelude::*;

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

/// Runs of some large pages, mapped here and there.
fn segment_command() -> impl Strategy<Value = (u64, Command)> {
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
    ];
    (0u64..8, any_command)
}

/// Commands among which equal pages are common: mergeable memory, few different bytes, much swapping.
fn merging_command() -> impl Strategy<Value = (u64, Command)> {
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

fn aim(session: &Session, who: u64, mut command: Command) -> Command {
    let living: Vec<Pid> = session.view().processes.keys().copied().filter(|pid| *pid != KERNEL).collect();
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
            (*pid, addr.0) = (chosen, session.view().processes[&chosen].brk_start.0 + (addr.0 << shift))
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
            let runs = session.view().runs.iter().filter(|(_, run)| !unpin || run.pins > 0);
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
        Command::Spawn(_)
        | Command::Alloc(_)
        | Command::Reclaim(_)
        | Command::MergePass
        | Command::Compact
        | Command::Vmalloc(_)
        | Command::Note(_)
        | Command::Ask(_)
        | Command::Expect(_) => {}
    }
    command
}

/// A run that nobody maps and no device uses.
fn nth_unmapped(view: &View, n: Pfn) -> Option<(Pfn, Run)> {
    let idle = |(_, run): &(&Pfn, &Run)| run.mapped.is_none() && run.pins == 0 && run.id.0 > 0;
    view.runs.iter().filter(idle).cycle_to(n.index()).map(|(first, run)| (*first, *run))
}

/// Something that can be moved, to a place that is free.
fn migrate(view: &View, from: Pfn, to: Pfn) -> Command {
    let movable = |pfn: &Pfn| match view.frames.get(*pfn).state {
        FrameUse::Page => true,
        FrameUse::Run { first } => first == *pfn && view.runs[&first].may_move(),
        _ => false,
    };
    let all = || (0..view.frames.len()).map(Pfn);
    let Some(from) = all().filter(movable).cycle_to(from.index()) else { return Command::Compact };
    let run = view.runs.get(&from);
    let is = |pfn: Pfn| {
        let state = (pfn.0 < view.frames.len()).then(|| view.frames.get(pfn).state);
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

fn run(config: Config, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    let mut session = Session::new(config).unwrap();
    for (who, command) in commands {
        let command = aim(&session, who, command);
        let buddy = session.config().allocator == AllocatorKind::Buddy;
        if matches!(command, Command::Alloc(Request { pages, .. }) if buddy && pages > 1 << session.config().max_order)
        {
            continue;
        }
        let before = session.view().clone();
        session.run(command.clone()).map_err(|refusal| TestCaseError::fail(format!("{command:?}: {refusal}")))?;
        let broken = session.check();
        prop_assert!(broken.is_empty(), "after {:?}: {:#?}", command, broken);
        let mut back = session.view().clone();
        let last = session.steps().len() as u32 - 1;
        for event in session.events_of(last).rev() {
            back.revert(&session.events()[event as usize]);
        }
        prop_assert_eq!(back.difference(&before), None, "reverting {:?}", command);
        prop_assert_eq!(back.tally, before.tally);
    }
    seek_everywhere(session)
}

/// How the way back is found, and whether anybody listens, changes neither what is answered nor what the machine comes
/// to.
fn same_machine(buddy: BuddyConfig, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    same_machine_with(Config { buddy, ..Config::default() }, commands)
}

fn same_machine_with(base: Config, commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    let with = |rmap| Config { frames: 40, swap_slots: 16, rmap, tlb_entries: 8, ..base.clone() };
    let schemes = [RmapKind::None, RmapKind::VmaOffset, RmapKind::PteChain, RmapKind::ObjectList, RmapKind::Object];
    let mut machines = schemes.map(|rmap| Session::new(with(rmap)).unwrap());
    let mut unheard = Machine::new(with(RmapKind::Object)).unwrap();
    for (who, command) in commands {
        let command = aim(&machines[0], who, command);
        let replies = machines.each_mut().map(|machine| machine.run(command.clone()).ok());
        prop_assert_eq!(
            &unheard.apply(&command, &mut NullTrace).ok(),
            &replies[4],
            "with nobody listening: {:?}",
            command
        );
        prop_assert!(replies.iter().all(|reply| *reply == replies[0]), "{:?}: {:?}", command, replies);
    }
    prop_assert_eq!(View::of(&unheard).difference(machines[4].view()), None, "with nobody listening");
    let strip = |session: &Session| View { entries: Entries::default(), ..session.view().clone() };
    for machine in &machines[1..] {
        prop_assert_eq!(strip(machine).difference(&strip(&machines[0])), None);
    }
    Ok(())
}

/// The same of runs by large pages: nobody listening changes nothing.
fn same_segments(commands: Vec<(u64, Command)>) -> Result<(), TestCaseError> {
    for geometry in [GeometryKind::X86_32, GeometryKind::X86_64] {
        let config = Config { geometry, allocator: AllocatorKind::QuickFit, ..config(8192, 16, RmapKind::Object) };
        let mut told = Session::new(config.clone()).unwrap();
        let mut silent = Machine::new(config).unwrap();
        for (who, command) in &commands {
            let command = aim(&told, *who, command.clone());
            prop_assert_eq!(silent.apply(&command, &mut NullTrace).ok(), told.run(command).ok());
        }
        prop_assert_eq!(View::of(&silent).difference(told.view()), None, "with nobody listening");
    }
    Ok(())
}

/// Where pages lie changes nothing that a process can see: the same commands are answered alike on a machine whose pages
/// are moved about between them.
fn moved_about(commands: Vec<(u64, Command)>, moves: Vec<(u32, u32)>) -> Result<(), TestCaseError> {
    let mut still = Session::new(config(512, 64, RmapKind::Object)).unwrap();
    let mut moving = Session::new(config(512, 64, RmapKind::Object)).unwrap();
    for (n, (who, command)) in commands.into_iter().enumerate() {
        let command = aim(&still, who, command);
        // Where a run is given depends on what is free.
        if let Command::Alloc(_) | Command::Free(_) | Command::Migrate(_) | Command::Compact = command {
            continue;
        }
        // Which page is dropped, and reads as zeroes from then on, follows from where pages lie: so none may be.
        if matches!(&command, Command::Mmap(Mmap { flags, .. }) if flags.contains(&MapFlag::Droppable)) {
            continue;
        }
        let (from, to) = moves[n % moves.len()];
        let replies = [&mut still, &mut moving].map(|machine| machine.run(command.clone()).ok());
        // Which page is the next victim, and so which of two equal pages is in memory, follows from where they lie.
        if !matches!(command, Command::Reclaim(_) | Command::MergePass) {
            prop_assert_eq!(&replies[0], &replies[1], "{:?}", command);
        }
        for k in 0..3 {
            let shift = migrate(moving.view(), Pfn(from + k * 7), Pfn(to + k * 31));
            moving.run(shift).unwrap();
        }
        let broken = moving.check();
        prop_assert!(broken.is_empty(), "after moving: {:#?}", broken);
    }
    let readable = |vma: &&Vma| !vma.prot.is_empty() && vma.object.is_none();
    let vmas: Vec<Vma> = still.view().vmas.values().flat_map(|vmas| vmas.values()).filter(readable).cloned().collect();
    for vma in vmas.iter().filter(|vma| vma.pid != KERNEL) {
        let read = Command::Read(Read { pid: vma.pid, addr: VirtAddr(vma.start.0 << 12), len: vma.pages() << 12 });
        prop_assert!(still.run(read.clone()).unwrap() == moving.run(read).unwrap(), "{:?}", vma);
    }
    Ok(())
}

/// Every place reached by any jump looks as it does when reached from the start.
fn seek_everywhere(mut session: Session) -> Result<(), TestCaseError> {
    let events = session.events().len() as u32;
    let mut fold = Session::new(session.config().clone()).unwrap().view().clone();
    let mut at = 0;
    for stop in (0..=events).step_by(1 + events as usize / 7) {
        for event in &session.events()[at..stop as usize] {
            fold.apply(event);
        }
        at = stop as usize;
        for from in [0, events] {
            session.seek_event(from);
            session.seek_event(stop);
            prop_assert_eq!(session.view().difference(&fold), None);
        }
    }
    cut_in_the_middle(session)
}

/// A command in the middle of another cuts that one and the future; a refused one cuts nothing.
fn cut_in_the_middle(mut session: Session) -> Result<(), TestCaseError> {
    session.seek_event(session.events().len() as u32 / 2);
    let (at, steps) = (session.cursor(), session.steps().len());
    session.run(Command::Free(Free { pfn: Pfn(u32::MAX), pages: 1 })).unwrap_err();
    prop_assert_eq!((session.cursor(), session.steps().len()), (at, steps));
    session.run(Command::Alloc(Request::of(1))).unwrap();
    prop_assert_eq!(session.steps().len() as u32, at.step + 1);
    prop_assert_eq!(session.check(), Vec::<String>::new());
    Ok(())
}

fn regressions() -> Option<Box<dyn proptest::test_runner::FailurePersistence>> {
    Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct("tests/properties.proptest-regressions")))
}

fn commands(most: usize) -> impl Strategy<Value = Vec<(u64, Command)>> {
    proptest::collection::vec(command(), 1..most)
}

fn buddy() -> impl Strategy<Value = BuddyConfig> {
    let per_cpu = prop_oneof![Just((0u32, 0u8)), (1u32..12, 0u8..4)];
    (any::<bool>(), per_cpu, any::<bool>(), 1u8..5, any::<bool>()).prop_map(
        |(bitmap, (per_cpu, per_cpu_order), mobility, pageblock, kswapd)| {
            let store = if bitmap { StoreKind::Bitmap } else { StoreKind::Lists };
            BuddyConfig { store, per_cpu, per_cpu_order, mobility: mobility && !bitmap, pageblock, kswapd }
        },
    )
}

/// Any allocator but the buddy, with settings.
fn allocator() -> impl Strategy<Value = Config> {
    const KINDS: [AllocatorKind; 5] = [
        AllocatorKind::PageArray,
        AllocatorKind::Gravity,
        AllocatorKind::QuickFit,
        AllocatorKind::Memarea,
        AllocatorKind::HeapTop,
    ];
    let kind = proptest::sample::select(&KINDS[..]);
    (kind, any::<bool>(), any::<bool>(), 1u8..20, 0u32..3).prop_map(|(allocator, one, other, length, areas)| Config {
        allocator,
        page_array: PageArrayConfig {
            longest: length,
            coalesce: if one { Joining::Lazy } else { Joining::Eager },
            reclaim_neighbours: other,
        },
        gravity: GravityConfig { keep: length, areas },
        quick_fit: QuickFitConfig {
            lists: length,
            coalesce: if one { Coalesce::OnMiss } else { Coalesce::Never },
            round: if other { Round::None } else { Round::Eighth },
            large: if other { 1024 } else { 8 },
        },
        ..Config::default()
    })
}

fn config(frames: u32, swap_slots: u32, rmap: RmapKind) -> Config {
    Config { frames, swap_slots, rmap, tlb_entries: 8, ..Config::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: regressions(), ..ProptestConfig::default() })]

    #[test]
    fn roomy(commands in commands(120)) {
        run(Config { fault_around: 16, ..config(256, 64, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn short_of_memory(commands in commands(120)) {
        run(config(32, 16, RmapKind::Object), commands)?;
    }

    #[test]
    fn short_of_memory_and_swap_without_a_reverse_map(commands in commands(80)) {
        run(config(32, 4, RmapKind::None), commands)?;
    }

    #[test]
    fn one_pair_per_frame(commands in commands(80)) {
        run(config(48, 16, RmapKind::VmaOffset), commands)?;
    }

    #[test]
    fn one_pair_per_frame_with_the_faults_of_1998(commands in commands(80)) {
        let config = config(48, 16, RmapKind::VmaOffset);
        run(Config { offset_from: OffsetFrom::VmStart, trust_count: true, ..config }, commands)?;
    }

    #[test]
    fn chains_of_one_pointer(commands in commands(80)) {
        run(Config { chain_pointers: 1, ..config(48, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn chains_of_seven_pointers(commands in commands(80)) {
        run(config(96, 16, RmapKind::PteChain), commands)?;
    }

    #[test]
    fn lists_of_vmas_and_one_anon_vma_for_a_family(commands in commands(80)) {
        run(Config { anon: AnonKind::AnonVma, ..config(48, 16, RmapKind::ObjectList) }, commands)?;
    }

    #[test]
    fn trees_of_vmas_and_one_anon_vma_for_a_family(commands in commands(80)) {
        run(Config { anon: AnonKind::AnonVma, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn every_scheme_makes_the_same_machine(commands in commands(80)) {
        same_machine(BuddyConfig::default(), commands)?;
    }

    #[test]
    fn every_setting_of_the_buddy(commands in commands(80), buddy in buddy()) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 64)];
        run(Config { zones, max_order: 4, min_free: 3, buddy, ..config(64, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn every_setting_of_the_buddy_with_nobody_listening(commands in commands(80), buddy in buddy()) {
        same_machine(buddy, commands)?;
    }

    #[test]
    fn every_allocator(commands in commands(80), allocator in allocator()) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 64)];
        let holes = vec![Hole { start: 30, frames: 2 }];
        run(Config { frames: 64, zones, holes, min_free: 2, swap_slots: 16, tlb_entries: 8, ..allocator }, commands)?;
    }

    #[test]
    fn every_allocator_with_nobody_listening(commands in commands(60), allocator in allocator()) {
        same_machine_with(allocator, commands)?;
    }

    #[test]
    fn what_processes_read_stays_where_pages_move(
        commands in commands(60),
        moves in proptest::collection::vec((0u32..1000, 0u32..1000), 1..20),
    ) {
        moved_about(commands, moves)?;
    }

    #[test]
    fn merged_pages_read_the_same_where_they_move(
        commands in proptest::collection::vec(merging_command(), 1..80),
        moves in proptest::collection::vec((0u32..1000, 0u32..1000), 1..20),
    ) {
        moved_about(commands, moves)?;
    }

    #[test]
    fn classroom(commands in commands(120)) {
        run(Config { frames: 64, swap_slots: 16, fault_around: 4, ..Config::classroom() }, commands)?;
    }

    #[test]
    fn two_levels_of_x86_32(commands in commands(120)) {
        run(Config { geometry: GeometryKind::X86_32, fault_around: 4, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn segments_by_large_pages(commands in proptest::collection::vec(segment_command(), 1..40)) {
        let allocator = AllocatorKind::QuickFit;
        let config = Config { geometry: GeometryKind::X86_32, allocator, ..config(8192, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn segments_that_slide_while_they_are_mapped(commands in proptest::collection::vec(segment_command(), 1..40)) {
        let allocator = AllocatorKind::HeapTop;
        let config = Config { geometry: GeometryKind::X86_32, allocator, ..config(5000, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn segments_silent_and_told(commands in proptest::collection::vec(segment_command(), 1..60)) {
        same_segments(commands)?;
    }

    #[test]
    fn equal_pages(commands in proptest::collection::vec(merging_command(), 1..120)) {
        run(config(64, 32, RmapKind::Object), commands)?;
    }

    #[test]
    fn every_scheme_finds_merged_pages(commands in proptest::collection::vec(merging_command(), 1..120)) {
        same_machine(BuddyConfig::default(), commands)?;
    }

    #[test]
    fn any_size_at_any_place_with_every_improvement(commands in commands(100), swap in any::<bool>(), bitmap in any::<bool>()) {
        let memarea = MemareaConfig { zap_cache: true, move_pages: true, swap_out: true, bitmap };
        let prefer = if swap { Prefer::Swap } else { Prefer::Move };
        let contig = ContigConfig { prefer, ..ContigConfig::default() };
        let config = Config { allocator: AllocatorKind::Memarea, memarea, contig, hash_pages: 3, ..config(48, 16, RmapKind::Object) };
        run(config, commands)?;
    }

    #[test]
    fn any_size_at_any_place_as_it_was_posted(commands in commands(80), reclaim in any::<bool>()) {
        let contig = ContigConfig { rescue: if reclaim { Rescue::Reclaim } else { Rescue::Compact }, ..ContigConfig::default() };
        run(Config { allocator: AllocatorKind::Memarea, contig, ..config(48, 16, RmapKind::None) }, commands)?;
    }

    #[test]
    fn windows_of_look_aside_runs(commands in commands(80)) {
        run(Config { allocator: AllocatorKind::QuickFit, min_free: 3, ..config(48, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn zones_holes_and_a_reserve(commands in commands(80)) {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = vec![zone("DMA", 0, 20), zone("Normal", 20, 96)];
        let holes = vec![Hole { start: 10, frames: 3 }, Hole { start: 50, frames: 7 }];
        run(Config { frames: 96, zones, holes, reserved: 2, max_order: 4, min_free: 2, swap_slots: 8, ..Config::default() }, commands)?;
    }

    #[test]
    fn look_aside_lists(commands in commands(80)) {
        run(Config { allocator: AllocatorKind::QuickFit, ..config(64, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn the_top_of_the_heap(commands in commands(120)) {
        run(Config { allocator: AllocatorKind::HeapTop, ..config(48, 16, RmapKind::Object) }, commands)?;
    }

    #[test]
    fn the_heap_slides_in_the_background(commands in commands(120)) {
        let heap_top = HeapTopConfig { compact: Compact::Background, gaps: 10, step: 3, large: 4, ..HeapTopConfig::default() };
        run(Config { allocator: AllocatorKind::HeapTop, heap_top, ..config(64, 16, RmapKind::PteChain) }, commands)?;
    }

    #[test]
    fn equal_pages_slide(commands in proptest::collection::vec(merging_command(), 1..120)) {
        let heap_top = HeapTopConfig { compact: Compact::Background, gaps: 0, step: 3, ..HeapTopConfig::default() };
        run(Config { allocator: AllocatorKind::HeapTop, heap_top, ..config(64, 32, RmapKind::Object) }, commands)?;
    }
}
