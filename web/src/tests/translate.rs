//! The picture of a translation, held against the view and the events at every micro-step.

use crate::dto::{AccessDto, EntryLeads};
use crate::session::JsSession;
use pageturner::config::Config;
use pageturner::hw::geometry::GeometryKind;
use pageturner::hw::pte::Pte;
use pageturner::lab::time::session::Session as Core;
use pageturner::units::{Pid, Vpn};
use pageturner::vocabulary::event::Event;

/// A session of a machine that was given these console lines, none of which may fail.
pub fn session(config: Config, lines: &[&str]) -> JsSession {
    let mut session = JsSession::new(Core::new(config).unwrap(), None, None);
    for line in lines {
        assert_eq!(session.console_dto(line).error, None, "{line}");
    }
    session
}

/// Faults, hits, a copy, swapping, and the end of a process by a bad access.
const HISTORY: &[&str] = &[
    r#"let p = spawn("p")"#,
    "let a = p.mmap(4)",
    "p.read(a)",
    "p.touch(a, 4)",
    "p.touch(a, 4)",
    "let c = p.fork()",
    "c.touch(a)",
    "reclaim(2)",
    "p.read(a, 4)",
    "p.munmap(a + 2 * PAGE, 1)",
    "c.read(0)",
];

fn machines() -> Vec<Config> {
    let of = |geometry, tlb_entries| Config { geometry, tlb_entries, ..Config::default() };
    vec![of(GeometryKind::X86_64, 64), of(GeometryKind::X86_64La57, 2), of(GeometryKind::X86_32, 12)]
}

/// Every micro-step, with the events up to there of the command that it is in.
fn each_place(session: &mut JsSession, mut look: impl FnMut(&mut JsSession, &[Event])) {
    for step in 0..session.core().steps().len() as u32 {
        let events = session.core().events_in(session.core().events_of(step));
        for done in 1..=events.len() {
            session.seek_event(session.core().events_of(step).start + done as u32);
            look(session, &events[..done]);
        }
    }
}

#[test]
fn the_tables_are_those_of_the_walk_and_the_absent_ones_follow() {
    for config in machines() {
        let mut session = session(config, HISTORY);
        each_place(&mut session, |session, _| {
            let Some(AccessDto { pid, vpn, .. }) = session.state_dto().access else { return };
            let Some(seen) = session.translation_dto(pid, vpn) else { return };
            let view = session.core().view();
            let (geometry, walk) = (view.geometry(), view.walk(Pid(pid), Vpn(vpn)));
            assert_eq!(seen.tables.len(), usize::from(geometry.levels));
            assert_eq!(seen.address.len(), seen.tables.len() + 1, "and the offset");
            for (n, table) in seen.tables.iter().enumerate() {
                let Some(step) = walk.get(n) else {
                    assert_eq!((table.table, table.rows.len()), (None, 0), "no table there");
                    continue;
                };
                assert_eq!((table.table, table.index), (Some(step.table.0), step.index));
                assert_eq!(seen.address[n].value, u64::from(step.index));
                let row = table.rows.iter().find(|row| row.index == step.index).expect("the row used is shown");
                let at = match Pte::decode_at(geometry.kind, step.level, step.raw) {
                    Pte::Empty => None,
                    Pte::Swapped { slot } => Some(slot.0),
                    Pte::Mapped { pfn, .. } => Some(pfn.0),
                };
                assert_eq!(row.at, at);
                let shown = table.rows.iter().filter(|row| row.leads != EntryLeads::Nothing).count() as u16;
                let all = (0..table.entries).filter(|n| view.ram.entry(step.table, *n) != 0).count() as u16;
                assert_eq!(table.used_before + shown + table.used_after, all);
            }
        });
    }
}

#[test]
fn an_access_is_followed_read_by_read() {
    for config in machines() {
        let mut session = session(config, HISTORY);
        each_place(&mut session, |session, events| {
            let access = session.state_dto().access;
            let began = events.iter().rposition(|event| matches!(event, Event::Access { .. }));
            assert_eq!(access.is_some(), began.is_some());
            let (Some(access), Some(began)) = (access, began) else { return };
            let events = &events[began..];
            let reading = events.last().is_some_and(|event| matches!(event, Event::Walk { .. }));
            assert_eq!(access.reading, reading);
            assert!(!access.hit || access.reads.is_empty(), "what the TLB holds needs no walk");
            if let (true, Some(seen)) = (reading, session.translation_dto(access.pid, access.vpn)) {
                let tables: Vec<_> = seen.tables.iter().filter_map(|table| table.table).collect();
                assert_eq!(access.reads, tables[..access.reads.len()], "from the root on, in the tables' order");
            }
            if let Some(Event::Tlb { after: Some(_), .. }) = events.last() {
                assert!(access.done);
            }
        });
        session.seek(session.core().steps().len() as u32);
        let last = session.state_dto().access.unwrap();
        assert_eq!((last.signal.as_deref(), last.done, last.faults), (Some("SIGSEGV"), false, 1));
    }
}

#[test]
fn a_page_is_looked_for_in_the_sets_where_it_can_be() {
    let large = &[
        r#"let p = spawn("p")"#,
        "let r = alloc(1024)",
        "let a = p.map_run(r)",
        "p.read(a + 5 * PAGE)",
        "let b = p.mmap(9)",
        "p.touch(b, 9)",
    ];
    let config = Config { frames: 4096, geometry: GeometryKind::X86_32, ..Config::default() };
    let mut sessions: Vec<_> = machines().into_iter().map(|config| session(config, HISTORY)).collect();
    sessions.push(session(config, large));
    let mut most = 0;
    for session in &mut sessions {
        each_place(session, |session, _| {
            let entries = session.core().view().tlb.clone();
            most = most.max(entries.iter().flatten().map(|entry| entry.pages).max().unwrap_or(0));
            for (index, entry) in (0..).zip(&entries).filter_map(|(n, entry)| entry.map(|entry| (n, entry))) {
                let last = entry.vpn.0 + u64::from(entry.pages) - 1;
                let tlb = session.tlb_dto(Some((entry.pid.0, last)));
                assert_eq!(tlb.holds, Some(index));
                assert_eq!(tlb.entries.iter().filter(|one| tlb.sets.contains(&one.set)).count(), {
                    let in_sets = |n: &usize| tlb.sets.contains(&((n / usize::from(tlb.ways)) as u16));
                    (0..entries.len()).filter(in_sets).filter(|n| entries[*n].is_some()).count()
                });
                assert_eq!(tlb.used, entries.iter().flatten().count() as u16);
            }
        });
    }
    assert_eq!(most, 1024, "one entry held a large page");
}

#[test]
fn what_becomes_of_the_tlb_is_told_once_for_a_step() {
    let config = Config { tlb_entries: 2, ..Config::default() };
    let mut session = session(config, &["let p = spawn()", "let a = p.mmap(3)", "p.touch(a, 3)", "p.munmap(a, 3)"]);
    session.seek(3);
    let changed = session.state_dto().changed.tlb;
    // The third page has taken the place of the first, in one step: from empty to it.
    assert_eq!(
        changed.iter().map(|one| (one.index, one.before.is_some())).collect::<Vec<_>>(),
        [(0, false), (1, false)]
    );
    let third = changed[0].after.as_ref().unwrap();
    session.seek(4);
    let flushed = session.state_dto().changed.tlb;
    assert_eq!(
        flushed.iter().map(|one| (one.index, one.after.is_some())).collect::<Vec<_>>(),
        [(0, false), (1, false)]
    );
    assert_eq!(flushed[0].before.as_ref(), Some(third));
}
