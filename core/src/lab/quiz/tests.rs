//! What numbers and answers are read as, what they are worth, and what can be foreseen of a command.

use super::{foresee, judge, number, right_text};
use crate::config::Config;
use crate::lab::time::session::Session;
use crate::units::{Pfn, Pid, VirtAddr};
use crate::vocabulary::command::{Command, Exit, Fork, Mmap, Spawn, Touch};
use crate::vocabulary::prot::Prot;
use crate::vocabulary::question::{Asks, Foreseen, Right, Task};
use crate::vocabulary::reply::Reply;
use crate::vocabulary::thing::Thing;

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| text.to_string()).collect()
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, unit, expected) in [
        ("12", "", Some(12)),
        (" 1,024 ", "", Some(1024)),
        ("0x1F", "", Some(31)),
        ("0b101", "", Some(5)),
        ("0o17", "", Some(15)),
        ("-3", "", Some(-3)),
        ("4 KB", "", Some(4096)),
        ("4K", "bytes", Some(4096)),
        ("1.5 KiB", "", Some(1536)),
        ("2 MB", "", Some(2 << 20)),
        ("7 frames", "frames", Some(7)),
        ("1 frame", "frames", Some(1)),
        ("7 frames", "pages", None),
        ("twelve", "", None),
        ("", "", None),
        ("0x", "", None),
        ("1.5", "", None),
        ("0x8000000000000000", "", None),
        ("99999999999999999999", "", None),
        ("1 2", "", None),
    ] {
        assert_eq!(number(text, unit), expected, "{text:?} {unit:?}");
    }
}

/// What each answer is worth, in parts of the whole; `None`: it does not count.
#[test]
fn answers_are_judged_by_what_is_asked_for() {
    let number = |within| Asks::Number { unit: "frames".into(), within };
    let of = texts(&["fifo", "lru", "clock"]);
    let cell = |text: &str| Some(text.to_string());
    let table =
        Asks::Table { columns: texts(&["page", "frame"]), rows: vec![vec![cell("0"), None], vec![cell("1"), None]] };
    let page = Thing::Page(Pid(1), VirtAddr(0x7000));
    for (asks, right, given, worth) in [
        (number(0), Right::Number(4), &["4"][..], Some((1, 1))),
        (number(0), Right::Number(4), &["0x4 "], Some((1, 1))),
        (number(0), Right::Number(4), &["5"], Some((0, 1))),
        (number(1), Right::Number(4), &["5 frames"], Some((1, 1))),
        (number(1), Right::Number(4), &["6"], Some((0, 1))),
        (number(0), Right::Number(4), &["four"], None),
        (number(0), Right::Number(4), &[""], None),
        (Asks::Address, Right::Number(0x7000), &["0x7000"], Some((1, 1))),
        (Asks::Address, Right::Number(0x7000), &["7000"], Some((1, 1))),
        (Asks::Address, Right::Number(0x7000), &["28672"], Some((1, 1))),
        (Asks::Address, Right::Number(-4096), &["0xfffffffffffff000"], Some((1, 1))),
        (Asks::Address, Right::Number(0x7000), &["frame 7"], None),
        (Asks::Text, Right::Texts(texts(&["copy on write", "COW"])), &["cow"], Some((1, 1))),
        (Asks::Text, Right::Texts(texts(&["copy on write"])), &["Copy  on Write"], Some((1, 1))),
        (Asks::Text, Right::Texts(texts(&["lru"])), &["fifo"], Some((0, 1))),
        (Asks::Text, Right::Texts(texts(&["lru"])), &[" "], None),
        (Asks::Choice { of: of.clone() }, Right::Choices(vec![1]), &["1"], Some((1, 1))),
        (Asks::Choice { of: of.clone() }, Right::Choices(vec![1]), &["lru"], Some((1, 1))),
        (Asks::Choice { of: of.clone() }, Right::Choices(vec![1]), &["0"], Some((0, 1))),
        (Asks::Choice { of: of.clone() }, Right::Choices(vec![1]), &["3"], None),
        (Asks::Choices { of: of.clone() }, Right::Choices(vec![0, 2]), &["0", "2"], Some((2, 2))),
        (Asks::Choices { of: of.clone() }, Right::Choices(vec![0, 2]), &["2"], Some((1, 2))),
        (Asks::Choices { of: of.clone() }, Right::Choices(vec![0, 2]), &["0", "1", "2"], Some((1, 2))),
        (Asks::Choices { of: of.clone() }, Right::Choices(vec![]), &[], Some((1, 1))),
        (Asks::Choices { of }, Right::Choices(vec![]), &["0"], Some((0, 1))),
        (table.clone(), Right::Texts(texts(&["7", "-"])), &["0x7", "-"], Some((2, 2))),
        (table.clone(), Right::Texts(texts(&["7", "-"])), &["7"], Some((1, 2))),
        (table, Right::Texts(texts(&["7", "-"])), &["", ""], Some((0, 2))),
        (Asks::Point, Right::Things(vec![Thing::Frame(Pfn(6)), page]), &["page 1 0x7000", "frame 3"], Some((1, 1))),
        (Asks::Point, Right::Things(vec![Thing::Frame(Pfn(6))]), &["frame 3"], Some((0, 1))),
        (Asks::Point, Right::Things(vec![Thing::Frame(Pfn(6))]), &["there"], None),
    ] {
        let task = Task::new(asks, Some(right.clone()));
        task.check().expect("a question");
        let judged = judge(&task, Some(&right), &texts(given)).ok().map(|judged| (judged.right, judged.of));
        assert_eq!(judged, worth, "{:?} {given:?}", task.asks);
        // What is said to be right is right, if it is said.
        let said = right_text(&task.asks, &right);
        if matches!(task.asks, Asks::Number { .. } | Asks::Address | Asks::Text | Asks::Choice { .. }) {
            assert!(judge(&task, Some(&right), &[said]).expect("it can be read").is_right());
        }
    }
}

#[test]
fn a_wrong_answer_gets_the_hint_that_fits() {
    let hints = vec![("4".into(), "those are shared".into()), (String::new(), "look at the map".into())];
    let task = Task { hints, ..Task::new(Asks::Number { unit: String::new(), within: 0 }, Some(Right::Number(2))) };
    let hint = |given: &str| judge(&task, task.right.as_ref(), &texts(&[given])).expect("a number").hint;
    assert_eq!(hint("0x4").as_deref(), Some("those are shared"));
    assert_eq!(hint("5").as_deref(), Some("look at the map"));
    assert_eq!(hint("2"), None);
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let none = |asks, right| Task::new(asks, right).check().expect_err("no question").to_string();
    let table = |rows| Asks::Table { columns: texts(&["a"]), rows };
    assert!(none(table(vec![vec![Some("1".into())]]), None).contains("no blank"));
    assert!(none(table(vec![vec![None, None]]), None).contains("2 cells"));
    assert!(none(Asks::Choice { of: texts(&["a"]) }, None).contains("1 choices"));
    assert!(none(Asks::Choice { of: texts(&["a", "a"]) }, None).contains("twice"));
    assert!(none(Asks::Choice { of: texts(&["a", "b"]) }, Some(Right::Choices(vec![2]))).contains("no choice"));
    assert!(none(Asks::Reach { condition: " ".into() }, None).contains("empty"));
    assert!(none(Asks::Text, Some(Right::Number(1))).contains("no text"));
    assert!(none(Asks::Foresee(Foreseen::Fault), Some(Right::Number(1))).contains("no event"));
    let task = Task { points: 0, ..Task::new(Asks::Address, None) };
    assert!(task.check().expect_err("no points").to_string().contains("0 points"));
}

/// What is foreseen is what the command then does.
#[test]
fn events_say_what_could_be_foreseen() {
    let mut session = Session::new(Config { frames: 64, ..Config::default() }).expect("a machine");
    let mut run = |command| session.run(command).expect("it makes sense");
    run(Command::Spawn(Spawn { pid: Some(Pid(1)), name: None }));
    let flags = vec![crate::vocabulary::command::MapFlag::Private, crate::vocabulary::command::MapFlag::Anonymous];
    let prot = Prot::READ | Prot::WRITE;
    let map = Mmap { pid: Pid(1), addr: None, pages: 4, prot, flags, file: None, pgoff: 0 };
    let Reply::Addr(addr) = run(Command::Mmap(map)) else { panic!("an address") };
    let touch = |pid, addr, pages| Command::Touch(Touch { pid: Pid(pid), addr, pages });
    run(touch(1, addr, 1));
    run(touch(1, addr, 1));
    run(Command::Fork(Fork { pid: Pid(1), child: Some(Pid(2)), name: None }));
    run(touch(2, addr, 1));
    run(touch(1, addr, 1));
    run(touch(1, VirtAddr(0), 1));
    run(Command::Exit(Exit { pid: Pid(2) }));
    let fault = |step| {
        let all = foresee::of(&session, step);
        let fault = all.into_iter().find(|one| one.what == Foreseen::Fault)?;
        Some(right_text(&fault.asks, &fault.right))
    };
    let said: Vec<Option<String>> = (0..session.steps().len() as u32).map(fault).collect();
    let choice = |n: usize| Some(foresee::FAULTS[n].to_string());
    assert_eq!(said, [None, None, choice(1), choice(0), None, choice(2), choice(3), choice(6), None]);
    let kinds = |step| foresee::of(&session, step).into_iter().map(|one| one.what).collect::<Vec<_>>();
    assert_eq!(kinds(5)[..2], [Foreseen::Copy, Foreseen::Fault]);
    assert!(kinds(2).contains(&Foreseen::Split) && kinds(8).contains(&Foreseen::Merge));
}
