//! An allocator as part of a machine: what makes no sense is refused with its reason and changes nothing; what does not
//! fit fails; no byte is lost when memory is short.

use super::walks::Rng;
use pageturner::config::Config;
use pageturner::lab::time::session::Session;
use pageturner::units::{Pfn, Pid, VirtAddr};
use pageturner::vocabulary::command::{Command, Fork, Free, MapFlag, Mmap, Pin, Read, Spawn, Unpin, Write};
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::reply::Reply;
use pageturner::vocabulary::request::{Gfp, Mobility, Request};
use std::collections::BTreeMap;

/// Bad requests and bad frees.
pub fn refusals_change_nothing(config: Config) {
    let mut session = Session::new(Config { frames: 64, ..config }).unwrap();
    let given = |reply: Reply| match reply {
        Reply::Run(pfn) => pfn,
        other => panic!("{other:?}"),
    };
    let first = given(session.run(Command::Alloc(Request::of(3))).unwrap());
    let pinned = given(session.run(Command::Alloc(Request::of(2))).unwrap());
    let gone = given(session.run(Command::Alloc(Request::of(1))).unwrap());
    session.run(Command::Pin(Pin { pfn: pinned })).unwrap();
    session.run(Command::Free(Free { pfn: gone, pages: 1 })).unwrap();
    let alloc = |request: Request| Command::Alloc(request);
    let bad = [
        (alloc(Request::of(0)), "zero pages"),
        (alloc(Request::of(65)), "more than"),
        (alloc(Request::of(u32::MAX)), "more than"),
        (alloc(Request { align: 3, ..Request::of(1) }), "alignment"),
        (alloc(Request { align: 0, ..Request::of(1) }), "alignment"),
        (alloc(Request { align: 4, offset: 4, ..Request::of(1) }), "offset"),
        (alloc(Request { zone: Some(1), ..Request::of(1) }), "zone"),
        (Command::Free(Free { pfn: gone, pages: 1 }), "no run"),
        (Command::Free(Free { pfn: first, pages: 4 }), "has 3 pages, not 4"),
        (Command::Free(Free { pfn: first, pages: 0 }), "has 3 pages, not 0"),
        (Command::Free(Free { pfn: Pfn(first.0 + 1), pages: 2 }), "no run"),
        (Command::Free(Free { pfn: Pfn(64), pages: 1 }), "no frame 64"),
        (Command::Free(Free { pfn: Pfn(u32::MAX), pages: 1 }), "no frame"),
        (Command::Free(Free { pfn: pinned, pages: 2 }), "pinned"),
        (Command::Pin(Pin { pfn: gone }), "no run"),
        (Command::Unpin(Unpin { pfn: first }), "not pinned"),
    ];
    for (command, reason) in bad {
        let (before, events) = (session.view().clone(), session.event_count());
        let refusal = session.run(command.clone()).expect_err("refused");
        assert!(refusal.what.contains(reason), "{command:?}: {refusal}");
        assert!(!refusal.hint.is_empty(), "{command:?}: says what would be right");
        assert_eq!(session.view().difference(&before), None, "{command:?}");
        assert_eq!((session.event_count(), &session.view().tally), (events, &before.tally));
    }
    assert_eq!(session.check(), Vec::<String>::new());
    full_of_what_can_not_move(session);
}

/// Every frame held by runs that may not be moved: nothing serves a request, atomic or not, and nobody is killed for
/// it.
fn full_of_what_can_not_move(mut session: Session) {
    while matches!(session.run(Command::Alloc(Request::of(1))), Ok(Reply::Run(_))) {}
    for gfp in [Gfp::ATOMIC, Gfp::default()] {
        let before = session.view().clone();
        let reply = session.run(Command::Alloc(Request { gfp, ..Request::of(2) })).unwrap();
        assert!(!matches!(reply, Reply::Run(_)), "{reply:?}");
        assert_eq!(session.view().difference(&before), None);
    }
    assert_eq!(session.check(), Vec::<String>::new());
}

/// A page's bytes as they should be.
fn bytes_of(seed: u32) -> Vec<u8> {
    (0..16u32).map(|n| (seed.wrapping_mul(2_654_435_761) >> (n % 24)) as u8).collect()
}

/// Three processes with more pages than memory, fork among them, while contiguous runs come and go, movable and not.
pub fn contents_survive(config: Config) {
    let mut session = Session::new(Config { frames: 96, swap_slots: 256, ..config }).unwrap();
    let mut rng = Rng(11);
    let mut wanted: BTreeMap<(Pid, u64), u32> = BTreeMap::new();
    let base = 0x40_0000;
    for n in 1..=2u32 {
        session.run(Command::Spawn(Spawn { pid: None, name: None })).unwrap();
        let flags = vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed];
        let (prot, addr) = (Prot::READ | Prot::WRITE, Some(VirtAddr(base)));
        session.run(Command::Mmap(Mmap { pid: Pid(n), addr, pages: 48, prot, flags, file: None, pgoff: 0 })).unwrap();
    }
    let mut runs = Vec::new();
    for step in 0..600u32 {
        match rng.below(10) {
            0 => {
                let mobility = if rng.below(2) == 0 { Mobility::Movable } else { Mobility::Unmovable };
                let request = Request { mobility, align: 1 << rng.below(3), ..Request::of(1 + rng.below(12)) };
                if runs.len() < 4 && matches!(session.run(Command::Alloc(request)), Ok(Reply::Run(_))) {
                    runs.push(request);
                }
            }
            1 => {
                let held: Vec<_> = session.view().runs.iter().map(|(first, run)| (*first, run.request.pages)).collect();
                if let Some((pfn, pages)) = held.get(rng.below(5) as usize) {
                    session.run(Command::Free(Free { pfn: *pfn, pages: *pages })).unwrap();
                    runs.pop();
                }
            }
            2 if step % 5 == 0 => drop(session.run(Command::Compact).unwrap()),
            2 if step % 7 == 0 && session.view().spaces.len() < 4 => {
                let Ok(Reply::Pid(child)) = session.run(Command::Fork(Fork { pid: Pid(1), child: None, name: None }))
                else {
                    continue;
                };
                let copied: Vec<_> = wanted.range((Pid(1), 0)..(Pid(2), 0)).map(|((_, at), s)| (*at, *s)).collect();
                wanted.extend(copied.into_iter().map(|(at, seed)| ((child, at), seed)));
            }
            _ => {
                let living: Vec<Pid> = session.view().spaces.keys().copied().collect();
                let Some(pid) = living.get(rng.below(4) as usize) else { continue };
                let addr = VirtAddr(base + u64::from(rng.below(48)) * 4096 + 100);
                session.run(Command::Write(Write { pid: *pid, addr, bytes: bytes_of(step) })).unwrap();
                wanted.insert((*pid, addr.0), step);
            }
        }
        let broken = if step % 10 == 0 { session.check() } else { Vec::new() };
        assert!(broken.is_empty(), "step {step}: {broken:?}");
    }
    for ((pid, addr), seed) in wanted {
        if !session.view().spaces.contains_key(&pid) {
            continue;
        }
        let reply = session.run(Command::Read(Read { pid, addr: VirtAddr(addr), len: 16 })).unwrap();
        assert!(matches!(&reply, Reply::Bytes(bytes) if *bytes == bytes_of(seed)), "{pid} at {addr:x}: {reply:?}");
    }
    assert!(session.view().tally.disk_writes > 0, "memory was short");
    assert_eq!(session.view().tally.oom_kills, 0, "nobody was killed for a run");
}
