//! A session's own limits, and the ways to one place.

use super::session::{Cursor, Session};
use super::view::View;
use crate::config::Config;
use crate::units::{HeapId, Pid, VirtAddr};
use crate::vocabulary::command::{Command, HeapFree, Malloc, MapFlag, Mmap, NewHeap, Note, Spawn, Touch};
use crate::vocabulary::event::Event;
use crate::vocabulary::heap::{HeapSettings, Phk};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::reply::Reply;

const ADDR: VirtAddr = VirtAddr(0x10_0000);

/// A process with `pages` pages that it may write.
fn session(frames: u32, pages: u64) -> Session {
    let mut session = Session::new(Config { frames, ..Config::default() }).unwrap();
    session.run(Command::Spawn(Spawn { pid: None, name: None })).unwrap();
    let (prot, flags) = (Prot::READ | Prot::WRITE, vec![MapFlag::Private, MapFlag::Anonymous, MapFlag::Fixed]);
    let mmap = Mmap { pid: Pid(1), addr: Some(ADDR), pages, prot, flags, file: None, pgoff: 0 };
    session.run(Command::Mmap(mmap)).unwrap();
    session
}

fn touch(pages: u64) -> Command {
    Command::Touch(Touch { pid: Pid(1), addr: ADDR, pages })
}

/// A command that makes too many events is refused and taken back, at the end as in the past.
#[test]
fn one_command_can_not_fill_a_session() {
    let mut session = session(64, 20).with_events(200);
    session.run(touch(1)).unwrap();
    for step in [3, 2] {
        session.seek(step);
        let (view, steps) = (session.view().clone(), session.steps().len());
        let refusal = session.run(touch(20)).unwrap_err();
        assert!(refusal.what.contains("200 events"), "{refusal}");
        assert_eq!((session.steps().len(), session.view().difference(&view)), (steps, None));
        assert_eq!(session.view().tally, view.tally);
        assert_eq!(session.check(), Vec::<String>::new());
    }
}

/// A touch in parts is the touch at once: at the end, in the past, where it ends in a signal, and where it is refused.
#[test]
fn a_command_in_parts_is_the_command_at_once() {
    let in_parts = |session: &mut Session, command: Command, pages| {
        let mut under_way = session.begin(command, None)?;
        let mut parts = 1;
        while !under_way.go_on(pages)? {
            parts += 1;
        }
        session.enter(under_way).map(|reply| (reply, parts))
    };
    for (pages, at, parts) in [(20, 3, 7), (20, 2, 7), (25, 3, 8), (1, 3, 1)] {
        let mut whole = session(64, 23);
        whole.run(touch(1)).unwrap();
        whole.seek(at);
        let mut divided = whole.clone();
        let reply = whole.run(touch(pages)).unwrap();
        assert_eq!(in_parts(&mut divided, touch(pages), 3), Ok((reply, parts)), "{pages} pages at {at}");
        assert_eq!((divided.steps(), divided.digest()), (whole.steps(), whole.digest()));
        assert_eq!((divided.cursor(), divided.view().difference(whole.view())), (whole.cursor(), None));
        assert_eq!(divided.view().tally, whole.view().tally);
        assert_eq!(divided.footprint(), whole.footprint());
    }
    let mut full = session(64, 20).with_events(200);
    let before = full.view().clone();
    let refusal = in_parts(&mut full, touch(20), 3).unwrap_err();
    assert!(refusal.what.contains("200 events") && full.is_full(), "{refusal}");
    assert_eq!((full.steps().len(), full.view().difference(&before)), (2, None));
}

/// Inside a step of more events than are kept, each place is that of the fold from the step's start.
#[test]
fn a_long_step_is_gone_through_both_ways() {
    let mut session = session(4096, 2000);
    session.run(touch(2000)).unwrap();
    let range = session.events_of(2);
    assert!(range.len() > 20_000, "{} events", range.len());
    let events = session.events_in(range.clone());
    assert_eq!(events.len(), range.len());
    let start = session.view_at(2);
    let folded = |at: u32| {
        let mut view = start.clone();
        events[..(at - range.start) as usize].iter().for_each(|event| view.apply(event));
        view
    };
    let is_right = |session: &Session, at: u32| {
        let right = folded(at);
        assert_eq!(session.cursor().event, at);
        assert_eq!((session.view().difference(&right), &session.view().tally), (None, &right.tally), "at {at}");
    };
    let middle = range.start + range.len() as u32 / 2;
    for at in [middle, middle + 5000, middle - 5000, range.end - 1, range.start + 1, range.start, range.end] {
        session.seek_event(at);
        is_right(&session, at);
    }
    for _ in 0..10 {
        session.micro_back();
    }
    is_right(&session, range.end - 10);
    session.seek_event(range.start);
    for _ in 0..10 {
        session.micro_forward();
    }
    is_right(&session, range.start + 10);
}

/// Out of a step by its end and back again: the events that were kept are used, and every place is right.
#[test]
fn the_end_of_a_step_is_crossed_both_ways() {
    for followed in [false, true] {
        let mut session = session(4096, 2000);
        session.run(touch(2000)).unwrap();
        if followed {
            session.run(touch(1)).unwrap();
        }
        let range = session.events_of(2);
        let end = session.view_at(3);
        session.seek(3);
        for round in 0..3 {
            session.micro_back();
            session.micro_back();
            let first = session.window.as_ref().expect("inside a step").first;
            assert!(session.micro_forward() && session.micro_forward());
            assert_eq!(session.cursor(), Cursor { step: 3, event: range.end });
            assert_eq!((session.view().difference(&end), &session.view().tally), (None, &end.tally), "{round}");
            assert_eq!(session.window.as_ref().map(|window| window.first), Some(first), "kept outside");
            let kept = session.events_in(range.end - 10..range.end);
            let mut without = session.clone();
            without.window = None;
            let made = without.events_in(range.end - 10..range.end);
            assert_eq!((kept.len(), kept), (10, made));
        }
        session.seek_event(range.end - 1);
        session.seek_event(range.start + 1);
        session.seek_event(range.end - 1);
        assert!(session.micro_forward());
        assert_eq!(session.view().difference(&end), None);
        assert_eq!(session.micro_forward(), followed);
        assert_eq!(session.check(), Vec::<String>::new());
        session.micro_back();
        session.run(touch(1)).unwrap();
        assert_eq!(session.check(), Vec::<String>::new());
    }
}

/// Checkpoints that take too much are thinned; every place is still reached.
#[test]
fn few_checkpoints_are_enough() {
    let mut session = session(64, 8);
    session.checkpoints.limit(8 << 10);
    let mut views: Vec<View> = Vec::new();
    for n in 0..40 {
        views.push(session.view().clone());
        for _ in 0..500 {
            session.run(touch(8)).unwrap();
        }
        session.run(Command::Note(Note::new(format!("{n}")))).unwrap();
    }
    for (n, view) in views.iter().enumerate().rev() {
        session.seek(2 + n as u32 * 501);
        assert_eq!((session.view().difference(view), &session.view().tally), (None, &view.tally), "{n}");
    }
    assert!(session.checkpoints.len() < 8, "{} checkpoints", session.checkpoints.len());
}

/// The last event of a kind is found across checkpoints, and none where there is none.
#[test]
fn the_last_event_of_a_kind_is_found() {
    let mut session = session(64, 8);
    let is_spawn = |event: &Event| matches!(event, Event::Process { before: None, .. });
    let born = session.last_event(session.event_count(), is_spawn);
    for _ in 0..6000 {
        session.run(touch(8)).unwrap();
    }
    assert!(session.checkpoints.len() > 4);
    assert_eq!(session.last_event(session.event_count(), is_spawn), born);
    assert_eq!(session.last_event(born.expect("a process was made"), is_spawn), None);
    session.seek(0);
    assert_eq!(session.cursor(), Cursor::default());
}

/// A step back inside a command goes to its start, and from there to the start of the one before.
#[test]
fn a_step_back_ends_at_the_start_of_a_command() {
    let mut session = session(64, 8);
    for _ in 0..2 {
        session.run(touch(8)).unwrap();
    }
    let start = |session: &Session, step| Cursor { step, event: session.events_of(step).start };
    let inside = session.events_of(3).start + 1;
    for (from, step) in [(inside, 3), (inside - 1, 2)] {
        session.seek_event(from);
        assert!(session.step_back());
        assert_eq!(session.cursor(), start(&session, step));
    }
    assert!(session.step_back() && session.step_back());
    assert_eq!(session.cursor(), Cursor::default());
    assert!(!session.step_back(), "there is nothing before the start");
    for step in 1..=4 {
        assert!(session.step_forward());
        assert_eq!(session.cursor(), start(&session, step));
    }
    assert!(!session.step_forward(), "there is nothing after the end");
    session.seek_event(inside);
    assert!(session.step_forward());
    assert_eq!(session.cursor(), session.end());
}

/// What is noted of a call is what its heap's counters say after it, and is cut with the command.
#[test]
fn calls_of_a_heap_are_noted() {
    let mut session = session(64, 1);
    let (pid, heap) = (Pid(1), HeapId(0));
    session.run(Command::Heap(NewHeap { pid, settings: HeapSettings::Phk(Phk::default()) })).unwrap();
    let malloc = |bytes| Command::Malloc(Malloc { pid, heap, bytes });
    let mut blocks = Vec::new();
    for bytes in [100, 5 * 4096, 100] {
        let Reply::Addr(block) = session.run(malloc(bytes)).unwrap() else { panic!("it is served") };
        blocks.push(block);
        let (call, cost) = (*session.heap_calls().last().unwrap(), session.last_cost());
        let stats = session.view().heaps[&pid][&heap].info.stats;
        assert_eq!((u64::from(call.cycles), u64::from(call.held), call.asked), (cost, stats.held, stats.asked));
        assert_eq!(call.step + 1, session.cursor().step);
    }
    session.run(touch(1)).unwrap();
    let steps = |session: &Session| session.heap_calls().iter().map(|call| call.step).collect::<Vec<_>>();
    assert_eq!(steps(&session), [3, 4, 5]);
    let [.., before, last] = session.heap_calls() else { panic!("three calls") };
    // The large block's pages were given and not touched.
    assert!(last.resident + 5 <= last.held && last.resident >= 3, "{last:?}");
    assert_eq!(before.resident, last.resident, "a second small block is in the same page");
    session.seek(5);
    session.run(Command::HeapFree(HeapFree { pid, heap, addr: blocks[1] })).unwrap();
    assert_eq!(steps(&session), [3, 4, 5]);
    assert_eq!(session.heap_calls()[2].asked, 100);
}
