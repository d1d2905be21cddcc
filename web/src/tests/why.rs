//! "Why?" of every value that the inspector shows, compared with brute force: each value is read after every event, and
//! the event that "why?" names must be the last one after which it differed.

use crate::dto::Subject;
use crate::index::Index;
use crate::inspect::{Look, names, value};
use crate::session::JsSession;
use pageturner::config::{AllocatorKind, Config, RmapKind};
use pageturner::hw::geometry::GeometryKind;
use pageturner::lab::time::session::Session as Core;
use pageturner::lab::time::view::View;
use pageturner::vocabulary::frame::FrameUse;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// A subject and the name of one of its values.
type Value = (Subject, &'static str);

/// SplitMix64.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// Lines for the console, of all that changes a machine; many will be refused.
fn line(rng: &mut Rng, view: &View) -> String {
    let page_size = view.geometry().page_size();
    let pids: Vec<u32> = view.spaces.keys().map(|pid| pid.0).collect();
    let Some(pid) = pids.get(rng.below(pids.len().max(1) as u64) as usize) else { return "spawn(\"sh\")".into() };
    // Around the border between two tables of the classroom, and of others: pages 40 to 55.
    let (page, pages) = (40 + rng.below(16), 1 + rng.below(5));
    let (at, other) = (page * page_size, (40 + rng.below(16)) * page_size);
    let (frame, to) = (rng.below(48), rng.below(48));
    let runs: Vec<u32> = view.runs.keys().map(|pfn| pfn.0).collect();
    let run = runs.get(rng.below(runs.len().max(1) as u64) as usize).copied().unwrap_or(0);
    let prot = ["rw", "rw", "r", "none"][rng.below(4) as usize];
    let shared = ["private", "private", "shared"][rng.below(3) as usize];
    match rng.below(40) {
        0 => "spawn()".into(),
        1..=4 => format!(
            "p{pid}.mmap(#{{addr: {at}, pages: {pages}, prot: \"{prot}\", flags: [\"{shared}\", \"anonymous\", \"fixed\"]}})"
        ),
        5..=6 => format!(
            "p{pid}.mmap(#{{addr: {at}, pages: {pages}, prot: \"{prot}\", flags: [\"{shared}\", \"fixed\"], file: \"data\", pgoff: {}}})",
            rng.below(3)
        ),
        7..=12 => format!("p{pid}.touch({at}, {pages})"),
        13..=15 => format!("p{pid}.read({at}, 3)"),
        16..=19 => format!("p{pid}.write({at}, \"{}\")", rng.below(3)),
        20 => format!("p{pid}.munmap({at}, {pages})"),
        21..=22 => format!("p{pid}.mprotect({at}, {pages}, \"{prot}\")"),
        23 => format!("p{pid}.mremap({at}, {pages}, {}, #{{to: {other}}})", 1 + rng.below(5)),
        24..=25 => format!("p{pid}.fork()"),
        26 if pids.len() > 2 => format!("p{pid}.exit()"),
        27 if pids.len() > 2 => format!("p{pid}.exec(\"sh\", {})", 60 * page_size),
        28 => format!("p{pid}.brk({})", (60 + rng.below(4)) * page_size),
        29..=30 => format!(
            "p{pid}.madvise({at}, {pages}, \"{}\")",
            ["dontneed", "pageout", "mergeable", "mergeable"][rng.below(4) as usize]
        ),
        31 => "merge_pass()".into(),
        32..=33 => format!("reclaim({})", 1 + rng.below(12)),
        34 => [
            format!("p{pid}.mlock({at}, {pages})"),
            format!("p{pid}.munlock({at}, {pages})"),
            format!("p{pid}.mlockall(#{{future: true, onfault: true}})"),
            format!("p{pid}.munlockall()"),
        ][rng.below(4) as usize]
            .clone(),
        35 => format!("alloc({pages}, #{{movable: true}})"),
        36 => format!("{}({run})", ["pin", "unpin"][rng.below(2) as usize]),
        37 => format!("migrate({frame}, {to})"),
        38 => format!("p{pid}.map_run({run}, #{{addr: {}}})", (70 + rng.below(8)) * page_size),
        _ => [format!("free({run}, {pages})"), format!("p{pid}.unmap_run({at})"), "unlink(\"data\")".into()]
            [rng.below(3) as usize]
            .clone(),
    }
}

fn random(config: Config, seed: u64, lines: u32) -> JsSession {
    let mut session = JsSession::new(Core::new(config).unwrap(), None, None);
    let mut rng = Rng(seed);
    let page_size = session.core().view().geometry().page_size();
    let (heap, locked) = (60 * page_size, 56 * page_size);
    let first = [
        "spawn()".to_owned(),
        format!("p1.exec(\"first\", {heap})"),
        format!("p1.brk({})", heap + 2 * page_size),
        format!("p1.mmap(#{{addr: {locked}, pages: 1, flags: [\"private\", \"anonymous\", \"fixed\", \"locked\"]}})"),
        format!("p1.touch({locked})"),
    ];
    for line in first {
        let reply = session.console_dto(&line);
        assert!(reply.error.is_none(), "{line}: {:?}", reply.error);
    }
    for _ in 0..lines {
        let line = line(&mut rng, session.core().view());
        session.console_dto(&line);
    }
    session
}

/// Everything that existed at some time.
fn subjects(session: &mut JsSession) -> Vec<Subject> {
    let (frames, slots) = (session.core().config().frames, session.core().config().swap_slots);
    let mut all: Vec<Subject> = (0..frames).map(|pfn| Subject::Frame { pfn }).collect();
    all.extend((0..slots).map(|slot| Subject::Slot { slot }));
    let (mut pids, mut vmas, mut pages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for step in 0..=session.step_count() {
        session.seek(step);
        for vma in session.core().view().all_vmas() {
            pids.insert(vma.pid.0);
            vmas.insert(vma.id.0);
            pages.extend((vma.start.0..=vma.end.0).take(24).map(|vpn| (vma.pid.0, vpn)));
        }
    }
    all.extend(pids.into_iter().map(|pid| Subject::Process { pid }));
    all.extend(vmas.into_iter().map(|id| Subject::Vma { id }));
    all.extend(pages.into_iter().map(|(pid, vpn)| Subject::Page { pid, vpn }));
    all
}

fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Frame { .. } => "frame",
        Subject::Page { .. } => "page",
        Subject::Vma { .. } => "VMA",
        Subject::Slot { .. } => "slot",
        Subject::Process { .. } => "process",
    }
}

fn read_all(view: &View, subjects: &[Subject]) -> Vec<(Value, Option<String>)> {
    let index = OnceCell::<Index>::new();
    let of = |subject: Subject| names(subject).into_iter().map(move |name| (subject, name));
    let read = |(subject, name)| ((subject, name), value(&mut Look::new(view, &index), subject, name));
    subjects.iter().copied().flat_map(of).map(read).collect()
}

/// Compares all answers at `places`, a number of events each, with those found by reading everything after every event.
fn hold(session: &mut JsSession, places: &[u32], what: &str) -> BTreeMap<(&'static str, &'static str), u32> {
    let subjects = subjects(session);
    session.seek(0);
    let mut values = read_all(session.core().view(), &subjects);
    let mut last: Vec<Option<u32>> = vec![None; values.len()];
    let mut asked = BTreeMap::new();
    for event in 0..session.event_count() {
        session.seek_event(event + 1);
        let now = read_all(session.core().view(), &subjects);
        for (n, (old, new)) in values.iter().zip(&now).enumerate() {
            if old.1 != new.1 {
                last[n] = Some(event);
            }
        }
        values = now;
        if !places.contains(&(event + 1)) {
            continue;
        }
        let cursor = session.core().cursor();
        for (((subject, name), value), last) in values.iter().zip(&last) {
            let answer = session.why_dto(*subject, name);
            let right = value.as_ref().and(*last);
            let event_at = |at: u32| session.core().events_in(at..at + 1);
            assert_eq!(
                answer.as_ref().map(|why| why.event),
                right,
                "{what}, after event {event}: why is {name} of {subject:?} {value:?}? {:?} rather than {:?}",
                answer.as_ref().map(|why| event_at(why.event)),
                right.map(event_at),
            );
            if right.is_some() {
                *asked.entry((kind(*subject), *name)).or_default() += 1;
            }
        }
        assert_eq!(session.core().cursor(), cursor, "the session is where it was");
    }
    asked
}

fn all_through(session: &JsSession, pieces: u32) -> Vec<u32> {
    (1..=pieces).map(|n| session.event_count() * n / pieces).collect()
}

/// Every kind of subject and every one of their values is asked about.
#[test]
fn every_value_leads_to_the_event_that_set_it() {
    let configs = [
        Config { rmap: RmapKind::Object, ..Config::default() },
        Config { rmap: RmapKind::ObjectList, allocator: AllocatorKind::PageArray, ..Config::default() },
        Config { rmap: RmapKind::VmaOffset, allocator: AllocatorKind::Gravity, ..Config::default() },
        Config { rmap: RmapKind::PteChain, geometry: GeometryKind::Classroom, ..Config::default() },
        Config { rmap: RmapKind::None, geometry: GeometryKind::X86_32, ..Config::default() },
        Config { geometry: GeometryKind::X86_64La57, ..Config::default() },
    ];
    let mut asked = BTreeMap::new();
    for (n, config) in configs.into_iter().enumerate() {
        for seed in 0..5 {
            let config = Config { frames: 48, swap_slots: 16, tlb_entries: 8, ..config.clone() };
            let mut session = random(config, 100 * n as u64 + seed, 100);
            let places = all_through(&session, 6);
            for (value, times) in hold(&mut session, &places, &format!("machine {n}, seed {seed}")) {
                *asked.entry(value).or_insert(0) += times;
            }
        }
    }
    let kinds = [
        Subject::Frame { pfn: 0 },
        Subject::Page { pid: 1, vpn: 0 },
        Subject::Vma { id: 0 },
        Subject::Slot { slot: 0 },
        Subject::Process { pid: 1 },
    ];
    let all = kinds.into_iter().flat_map(|subject| names(subject).into_iter().map(move |name| (kind(subject), name)));
    let never: Vec<_> = all.filter(|value| !asked.contains_key(value)).collect();
    assert_eq!(never, [], "every value was asked about");
}

/// A large page, its table put aside and linked again when the run loses its alignment by moving.
#[test]
fn also_with_large_pages() {
    let core = Core::new(Config { frames: 2600, geometry: GeometryKind::X86_64, ..Config::default() }).unwrap();
    let mut session = JsSession::new(core, None, None);
    for line in [
        "spawn(\"a\")",
        "alloc(512, #{movable: true})",
        "p1.map_run(runs()[0].frame, #{addr: 0x40000000})",
        "p1.read(0x40000000, 1)",
        "migrate(runs()[0].frame, runs()[0].frame + 513)",
        "p1.write(0x40001000, \"x\")",
    ] {
        let reply = session.console_dto(line);
        assert!(reply.error.is_none(), "{line}: {:?}", reply.error);
    }
    let first = |session: &JsSession| session.core().view().runs.keys().next().unwrap().0;
    let end = first(&session);
    session.seek(4);
    let start = first(&session);
    let aside = session
        .core()
        .view()
        .frames
        .iter()
        .filter(|(_, frame)| matches!(frame.state, FrameUse::Table { .. }))
        .map(|(pfn, _)| pfn.0);
    let frames: Vec<u32> = aside.chain([start, start + 1, end, end + 1]).collect();
    let mut subjects: Vec<Subject> = frames.into_iter().map(|pfn| Subject::Frame { pfn }).collect();
    subjects.extend([0, 1, 511].map(|n| Subject::Page { pid: 1, vpn: 0x40000 + n }));
    subjects.extend([Subject::Process { pid: 1 }, Subject::Vma { id: 1 }]);
    // Reading all values after each of thousands of events would take too long; after each command will do: the value
    // after the event is the present one, that before it is not.
    let mut put_aside = 0;
    for step in 1..=session.step_count() {
        session.seek(step);
        for ((subject, name), now) in read_all(session.core().view(), &subjects) {
            let Some(why) = session.why_dto(subject, name) else { continue };
            put_aside += u32::from(name == "Put aside" && now.is_some());
            let mut at = |event| {
                session.seek_event(event);
                value(&mut Look::new(session.core().view(), &OnceCell::new()), subject, name)
            };
            let (before, after) = (at(why.event), at(why.event + 1));
            assert_eq!((after, before), (now.clone(), why.before.clone()), "{name} of {subject:?} at step {step}");
            assert_ne!(now, why.before);
            session.seek(step);
        }
    }
    assert!(put_aside > 0);
}

/// The four values of a frame that all led to one event.
#[test]
fn each_value_of_a_frame_has_its_own_event() {
    let mut session = JsSession::new(Core::new(Config { frames: 64, ..Config::default() }).unwrap(), None, None);
    for line in [
        "spawn(\"a\")",
        "p1.mmap(#{addr: 0x10000, pages: 1})",
        "p1.touch(0x10000)",
        "p1.fork()",
        "p2.mlock(0x10000, 1)",
    ] {
        assert!(session.console_dto(line).error.is_none(), "{line}");
    }
    let vpn = 0x10;
    session.seek(4);
    let frame = session.core().view().pte(pageturner::units::Pid(1), pageturner::units::Vpn(vpn)).pfn().unwrap();
    let mut step = |subject, name: &str| session.why_dto(subject, name).map(|why| (why.step, why.text));
    let (subject, page) = (Subject::Frame { pfn: frame.0 }, Subject::Page { pid: 1, vpn });
    let told: Vec<(u32, String)> =
        ["Use", "Mapped by", "Belongs to", "Dirty"].map(|n| step(subject, n).unwrap()).into();
    assert_eq!(told.iter().map(|(step, _)| *step).collect::<Vec<_>>(), [2, 3, 2, 2], "{told:?}");
    assert!(told[1].1.contains("mapped by 2 PTEs"), "{told:?}");
    assert!(told[3].1.contains("dirty bit") || told[3].1.contains("now maps"), "{told:?}");
    assert_eq!(step(page, "Writable").unwrap().0, 3);
    assert!(step(page, "Writable").unwrap().1.contains("read-only"));
    assert_eq!(step(page, "Dirty").unwrap().0, 2);
    assert_eq!(step(Subject::Frame { pfn: 63 }, "Use"), None);
    assert_eq!(step(Subject::Frame { pfn: 64 }, "Use"), None, "there is no such frame");
    assert_eq!(step(subject, "Colour"), None, "there is no such value");
}
