//! What is told of processes that were ended by a signal, and as long as it is told.

use super::translate::session;
use crate::dto::KilledDto;
use pageturner::config::Config;

/// The only process that was ended, after all lines.
fn killed(lines: &[&str]) -> KilledDto {
    let mut session = session(Config::default(), lines);
    let mut all = session.state_dto().killed;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// A stack of two pages, written at its top, and a VMA below it that ends so many pages under its start.
fn stack_above(pages: u64) -> Vec<String> {
    vec![
        r#"let p = spawn("p")"#.into(),
        "let top = 0x7f0000000000".into(),
        r#"p.mmap(#{ addr: top, pages: 2, flags: ["private", "anonymous", "fixed", "growsdown"] })"#.into(),
        "p.touch(top + PAGE)".into(),
        format!(
            r#"p.mmap(#{{ addr: top - {} * PAGE, pages: 1, flags: ["private", "anonymous", "fixed"] }})"#,
            pages + 1
        ),
    ]
}

fn with(mut lines: Vec<String>, last: &str) -> KilledDto {
    lines.push(last.into());
    killed(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_null_pointer_is_called_by_its_name() {
    let told = killed(&[r#"let p = spawn("sh")"#, "p.mmap(1)", "p.read(0)"]);
    assert_eq!((told.headline.as_str(), told.signal.as_str(), told.step), ("Segmentation fault", "SIGSEGV", 2));
    assert_eq!(told.name, "sh");
    assert!(
        told.story.starts_with("It read address 0x0: no VMA holds it; the nearest is anonymous memory"),
        "{}",
        told.story
    );
    assert_eq!(told.in_c, "*p, where p is NULL.");
    assert!(told.below.is_none() && told.holds.is_none() && told.above.is_some());
    let field = killed(&[r#"let p = spawn()"#, "p.mmap(1)", "p.write(0x18, \"x\")"]);
    assert!(field.story.starts_with("It wrote to address 0x18"), "{}", field.story);
    assert!(field.in_c.contains("the address is the offset"));
}

#[test]
fn rights_and_ends_are_told() {
    let rights = killed(&[r#"let p = spawn()"#, "let a = p.mmap(1, \"r\")", "p.write(a, \"x\")"]);
    assert!(rights.story.ends_with("holds it, but its rights are r--p."), "{}", rights.story);
    assert!(rights.in_c.contains("a string literal"));
    assert!(rights.holds.is_some());
    let over = killed(&[
        r#"let p = spawn()"#,
        "let a = p.mmap(#{ addr: 0x1000000, pages: 1 })",
        "p.touch(a)",
        "p.read(a + PAGE + 3)",
    ]);
    assert!(over.story.ends_with("ends 3 bytes before it."), "{}", over.story);
    assert!(over.in_c.starts_with("a[i] with i too large"));
    let bus = killed(&[
        r#"let p = spawn()"#,
        r#"let a = p.mmap(#{ pages: 2, flags: ["shared"], file: "data" })"#,
        "truncate(\"data\", 10)",
        "p.read(a + PAGE)",
    ]);
    assert_eq!((bus.headline.as_str(), bus.signal.as_str()), ("Bus error", "SIGBUS"));
    assert!(bus.story.contains("beyond the end"), "{}", bus.story);
}

#[test]
fn why_a_stack_did_not_grow() {
    let gap = with(stack_above(300), "p.touch(top - 200 * PAGE)");
    assert!(gap.story.contains("100 pages would be left free above anonymous memory"), "{}", gap.story);
    assert!(gap.story.ends_with("and the guard gap is 256 pages."));
    assert_eq!(gap.guard, Some(256));
    assert_eq!((gap.below.unwrap().pages, gap.above.unwrap().pages), (100.0, 200.0));
    let limit = with(stack_above(9000), "p.touch(top - 2047 * PAGE)");
    assert!(limit.story.ends_with("cannot grow so far: its limit is 2,048 pages."), "{}", limit.story);
    assert!(limit.in_c.starts_with("A stack overflow"));
}

#[test]
fn a_stack_that_grows_says_by_how_much() {
    let lines = stack_above(9000);
    let mut lines: Vec<_> = lines.iter().map(String::as_str).collect();
    lines.push("p.touch(top - 3 * PAGE)");
    let mut session = session(Config::default(), &lines);
    let changed = session.state_dto().changed;
    assert_eq!(changed.grown.iter().map(|(_, pages)| *pages).collect::<Vec<_>>(), [3]);
    assert!(session.state_dto().killed.is_empty());
}

#[test]
fn it_is_told_from_the_signal_on_and_not_before() {
    let lines = [r#"let p = spawn("p")"#, "let q = spawn(\"q\")", "p.mmap(2)", "p.read(0)", "q.mmap(1)", "q.read(0)"];
    let mut session = session(Config::default(), &lines);
    let names = |session: &mut crate::session::JsSession| {
        session.state_dto().killed.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut session), ["q", "p"], "the latest first");
    let whole = session.state_dto().killed.remove(1);
    let events = session.core().events_of(3);
    for event in events.clone() {
        session.seek_event(event + 1);
        let told = session.state_dto().killed;
        let after = session.core().events_in(events.start..event + 1);
        let signalled = after.iter().any(|event| event.name() == "signal");
        assert_eq!(told.len(), usize::from(signalled));
        assert!(told.iter().all(|one| *one == whole), "the same while its address space is taken apart");
    }
    session.seek(3);
    assert!(names(&mut session).is_empty());
    session.seek(4);
    assert_eq!(names(&mut session), ["p"]);
    assert_eq!(session.console_dto("q.touch(0x5000000)").error, None);
    assert_eq!(names(&mut session), ["q", "p"], "another future");
}

#[test]
fn who_the_oom_killer_chose_is_told_apart() {
    let config = Config { frames: 64, swap_slots: 0, ..Config::default() };
    let mut session = session(
        config,
        &[
            "let p = spawn(\"big\")",
            "let q = spawn(\"small\")",
            "let a = p.mmap(40)",
            "let b = q.mmap(30)",
            "p.touch(a, 40)",
            "q.touch(b, 30)",
        ],
    );
    let all = session.state_dto().killed;
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].name.as_str(), all[0].headline.as_str(), &all[0].addr), ("big", "Killed", &None));
    assert!(all[0].story.contains("it had the most pages"), "{}", all[0].story);
}
