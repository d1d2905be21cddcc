//! What is foretold of reclaim, held against what it does.

use super::translate::session;
use crate::dto::ClockDto;
use crate::map::Accessed;
use pageturner::config::Config;
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::Pte;
use pageturner::lab::time::view::View;
use pageturner::vocabulary::event::Event;
use pageturner::vocabulary::frame::FrameUse;
use std::collections::BTreeSet;

/// Pages used and not used, shared, locked, of files and of shared memory; reclaim that comes round more than once.
const HISTORY: &[&str] = &[
    r#"let p = spawn("p")"#,
    "let a = p.mmap(6)",
    "p.touch(a, 6)",
    "reclaim(1)",
    "reclaim(1)",
    "p.touch(a + 3 * PAGE)",
    "reclaim(1)",
    "let c = p.fork()",
    "p.mlock(a + 4 * PAGE, 1)",
    "reclaim(1)",
    r#"let f = c.mmap(#{ pages: 3, flags: ["shared"], file: "data" })"#,
    "c.read(f, 2 * PAGE)",
    "let s = c.mmap(#{ pages: 2, flags: [\"shared\", \"anonymous\"] })",
    "c.touch(s, 2)",
    "reclaim(1)",
    "reclaim(1)",
    "p.read(a, 2 * PAGE)",
    "reclaim(1)",
    "reclaim(1)",
    "reclaim(1)",
    "reclaim(1)",
    "reclaim(1)",
];

#[test]
fn the_page_foretold_is_the_one_that_is_taken() {
    for (swap_slots, least) in [(16, 8), (2, 4)] {
        let mut session = session(Config { frames: 64, swap_slots, ..Config::default() }, HISTORY);
        let mut taken = 0;
        for step in 0..session.core().steps().len() as u32 {
            let events = session.core().events_in(session.core().events_of(step));
            if !matches!(events.first(), Some(Event::Reclaim { wanted: 1 })) {
                continue;
            }
            session.seek(step);
            let ClockDto { hand, looking, next, victim } = session.state_dto().clock.unwrap();
            assert_eq!((hand, looking), (session.core().view().hand.0, false));
            let scan = |event: &Event| {
                let Event::Scan { pfn, referenced, victim } = event else { return None };
                Some((pfn.0, *referenced, *victim))
            };
            let scans: Vec<_> = events.iter().filter_map(scan).collect();
            let really = scans.iter().find(|(_, _, victim)| *victim).map(|(pfn, ..)| *pfn);
            assert_eq!(victim, really, "step {step}: {next:?} {scans:?}");
            let met: Vec<_> = scans.iter().map(|(pfn, referenced, _)| (*pfn, *referenced)).take(next.len()).collect();
            let told: Vec<_> = next.iter().map(|one| (one.pfn, one.accessed)).take(met.len()).collect();
            assert_eq!(told, met, "in the order in which they are looked at");
            taken += u32::from(really.is_some());
        }
        assert!(taken >= least, "{taken}");
    }
}

#[test]
fn while_it_looks_the_hand_is_at_the_page_looked_at() {
    let mut session = session(Config { frames: 64, swap_slots: 16, ..Config::default() }, HISTORY);
    for step in 0..session.core().steps().len() as u32 {
        let range = session.core().events_of(step);
        let events = session.core().events_in(range.clone());
        for (n, event) in (range.start..).zip(&events) {
            if let Event::Scan { pfn, .. } = event {
                session.seek_event(n + 1);
                let clock = session.state_dto().clock.unwrap();
                assert_eq!((clock.hand, clock.looking), (pfn.0, true));
                assert!(!session.accessed().contains(pfn.0), "its bits are clear by now");
            }
        }
        session.seek(step + 1);
        assert!(!session.state_dto().clock.unwrap().looking);
    }
}

#[test]
fn without_a_swap_disk_there_is_no_clock() {
    let mut session =
        session(Config { frames: 64, swap_slots: 0, ..Config::default() }, &["let p = spawn()", "p.touch(p.mmap(1))"]);
    assert!(session.state_dto().clock.is_none() && *session.accessed() == Accessed::default());
}

/// Segments by large pages and by small ones, which lose their alignment and give way to pages.
const SEGMENTS: &[&str] = &[
    r#"let p = spawn("p")"#,
    "let a = p.mmap(700)",
    "p.touch(a, 600)",
    "let s = alloc(1024, #{ movable: true })",
    "let at = p.map_run(s)",
    "p.touch(at, 1024)",
    "let c = p.fork()",
    "c.touch(a, 30)",
    "p.unmap_run(at)",
    "at = p.map_run(s, #{ addr: 0x20001000 })",
    "p.read(at, 4096)",
    "reclaim(20)",
    "p.unmap_run(at)",
    "free(s)",
    "c.mremap(a, 700, 700)",
    "c.exit()",
    "p.touch(a, 700)",
    "p.munmap(a, 650)",
];

/// The frames of pages that a walk of all tables finds accessed.
fn walked(view: &View) -> Vec<u32> {
    let mut found = BTreeSet::new();
    for process in view.processes() {
        view.each_page(process.pid, &mut |_, pte| {
            if let Pte::Mapped { pfn, accessed: true, .. } = pte {
                found.extend((view.frames.get(pfn).state == FrameUse::Page).then_some(pfn.0));
            }
        });
    }
    found.into_iter().collect()
}

#[test]
fn what_was_accessed_is_kept_up_to_date_as_a_walk_of_all_tables_finds_it() {
    let small = Config { frames: 64, swap_slots: 16, ..Config::default() };
    let large = Config { geometry: GeometryKind::X86_32, frames: 8192, swap_slots: 64, ..Config::default() };
    for (config, history, stride) in [(small, HISTORY, 37), (large, SEGMENTS, 397)] {
        let mut session = session(config, history);
        let (steps, events) = (session.core().steps().len() as u32, session.event_count());
        let mut most = 0;
        for n in 0..400u32 {
            match n % 4 {
                0 => session.seek_event(n * stride % (events + 1)),
                1 => drop(session.micro_forward()),
                2 => drop(session.micro_back()),
                _ => session.seek((session.core().cursor().step + 1) % (steps + 1)),
            }
            let walked = walked(session.core().view());
            let kept = session.frames_with("accessed");
            assert_eq!(kept, walked, "{:?}", session.core().cursor());
            most = most.max(walked.len());
        }
        assert!(most > 4, "{most}");
    }
}
