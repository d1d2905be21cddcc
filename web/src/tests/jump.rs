//! What a jump shows, held against the views at its two ends.

use super::translate::session;
use crate::jump::between;
use crate::session::JsSession;
use pageturner::config::Config;
use pageturner::lab::time::view::View;
use pageturner::units::Pfn;
use pageturner::vocabulary::event::Event;
use std::collections::BTreeSet;

/// Faults, a fork, copies, swapping, a stack that grows, runs that move, an end.
const HISTORY: &[&str] = &[
    r#"let p = spawn("p")"#,
    "let a = p.mmap(6)",
    "p.touch(a, 6)",
    "let c = p.fork()",
    "c.write(a, \"other\")",
    "reclaim(3)",
    "let s = p.mmap(#{ addr: 0x70000000, pages: 2, flags: [\"private\", \"anonymous\", \"fixed\", \"growsdown\"] })",
    "p.touch(s - 2 * PAGE)",
    "p.read(a, 4 * PAGE)",
    "p.munmap(a + PAGE, 2)",
    "c.exit()",
    "compact()",
];

/// All PTEs that are not empty, with their contents.
fn entries(view: &View) -> BTreeSet<(u32, u64, u64)> {
    let mut all = BTreeSet::new();
    for process in view.processes() {
        view.each_pte(process.pid, &mut |mapping| _ = all.insert((mapping.pid.0, mapping.vpn.0, mapping.raw)));
    }
    all
}

fn at(session: &mut JsSession, event: u32) -> View {
    session.seek_event(event);
    session.core().view().clone()
}

#[test]
fn a_jump_shows_what_is_different_at_its_ends_and_no_more() {
    let mut session = session(Config { frames: 64, swap_slots: 16, ..Config::default() }, HISTORY);
    let events = session.core().event_count();
    let places: Vec<u32> = (0..=12).map(|n| n * events / 12).collect();
    for (from, to) in places.iter().flat_map(|from| places.iter().map(move |to| (*from, *to))) {
        let (old, new) = (at(&mut session, from), at(&mut session, to));
        let jump = between(session.core(), from, to).unwrap();
        let differs = |pfn: &u32| old.frames.get(Pfn(*pfn)) != new.frames.get(Pfn(*pfn));
        for pfn in (0..64).filter(differs) {
            assert!(jump.frames.contains(&pfn), "frame {pfn} from {from} to {to}");
        }
        let on_the_way = session.core().events_in(from.min(to)..from.max(to));
        for pfn in &jump.frames {
            let written = on_the_way.iter().any(|event| {
                if let Event::Contents { pfn: whose, .. } | Event::Bytes { pfn: whose, .. } = event {
                    return whose.0 == *pfn;
                }
                event.name() == "pte" && old.ram.bytes(Pfn(*pfn)) != new.ram.bytes(Pfn(*pfn))
            });
            assert!(differs(pfn) || written, "frame {pfn} from {from} to {to}");
        }
        let (before, after) = (entries(&old), entries(&new));
        let changed: BTreeSet<_> = before.symmetric_difference(&after).map(|(pid, vpn, _)| (*pid, *vpn)).collect();
        let told: BTreeSet<_> = jump.pages.iter().copied().collect();
        assert!(changed.is_subset(&told), "from {from} to {to}: {changed:?} {told:?}");
        let slots = (0..16).filter(|n| old.slots.get(*n) != new.slots.get(*n)).map(|n| n as u32);
        assert_eq!(jump.slots, slots.collect::<Vec<_>>());
        let tlb = (0..64).filter(|n| old.tlb[usize::from(*n)] != new.tlb[usize::from(*n)]);
        assert_eq!(jump.tlb.iter().map(|one| one.index).collect::<Vec<_>>(), tlb.collect::<Vec<u16>>());
        for change in &jump.tlb {
            assert_eq!(
                change.after.as_ref().map(|entry| entry.pfn),
                new.tlb[usize::from(change.index)].map(|e| e.pfn.0)
            );
        }
        if from == to {
            assert!(jump.frames.is_empty() && jump.moved.is_empty() && jump.lists.is_empty());
        }
    }
}

#[test]
fn what_moved_leads_from_the_first_place_to_the_last() {
    let mut session = session(
        Config { frames: 64, swap_slots: 0, ..Config::default() },
        &[
            r#"let p = spawn("p")"#,
            "let a = p.mmap(8)",
            "p.touch(a, 8)",
            "p.munmap(a, 5)",
            "compact()",
            "p.touch(a + 5 * PAGE)",
        ],
    );
    let end = session.core().event_count();
    let start = session.core().events_of(4).start;
    let there = between(session.core(), start, end).unwrap();
    assert!(!there.moved.is_empty(), "something moved");
    let back = between(session.core(), end, start).unwrap();
    let turned = |all: &[(u32, u32, u32)]| {
        let mut all: Vec<_> = all.iter().map(|(from, to, n)| (*to, *from, *n)).collect();
        all.sort_unstable();
        all
    };
    let mut sorted = there.moved.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, turned(&back.moved));
    session.seek(4);
    for (from, to, _) in &there.moved {
        assert_ne!(from, to);
    }
}

#[test]
fn splits_and_what_the_check_finds_are_told_of_a_step() {
    let mut split =
        session(Config { frames: 64, ..Config::default() }, &["alloc(1)", "alloc(4)", "alloc(2)", "alloc(1)"]);
    let seams = split.state_dto().changed.seams;
    assert_eq!(seams.len(), 3, "8 frames down to 1");
    assert!(seams.iter().all(|seam| seam.left == seam.right && !seam.joined));
    for pair in seams.windows(2) {
        assert_eq!((pair[1].pfn, pair[1].left * 2), (pair[0].pfn, pair[0].left), "halves of the left half");
    }
    let stack = [
        r#"let p = spawn("p")"#,
        "let top = 0xbfffe000",
        r#"p.mmap(#{ addr: top, pages: 2, flags: ["private", "anonymous", "fixed", "growsdown"] })"#,
        "p.touch(top + PAGE)",
        "p.touch(top - PAGE)",
        r#"p.madvise(top + PAGE, 1, "pageout")"#,
    ];
    let mut config = Config { frames: 64, swap_slots: 8, ..Config::default() };
    config.rmap = pageturner::config::RmapKind::VmaOffset;
    config.offset_from = pageturner::config::OffsetFrom::VmStart;
    let mut stale = session(config, &stack);
    assert_eq!(
        stale.state_dto().changed.stale.iter().map(|(_, pid, vpn)| (*pid, *vpn)).collect::<Vec<_>>(),
        [(1, 0xbffff)]
    );
}
