//! Segments under the allocators of the mail of 2013, at random: requests, pins, processes that touch, fork and exit,
//! on memory small enough that compaction, reclaim and the end of memory are met all the time, under settings at
//! random. After each command every invariant holds, every segment has the bytes that it had when it was given, and
//! with nobody listening the machine is the same.

use pageturner::config::{
    AllocatorKind, Amount, Coalesce, Compact, Config, HeapTopConfig, Hole, Holes, Locked, QuickFitConfig, Round,
    UnmovableRuns, Zone,
};
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::Pte;
use pageturner::lab::check::check;
use pageturner::lab::measure::counting::Counting;
use pageturner::lab::measure::tally::Tally;
use pageturner::lab::time::session::Session;
use pageturner::lab::time::view::View;
use pageturner::os::machine::Machine;
use pageturner::units::Pid;
use pageturner::units::{Pfn, RunId, VirtAddr};
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::reply::Reply;
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use pageturner::vocabulary::trace::NullTrace;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is done next; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Do {
    Alloc(Request),
    Free(usize),
    Pin(usize),
    Unpin(usize),
    Spawn,
    Fork(usize),
    Exit(usize),
    Write(usize, u64, u8),
    Reclaim(u32),
    Compact,
}

fn request() -> impl Strategy<Value = Request> {
    let gfp = prop_oneof![6 => Just(Gfp::default()), 1 => Just(Gfp::ATOMIC), 1 => Just(Gfp::empty())];
    let mobility = prop_oneof![5 => Just(Mobility::Movable), 1 => Just(Mobility::Unmovable)];
    let pages = prop_oneof![6 => 1u32..7, 1 => 8u32..20];
    (pages, 0u32..3, 0u32..4, gfp, mobility).prop_map(|(pages, align, offset, gfp, mobility)| {
        let align = 1 << align;
        Request { align, offset: offset % align, gfp, mobility, ..Request::of(pages) }
    })
}

fn action() -> impl Strategy<Value = Do> {
    prop_oneof![
        8 => request().prop_map(Do::Alloc),
        6 => any::<usize>().prop_map(Do::Free),
        2 => any::<usize>().prop_map(Do::Pin),
        2 => any::<usize>().prop_map(Do::Unpin),
        2 => Just(Do::Spawn),
        1 => any::<usize>().prop_map(Do::Fork),
        1 => any::<usize>().prop_map(Do::Exit),
        10 => (any::<usize>(), 0u64..12, any::<u8>()).prop_map(|(n, page, byte)| Do::Write(n, page, byte)),
        1 => (1u32..8).prop_map(Do::Reclaim),
        1 => Just(Do::Compact),
    ]
}

const MEMORY: u64 = 0x40000;

fn nth<T>(mut all: Vec<T>, n: usize) -> Option<T> {
    let n = n % all.len().max(1);
    (!all.is_empty()).then(|| all.swap_remove(n))
}

/// As a command on the machine as it is.
fn aim(view: &View, action: &Do) -> Option<Command> {
    let run = |n: usize, pinned: Option<bool>| {
        let fits = |pins: u32| pinned.is_none_or(|pinned| pinned == (pins > 0));
        nth(view.runs.iter().filter(|(_, run)| fits(run.pins)).map(|(pfn, run)| (*pfn, run.clone())).collect(), n)
    };
    let pid = |n: usize| nth(view.spaces.keys().copied().collect(), n);
    Some(match action {
        Do::Alloc(request) => Command::Alloc(*request),
        Do::Free(n) => {
            let (pfn, run) = run(*n, Some(false))?;
            Command::Free(Free { pfn, pages: run.request.pages })
        }
        Do::Pin(n) => Command::Pin(Pin { pfn: run(*n, None)?.0 }),
        Do::Unpin(n) => Command::Unpin(Unpin { pfn: run(*n, Some(true))?.0 }),
        Do::Spawn => Command::Spawn(Spawn { pid: None, name: None }),
        Do::Fork(n) => Command::Fork(Fork { pid: pid(*n)?, child: None, name: None }),
        Do::Exit(n) => Command::Exit(Exit { pid: pid(*n)? }),
        Do::Write(n, page, byte) => {
            let pid = pid(*n)?;
            match view.vmas_of(pid).next() {
                Some(vma) => {
                    let addr = VirtAddr((vma.start.0 + page) << view.geometry().page_shift);
                    Command::Write(Write { pid, addr, bytes: vec![*byte; 3] })
                }
                None => Command::Mmap(Mmap {
                    pid,
                    addr: Some(VirtAddr(MEMORY)),
                    pages: 12,
                    prot: Prot::READ | Prot::WRITE,
                    flags: vec![MapFlag::Private, MapFlag::Anonymous],
                    file: None,
                    pgoff: 0,
                }),
            }
        }
        Do::Reclaim(frames) => Command::Reclaim(Reclaim { frames: *frames }),
        Do::Compact => Command::Compact,
    })
}

/// Each segment's bytes, as far as it has any.
fn contents(view: &View) -> BTreeMap<RunId, Vec<Option<Vec<u8>>>> {
    let bytes =
        |n| view.ram.bytes(Pfn(n)).map(|bytes| bytes[..].to_vec()).filter(|bytes| bytes.iter().any(|b| *b != 0));
    let of = |(first, run): (&Pfn, &pageturner::vocabulary::run::Run)| {
        (run.id, (first.0..first.0 + run.given).map(bytes).collect())
    };
    view.runs.iter().map(of).collect()
}

fn run(config: Config, actions: Vec<Do>) -> Result<(), TestCaseError> {
    let mut session = Session::new(config.clone()).unwrap();
    let mut unheard = Machine::new(config).unwrap();
    for action in actions {
        let Some(command) = aim(session.view(), &action) else { continue };
        let before = session.view().clone();
        let reply = session.run(command.clone()).ok();
        prop_assert_eq!(&unheard.apply(&command, &mut NullTrace).ok(), &reply, "with nobody listening: {:?}", command);
        let broken = session.check();
        prop_assert!(broken.is_empty(), "after {:?}: {:#?}", command, broken);
        let (had, has) = (contents(&before), contents(session.view()));
        for (id, bytes) in &has {
            prop_assert!(had.get(id).is_none_or(|had| had == bytes), "run {id} has other bytes after {command:?}");
        }
        let pinned = |view: &View| {
            view.runs
                .iter()
                .filter(|(_, run)| run.pins > 0)
                .map(|(pfn, run)| (run.id, *pfn))
                .collect::<BTreeMap<_, _>>()
        };
        let now = pinned(session.view());
        prop_assert!(
            pinned(&before).iter().all(|(id, pfn)| now.get(id).is_none_or(|now| now == pfn)),
            "a pinned run moved"
        );
        if reply.is_some() {
            let mut back = session.view().clone();
            let last = session.steps().len() as u32 - 1;
            session.events_in(session.events_of(last)).iter().rev().for_each(|event| back.revert(event));
            prop_assert_eq!(back.difference(&before), None, "reverting {:?}", command);
        }
    }
    prop_assert_eq!(View::of(&unheard).difference(session.view()), None, "with nobody listening");
    Ok(())
}

fn memory(allocator: AllocatorKind) -> impl Strategy<Value = Config> {
    (any::<bool>(), any::<bool>(), 0u32..3, 0u32..20).prop_map(move |(zones, holes, min_free, swap_slots)| {
        let zone = |name: &str, start, end| Zone { name: name.into(), start, end };
        let zones = if zones { vec![zone("DMA", 0, 30), zone("Normal", 30, 80)] } else { Vec::new() };
        let holes = if holes { vec![Hole { start: 13, frames: 3 }, Hole { start: 60, frames: 5 }] } else { Vec::new() };
        Config {
            allocator,
            frames: 80,
            zones,
            holes,
            min_free,
            swap_slots,
            reserved: 1,
            tlb_entries: 8,
            ..Config::default()
        }
    })
}

fn heap_top() -> impl Strategy<Value = HeapTopConfig> {
    let locked = prop_oneof![Just(Locked::Below), Just(Locked::Above), Just(Locked::Wait), Just(Locked::Panic)];
    let choices = (any::<[bool; 5]>(), locked, 0u32..5, 0u8..101, 0u8..101, 1u32..20);
    choices.prop_map(|([background, needed, cross, among, fill_gaps], locked, large, degrade, gaps, step)| {
        HeapTopConfig {
            compact: if background { Compact::Background } else { Compact::OnMiss },
            amount: if needed { Amount::Needed } else { Amount::All },
            holes: if cross { Holes::Cross } else { Holes::Separate },
            locked,
            unmovable: if among { UnmovableRuns::Among } else { UnmovableRuns::Apart },
            fill_gaps,
            large: 1 << large,
            degrade,
            gaps,
            step,
            patience: 2,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn heap_top_keeps_what_it_moves(memory in memory(AllocatorKind::HeapTop), heap_top in heap_top(), actions in proptest::collection::vec(action(), 1..120)) {
        run(Config { heap_top, ..memory }, actions)?;
    }

    #[test]
    fn quick_fit_keeps_what_is_moved_for_it(
        memory in memory(AllocatorKind::QuickFit),
        lists in 1u8..8,
        large in 0u32..5,
        round in prop_oneof![Just(Round::None), Just(Round::PowerOfTwo), Just(Round::Eighth)],
        coalesce in prop_oneof![Just(Coalesce::Never), Just(Coalesce::OnMiss)],
        actions in proptest::collection::vec(action(), 1..120),
    ) {
        run(Config { quick_fit: QuickFitConfig { lists, large: 1 << large, round, coalesce }, ..memory }, actions)?;
    }

    /// Without locked segments, holes and large ones, and page tables in the last gaps, address order is the order of
    /// age.
    #[test]
    fn segments_lie_in_the_order_of_their_age(amount in any::<bool>(), actions in proptest::collection::vec(action(), 1..120)) {
        let amount = if amount { Amount::Needed } else { Amount::All };
        let config = Config { allocator: AllocatorKind::HeapTop, frames: 64, swap_slots: 8, heap_top: HeapTopConfig { amount, ..HeapTopConfig::default() }, ..Config::default() };
        let mut session = Session::new(config).unwrap();
        for action in actions.iter().filter(|action| !matches!(action, Do::Pin(_) | Do::Spawn)) {
            if let Some(command) = aim(session.view(), action) {
                let _ = session.run(command);
            }
            let movable = session.view().runs.values().filter(|run| run.request.mobility == Mobility::Movable);
            let ages: Vec<RunId> = movable.map(|run| run.id).collect();
            prop_assert!(ages.is_sorted(), "{:?}", ages);
        }
    }
}

/// Moving a mapped run keeps its bytes and its entries; where frames and pages are aligned alike it has large pages.
#[test]
fn a_run_that_moves_keeps_its_bytes_and_loses_and_regains_its_large_pages() {
    for (geometry, large) in [(GeometryKind::X86_32, 1024), (GeometryKind::X86_64, 512)] {
        let allocator = AllocatorKind::QuickFit;
        let config = Config { geometry, frames: 16 << 10, allocator, ..Config::default() };
        let mut machine = Machine::new(config).expect("a machine");
        let apply = |machine: &mut Machine, command| machine.apply(&command, &mut NullTrace).expect("sense");
        let pid = Pid(1);
        apply(&mut machine, Command::Spawn(Spawn { pid: None, name: None }));
        let request = Request { mobility: Mobility::Movable, ..Request::of(2 * large + 7) };
        let Reply::Run(given) = apply(&mut machine, Command::Alloc(request)) else { panic!("no run") };
        let mut first = Pfn(4 << 10);
        apply(&mut machine, Command::Migrate(Migrate { from: given, to: first }));
        let map = Command::MapRun(MapRun { pid, pfn: first, addr: None, prot: Prot::READ | Prot::WRITE });
        let Reply::Addr(at) = apply(&mut machine, map) else { panic!("not mapped") };
        let addr = VirtAddr(at.0 + 4096 * u64::from(large) - 2);
        apply(&mut machine, Command::Write(Write { pid, addr, bytes: b"over".to_vec() }));
        let free = View::of(&machine).free().total_frames();
        for to in [Pfn(8 << 10), Pfn((12 << 10) + 5), Pfn((12 << 10) + 1), Pfn(10 << 10)] {
            let mut events = Vec::new();
            let migrate = Command::Migrate(Migrate { from: first, to });
            let mut keep = |event: &Event| events.push(event.clone());
            let mut tally = Tally::default();
            let mut counting = Counting::new(&machine, &mut tally).handing_to(Some(&mut keep));
            machine.apply(&migrate, &mut counting).expect("a free place");
            first = to;
            assert_eq!(check(&machine), Vec::<String>::new(), "at {to}");
            let read = Command::Read(Read { pid, addr, len: 4 });
            assert_eq!(apply(&mut machine, read), Reply::Bytes(b"over".to_vec()), "at {to}");
            let view = View::of(&machine);
            let entry = view.pte(pid, geometry.geometry().vpn(addr));
            assert!(matches!(entry, Pte::Mapped { dirty: true, .. }), "{entry:?} at {to}");
            assert_eq!(view.free_frames(), free, "no frame more or less");
            let ptes = events.iter().filter(|event| matches!(event, Event::Pte { .. })).count();
            let large_pages = to.0.is_multiple_of(large);
            assert!(large_pages && ptes == 2 + 7 || ptes as u32 > 2 * large, "{ptes} entries at {to}");
        }
        apply(&mut machine, Command::UnmapRun(UnmapRun { pid, addr: at }));
        assert_eq!(check(&machine), Vec::<String>::new());
    }
}

#[test]
fn an_empty_machine_is_compact() {
    let mut machine = Machine::new(Config::default()).expect("a machine");
    assert_eq!(machine.apply(&Command::Compact, &mut NullTrace), Ok(Reply::Count(0)));
}
