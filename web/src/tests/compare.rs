//! A comparison as the page makes it: in pieces, then the other machine's session beside its own.

use crate::compare::{Comparison, Reruns};
use crate::dto::{RerunDto, SpanDto};
use crate::scripts::runs_of;
use crate::session::JsSession;
use pageturner::config::Config;
use pageturner::lab::time::session::Session as Core;
use pageturner::script::{Limits, run_script};
use pageturner::units::Pfn;
use pageturner::vocabulary::command::{Command, Free};
use pageturner::vocabulary::request::Request;

/// Three requests; the second can never be served by blocks of at most 4 frames.
fn first() -> JsSession {
    let mut core = Core::new(Config { frames: 64, ..Config::default() }).unwrap();
    for command in [
        Command::Alloc(Request::of(3)),
        Command::Alloc(Request::of(8)),
        Command::Alloc(Request::of(2)),
        Command::Free(Free { pfn: Pfn(8), pages: 8 }),
    ] {
        core.run(command).unwrap();
    }
    JsSession::new(core, None, None)
}

#[test]
fn machines_are_compared_in_pieces() {
    let mut first = first();
    let mut comparison = Comparison::begin(&first, r#"[{"max_order":2}]"#, None).unwrap();
    assert!(comparison.take_session(1).is_none(), "nothing has been given yet");
    let mut pieces = 1;
    while !comparison.advance_by(&first, 1).unwrap() {
        assert_eq!(comparison.done(), pieces);
        pieces += 1;
    }
    assert_eq!(pieces, 4);
    first.seek(1);
    let found = comparison.found_dto(&mut first);
    assert_eq!(first.core().cursor().step, 1, "it is where it was");
    first.seek(4);
    let labels: Vec<&str> = found.machines.iter().map(|machine| machine.label.as_str()).collect();
    assert_eq!((labels, found.size), (vec!["max_order 10", "max_order 2"], 8));
    assert_eq!((found.machines[1].outcome, found.machines[1].place), (Some(2), Some(2)));
    assert_eq!(
        (found.failed_count, found.failed[0].step, &found.failed[0].served),
        (1, 2, &vec![Some(true), Some(false)])
    );
    let mut other = comparison.take_session(1).unwrap();
    assert!(comparison.take_session(1).is_none() && comparison.take_session(0).is_none());
    let figures = [comparison.figures_of(&first, 0, &first, 4), comparison.figures_of(&first, 1, &other, 4)];
    assert_eq!(figures.map(|f| (f.value(0), f.value(1))), [(3, 0), (2, 1)]);
    assert_eq!(comparison.answer(1, &other, 2), Some("frame 2".into()));
    assert!(comparison.answer(1, &other, 1).is_some_and(|text| text.starts_with("not given: alloc: 8 pages")));
    assert_eq!(comparison.answer(1, &other, 4), None);
    // What the painter outlines, once one machine has given what the other has not.
    first.seek(2);
    other.seek(2);
    let uses = |session: &mut JsSession| session.frame_uses().1.to_vec();
    assert_ne!(uses(&mut first), uses(&mut other));
}

#[test]
fn what_can_not_be_compared_is_told() {
    let first = first();
    for (changes, told) in [
        ("[]", "0 machines beside the first"),
        ("{}", "expected an array of objects"),
        (r#"[{"allocator":"none"}]"#, "none"),
        (r#"[{"max_order":11}]"#, "max_order: 11 is over 10"),
    ] {
        let error = Comparison::begin(&first, changes, None).expect_err(changes);
        assert!(error.message.contains(told), "{changes}: {}", error.message);
    }
}

/// As the page does it: the script's runs come from a worker.
#[test]
fn a_script_is_run_again_on_each() {
    let script = "machine(#{ frames: 64, swap_slots: 0 });\nlet f = alloc(40);\nif f != \"ENOMEM\" { free(f, 40); }\n";
    let outcome = run_script(script, &Limits::default(), |_| true);
    let recording = outcome.recording(script).unwrap();
    let text = recording.to_jsonl();
    let mut first = JsSession::new(recording.replay().unwrap(), None, recording.script);
    let changes = r#"[{"allocator":"memarea"}]"#;
    let runs = runs_of(&text, changes, |_| true).unwrap().unwrap();
    let mut read = Reruns::new(runs.ended);
    assert!(read.read_lines("{}").is_err(), "no machine yet");
    for RerunDto { recording, ended } in runs.others {
        read.next(ended);
        recording.split_inclusive('\n').for_each(|line| read.read_lines(line).unwrap());
    }
    let mut comparison = Comparison::begin(&first, changes, Some(read)).unwrap();
    while !comparison.advance_by(&first, 1).unwrap() {}
    let found = comparison.found_dto(&mut first);
    assert!(found.again);
    let steps: Vec<_> = found.machines.iter().map(|machine| (machine.steps, machine.commands)).collect();
    assert_eq!(steps, [(1, None), (2, Some(1))]);
    assert_eq!(found.machines[1].commands_text.as_deref(), Some("step 2, the end; here free(1, 40) (line 3)"));
    let other = comparison.take_session(1).unwrap();
    let SpanDto { from, to, .. } = comparison.span_of(1, &other, 0);
    assert_eq!((from, to), (0, 2), "what only the other has comes with the first one's last");
    let with_more = text + r#"{"do":"alloc","pages":1}"# + "\n";
    assert!(runs_of(&with_more, changes, |_| true).unwrap().is_err(), "a console line came after the script");
}
