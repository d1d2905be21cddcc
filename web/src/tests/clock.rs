//! What is foretold of reclaim, held against what it does.

use super::translate::session;
use crate::dto::ClockDto;
use pageturner::config::Config;
use pageturner::vocabulary::event::Event;

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
                assert!(!session.accessed().contains(&pfn.0), "its bits are clear by now");
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
    assert!(session.state_dto().clock.is_none() && session.accessed().is_empty());
}
