//! The data for the page, natively: one small history, read in all ways.

use crate::dto::{PageState, StateDto, StretchKind, Subject, Tick};
use crate::map::{Use, UseCache};
use crate::recent::Recent;
use crate::session::JsSession;
use crate::spaces::{first_pages, page_at};
use pageturner::config::{Config, RmapKind};
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session as Core;
use pageturner::units::{Pid, VirtAddr, VmaId, Vpn};
use pageturner::vocabulary::command::CommandKind;
use pageturner::vocabulary::command::*;
use pageturner::vocabulary::prot::Prot;
use pageturner::vocabulary::request::Request;

const BASE: VirtAddr = VirtAddr(0x10_0000_0000);

fn page(n: u64) -> VirtAddr {
    VirtAddr(BASE.0 + n * 4096)
}

fn mmap(flags: &[MapFlag], addr: VirtAddr, pages: u64) -> Command {
    let prot = Prot::READ | Prot::WRITE;
    Command::Mmap(Mmap { pid: Pid(1), addr: Some(addr), pages, prot, flags: flags.to_vec(), file: None, pgoff: 0 })
}

/// First touches, a fork, a copy, swap, shared memory, a kernel run and a failure.
pub fn history() -> Vec<Command> {
    use MapFlag::{Anonymous, Fixed, Private, Shared};
    let write = |pid: u32, n: u64, text: &str| {
        Command::Write(Write { pid: Pid(pid), addr: page(n), bytes: text.as_bytes().to_vec() })
    };
    vec![
        Command::Spawn(Spawn { pid: None, name: Some("parent".into()) }),
        mmap(&[Private, Anonymous, Fixed], page(0), 4),
        write(1, 0, "zero"),
        write(1, 1, "one"),
        Command::Read(Read { pid: Pid(1), addr: page(2), len: 1 }),
        Command::Note(Note::new("now the fork")),
        Command::Fork(Fork { pid: Pid(1), child: None, name: None }),
        write(2, 0, "mine"),
        mmap(&[Shared, Anonymous, Fixed], page(100), 2),
        write(1, 100, "ours"),
        Command::Alloc(Request::of(3)),
        Command::Reclaim(Reclaim { frames: 5 }),
        Command::Read(Read { pid: Pid(2), addr: page(1), len: 3 }),
        Command::Munmap(Munmap { pid: Pid(1), addr: VirtAddr(BASE.0 + 1), pages: 1 }),
        Command::Expect(Expect { text: "the moon is green".into(), held: false }),
        Command::Exit(Exit { pid: Pid(2) }),
    ]
}

/// That history on a machine with this reverse map.
pub fn session(rmap: RmapKind) -> JsSession {
    session_of(64, rmap)
}

fn session_of(frames: u32, rmap: RmapKind) -> JsSession {
    let mut core = Core::new(Config { frames, swap_slots: 16, rmap, ..Config::default() }).unwrap();
    for command in history() {
        core.run(command).unwrap();
    }
    JsSession::new(core, None, None)
}

/// All that can be asked about in a state, and a little more.
fn subjects(state: &StateDto) -> Vec<Subject> {
    let mut all: Vec<Subject> = (0..=state.machine.frames).map(|pfn| Subject::Frame { pfn }).collect();
    all.extend((0..=state.machine.swap_slots).map(|slot| Subject::Slot { slot }));
    for process in &state.processes {
        all.push(Subject::Process { pid: process.pid });
        for vma in &process.vmas {
            all.push(Subject::Vma { id: vma.id });
            all.extend((vma.start..=vma.end).map(|vpn| Subject::Page { pid: process.pid, vpn }));
        }
    }
    all
}

#[test]
fn the_state_tells_pages_lists_and_uses() {
    let mut session = session(RmapKind::Object);
    session.seek(8);
    let state = session.state_dto();
    assert_eq!(state.machine.levels, ["PGD", "PUD", "PMD", "PTE"]);
    assert_eq!(state.processes.len(), 2);
    let (parent, child) = (&state.processes[0], &state.processes[1]);
    let told = |n: usize| {
        state.processes[n].vmas[0].pages.iter().map(|page| (page.state, page.writable, page.shared)).collect::<Vec<_>>()
    };
    assert_eq!(
        told(0),
        [(PageState::Frame, false, false), (PageState::Frame, false, true), (PageState::Zero, false, false)]
    );
    assert_eq!(
        told(1),
        [(PageState::Frame, true, false), (PageState::Frame, false, true), (PageState::Zero, false, false)]
    );
    assert_eq!((parent.rss, parent.tables, parent.vmas[0].perms.as_str()), (2, 4, "rw-p"));
    assert_eq!(child.parent, Some(1));
    let uses: u32 = state.uses.values().sum();
    assert_eq!(uses, 64);
    assert_eq!((state.uses[&Use::Anon], state.uses[&Use::Table], state.uses[&Use::Zero]), (3, 8, 1));
    assert_eq!(session.allocator_dto().zones.iter().map(|zone| zone.free).sum::<u32>(), state.uses[&Use::Free]);
    let frame = child.vmas[0].pages[0].at;
    assert!(state.changed.frames.contains(&frame), "the copy is what the last step changed");
    assert!(state.changed.pages.contains(&(2, BASE.0 >> 12)));
}

/// One step of more events than are looked through, and of more pages than are sent.
fn large() -> JsSession {
    use MapFlag::{Anonymous, Fixed, Private};
    let config = Config { frames: 1 << 16, ..Config::default() };
    let mut core = Core::new(config).unwrap();
    core.run(Command::Spawn(Spawn { pid: None, name: None })).unwrap();
    core.run(mmap(&[Private, Anonymous, Fixed], page(0), 40_000)).unwrap();
    core.run(Command::Touch(Touch { pid: Pid(1), addr: page(3), pages: 30_000 })).unwrap();
    JsSession::new(core, None, None)
}

#[test]
fn of_many_pages_the_first_are_sent_and_all_are_counted() {
    let mut session = large();
    let process = session.state_dto().processes.remove(0);
    let vma = &process.vmas[0];
    assert_eq!(
        (process.rss, process.tables, vma.ptes, vma.pages.len()),
        (30_000, 3 + 30_003u32.div_ceil(512), 30_000, 192)
    );
    let first = vma.pages[0].vpn;
    assert_eq!(first, (BASE.0 >> 12) + 3);
    let view = session.core().view();
    let more = first_pages(view, VmaId(vma.id), 500);
    assert_eq!((more.len(), &more[..192]), (500, &vma.pages[..]));
    let last = |vpn| page_at(view, Pid(1), Vpn(vpn));
    assert_eq!(last(first + 29_999).map(|page| (page.vpn, page.state)), Some((first + 29_999, PageState::Frame)));
    assert_eq!((last(first + 30_000), last(first - 1), last(1)), (None, None, None));
    let links = session.links_dto(Subject::Vma { id: vma.id });
    assert_eq!((links.frames.len(), links.pages.len(), links.more), (30_000, 2048, 30_000 - 2048));
}

#[test]
fn a_large_step_is_not_looked_through_but_its_events_are() {
    let mut session = large();
    let changed = session.state_dto().changed;
    assert!(changed.uncounted && changed.frames.is_empty() && changed.pages.is_empty());
    session.micro_back();
    assert!(!session.state_dto().changed.uncounted, "one event is");
    session.seek(2);
    let changed = session.state_dto().changed;
    assert!(!changed.uncounted && changed.vmas.len() == 1);
}

#[test]
fn going_back_and_forth_shows_the_same() {
    let mut session = session(RmapKind::Object);
    let steps = session.step_count();
    let forwards: Vec<StateDto> = (0..=steps)
        .map(|step| {
            session.seek(step);
            session.state_dto()
        })
        .collect();
    for (step, state) in forwards.iter().enumerate().rev() {
        session.seek(step as u32);
        assert_eq!(session.state_dto(), *state, "step {step}");
    }
    while session.micro_forward() {}
    assert_eq!(session.state_dto(), forwards[steps as usize]);
    while session.micro_back() {}
    assert_eq!(session.state_dto(), forwards[0]);
}

#[test]
fn everything_in_sight_can_be_looked_at_at_any_time() {
    for rmap in [RmapKind::Object, RmapKind::None] {
        let mut session = session(rmap);
        loop {
            let state = session.state_dto();
            for subject in subjects(&state) {
                let seen = session.inspect_dto(subject);
                let exists = match subject {
                    Subject::Frame { pfn } => pfn < 64,
                    Subject::Slot { slot } => slot < 16,
                    Subject::Page { .. } | Subject::Vma { .. } | Subject::Process { .. } => true,
                };
                assert_eq!(seen.is_some(), exists, "{subject:?}");
                session.links_dto(subject);
            }
            if !session.micro_back() {
                break;
            }
        }
    }
}

#[test]
fn a_page_is_inspected_down_to_its_bits() {
    let mut session = session(RmapKind::Object);
    session.seek(4);
    let seen = session.inspect_dto(Subject::Page { pid: 1, vpn: BASE.0 >> 12 }).unwrap();
    assert_eq!(seen.title, "Page 0x1000000000 of process 1");
    assert_eq!(seen.walk.iter().map(|step| step.level).collect::<Vec<_>>(), ["PGD", "PUD", "PMD", "PTE"]);
    for (upper, lower) in seen.walk.iter().zip(&seen.walk[1..]) {
        assert_eq!(upper.next, Some(lower.table));
    }
    let way = session.translation_dto(1, BASE.0 >> 12).unwrap();
    for (step, field) in seen.walk.iter().zip(&way.address) {
        assert_eq!((step.level, &step.index_bits), (field.name, &field.bits));
    }
    let set: Vec<_> = seen.walk[3].bits.iter().filter(|bit| bit.set).map(|bit| bit.name).collect();
    assert_eq!(set, ["P", "RW", "US", "A", "D", "NX"]);
    assert_eq!(seen.bytes[..5], ["7a", "65", "72", "6f", "00"]);
    assert_eq!(seen.mappings.len(), 1);
}

#[test]
fn links_lead_both_ways() {
    let mut session = session(RmapKind::Object);
    session.seek(7);
    let vpn = (BASE.0 >> 12) + 1;
    let from_page = session.links_dto(Subject::Page { pid: 1, vpn });
    assert_eq!(from_page.pages, [(1, vpn), (2, vpn)]);
    assert_eq!(from_page.processes, [1, 2]);
    for pfn in from_page.frames {
        let back = session.links_dto(Subject::Frame { pfn });
        assert!(back.pages.contains(&(1, vpn)) || back.processes == [1], "frame {pfn}");
    }
    session.seek(12);
    let state = session.state_dto();
    let shared = state.slots.iter().find(|slot| slot.count == 2).expect("the page that both have was swapped out");
    let slot = session.links_dto(Subject::Slot { slot: shared.slot });
    assert_eq!(slot.pages, [(1, vpn), (2, vpn)]);
}

#[test]
fn uses_kept_up_to_date_are_those_of_all_descriptors() {
    let mut session = session_of(8192, RmapKind::Object);
    let events = session.event_count();
    for n in 0..300u32 {
        let event = n * 37 % (events + 1);
        session.seek_event(event);
        let view = session.core().view();
        let read: Vec<u8> = view.frames.all().map(|frame| Use::of(frame, view) as u8).collect();
        assert_eq!(session.frame_uses().1, read, "after event {event}");
        assert_eq!(
            UseCache::default().sync(session.core(), &Recent::default()),
            read,
            "read afresh, after event {event}"
        );
        for (each, count) in session.state_dto().uses {
            assert_eq!(count as usize, read.iter().filter(|n| **n == each as u8).count(), "{each:?}, event {event}");
        }
    }
}

#[test]
fn ticks_tell_the_kinds_and_can_be_found() {
    let mut session = session(RmapKind::Object);
    assert_eq!(session.ticks(), [4, 0, 1, 1, 1, 5, 4, 1, 0, 1, 0, 2, 1, 3, 6, 4]);
    let mut find = |from: u32, kind: Tick, back: bool| {
        session.seek(from);
        session.find_tick(kind, back)
    };
    assert_eq!(find(0, Tick::Fault, false), Some(3));
    assert_eq!(find(3, Tick::Fault, false), Some(4));
    assert_eq!(find(3, Tick::Fault, true), None);
    assert_eq!(find(4, Tick::Fault, true), Some(3));
    assert_eq!(find(16, Tick::SwapOut, true), Some(12));
    assert_eq!(find(16, Tick::SwapOut, false), None);
}

#[test]
fn series_are_the_counters_after_each_step() {
    let mut session = session(RmapKind::Object);
    let all = session.series("faults", 1000);
    assert_eq!(all.len(), 17);
    for (step, value) in all.iter().enumerate() {
        session.seek(step as u32);
        assert_eq!(*value, session.state_dto().tally.faults as f64, "step {step}");
    }
    assert_eq!(session.series("faults", 2), [0.0, all[16]]);
    assert_eq!(session.series("no such counter", 10), [] as [f64; 0]);
    assert_eq!(session.series("cycles", 0), [] as [f64; 0]);
}

#[test]
fn why_leads_to_the_event_that_did_it() {
    let mut session = session(RmapKind::Object);
    session.seek(8);
    let subject = Subject::Page { pid: 2, vpn: BASE.0 >> 12 };
    let why = session.why_dto(subject, "PTE").expect("the copy's PTE was written");
    assert_eq!(why.step, 7);
    session.seek_event(why.event);
    let before = session.inspect_dto(subject).unwrap();
    session.seek_event(why.event + 1);
    assert_ne!(session.inspect_dto(subject).unwrap().walk, before.walk);
    assert_eq!(session.why_dto(Subject::Frame { pfn: 63 }, "Use"), None);
}

#[test]
fn steps_and_events_are_worded_and_placed() {
    let mut session = session(RmapKind::Object);
    let steps = session.steps_dto(0, u32::MAX);
    assert_eq!(steps.len(), 16);
    assert!(steps.windows(2).all(|pair| pair[0].end_event == pair[1].first_event));
    assert_eq!((steps[5].kind, steps[5].note.as_str()), (CommandKind::Note, "now the fork"));
    let texts: Vec<&str> = steps[..7].iter().map(|step| step.text.as_str()).collect();
    assert_eq!(session.listing(7), texts.join("\n"));
    assert_eq!((steps[13].failed, steps[13].reply.as_str()), (true, "EINVAL"));
    assert!(steps[14].failed && !steps[15].failed);
    for step in &steps {
        let events = crate::steps::events(session.recent(), step.index, 0, u32::MAX);
        assert_eq!(events.len() as u32, step.end_event - step.first_event);
        assert!(events.iter().all(|event| !event.text.is_empty()), "step {}", step.index);
    }
    assert_eq!(crate::steps::events(session.recent(), 99, 0, 1), []);
}

#[test]
fn a_console_line_cuts_the_future_and_nothing_stale_is_shown() {
    // So many frames that their uses are kept up to date by events and not read again.
    let mut session = session_of(8192, RmapKind::Object);
    session.ticks();
    session.series("faults", 100);
    session.state_dto();
    // Almost at the end of the fork: the line cuts all of it, the child's tables with it.
    session.seek(7);
    session.micro_back();
    session.frame_uses();
    let reply = session.console_dto("p1.write(0x1000003000, \"three\")");
    assert_eq!(reply.error, None);
    assert_eq!((session.step_count(), session.core().cursor().step), (7, 7));
    assert_eq!(session.ticks(), [4, 0, 1, 1, 1, 5, 1]);
    assert_eq!(session.series("faults", 100).len(), 8);
    let kept = session.frame_uses().1.to_vec();
    assert_eq!(kept, UseCache::default().sync(session.core(), &Recent::default()));
    let seen = session.inspect_dto(Subject::Page { pid: 1, vpn: (BASE.0 >> 12) + 3 }).unwrap();
    assert_eq!(seen.bytes[..5], ["74", "68", "72", "65", "65"]);
}

/// The page's machine and the console's, in the worker: the same line, the same history.
#[test]
fn a_console_line_is_repeated_by_its_commands() {
    let (mut console, mut page) = (session(RmapKind::Object), session(RmapKind::Object));
    let lines = [
        "let a = p1.mmap(3); p1.touch(a, 3)",
        "1 + 1",
        "p1.write(a, \"more\"); p1.munmap(7)",
        "note(\"a \\\"note\\\"\\nof two lines\")",
    ];
    for (n, line) in lines.into_iter().enumerate() {
        if n == 2 {
            // Inside a step: the line cuts it.
            for session in [&mut console, &mut page] {
                session.seek(session.core().cursor().step - 1);
                session.micro_back();
            }
        }
        let reply = console.console_dto(line);
        assert_eq!((n == 1, n == 2), (reply.commands.is_empty(), reply.error.is_some()), "{line}");
        if !reply.commands.is_empty() {
            page.ticks();
            page.run_lines(&reply.commands).unwrap();
        }
        assert_eq!(page.recording(), console.recording(), "{line}");
        assert_eq!(page.ticks(), console.ticks());
        assert_eq!(page.state_dto(), console.state_dto(), "{line}");
    }
    let refused = page.run_lines("{\"do\":\"note\",\"text\":\"run\"}\n{\"do\":\"nap\"}").unwrap_err();
    assert_eq!(refused.line, Some(2));
}

#[test]
fn a_bad_console_line_changes_nothing() {
    let mut session = session(RmapKind::Object);
    session.seek(6);
    let before = session.state_dto();
    let reply = session.console_dto("p1.mumap(0, 1)");
    let error = reply.error.expect("no such function");
    assert_eq!((error.line, error.text.is_some(), error.hint.is_some()), (Some(1), true, true));
    assert_eq!(session.state_dto(), before);
}

/// What the page draws of each allocator: every free frame once, in the structure that it has.
#[test]
fn every_allocator_is_told_as_it_is() {
    use pageturner::config::AllocatorKind::{self, Buddy, Gravity, HeapTop, PageArray, QuickFit};
    let told = |allocator: AllocatorKind| {
        let mut core = Core::new(Config { frames: 128, allocator, ..Config::default() }).unwrap();
        for pages in [20, 5, 20, 3] {
            core.run(Command::Alloc(Request::of(pages))).unwrap();
        }
        let second = *core.view().runs.iter().find(|(_, run)| run.id.0 == 2).unwrap().0;
        core.run(Command::Pin(Pin { pfn: second })).unwrap();
        let mut session = JsSession::new(core, None, None);
        let (dto, free) = (session.allocator_dto(), session.state_dto().uses[&Use::Free]);
        assert_eq!(dto.zones.iter().map(|zone| zone.free).sum::<u32>(), free, "{allocator:?}");
        assert_eq!((dto.runs, dto.pinned), (4, 1));
        assert_eq!(session.run_dto(second.0 + 1).map(|run| (run.first, run.pins)), Some((second.0, 1)));
        let zone = dto.zones.into_iter().next().unwrap();
        (zone.lists.len(), zone.trees.len(), zone.heap)
    };
    assert_eq!(told(Buddy), (11, 0, vec![]));
    assert_eq!([told(PageArray).0, told(QuickFit).0], [65, 65]);
    assert_eq!(told(Gravity).1, 2);
    let (lists, _, heap) = told(HeapTop);
    assert_eq!((lists, heap.iter().map(|part| part.1).sum::<u32>()), (2, 128), "{heap:?}");
    assert!(heap.iter().any(|part| part.2 == StretchKind::Fixed) && heap.iter().any(|part| part.2 == StretchKind::Top));
}

#[test]
fn at_words_for_the_reader_the_step_they_are_about_is_shown() {
    let mut session = session(RmapKind::Object);
    let at = |session: &mut JsSession, step: u32| {
        session.seek(step);
        let state = session.state_dto();
        (state.acted, state.changed)
    };
    // Step 5 is the note, the step before it a read.
    let (read, note) = (at(&mut session, 5), at(&mut session, 6));
    assert_eq!((read.0, &note), (Some(4), &read));
    assert!(!note.1.frames.is_empty());
    assert_eq!(at(&mut session, 0).0, None);
    session.seek(6);
    session.micro_forward();
    assert_eq!(session.state_dto().acted, Some(6), "the fork is under way");
}

#[test]
fn a_configuration_of_its_own_is_read_as_that_of_a_recording() {
    for json in ["", "[]", "{", "{\"frames\":3}", "{\"fram\":64}", "{\"buddy\":{\"store\":\"?\"}}", "{\"rmap\":7}"] {
        let before = "{\"pageturner\":1,\"machine\":";
        let own = pageturner::lab::recording::config_from_json(json).unwrap_err();
        let glued = Recording::parse(&format!("{before}{json}}}")).unwrap_err();
        let valid = serde_json::from_str::<serde_json::Value>(json).is_ok();
        assert!(!valid || (&own.message, &own.hint) == (&glued.message, &glued.hint), "{own} {glued}");
        assert!(!valid || own.column + before.len() as u32 == glued.column, "{own} {glued}");
        assert!(!own.message.is_empty() && own.hint.is_some(), "{own}");
    }
}
