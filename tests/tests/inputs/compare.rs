//! Machines compared: what is refused, limits that hold for all runs together, when a recording is run again, partners
//! that a script names. Reports are file cases, in `tests/compare`.

use pageturner::lab::compare::{Comparison, MAX_FRAMES, likely_partner, named_partners, parse_changes};
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::script::{CannotRunAgain, Limits, run_on_each, run_recording_on_each, run_script};

fn session(source: &str) -> Session {
    let outcome = run_script(source, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    outcome.session.expect("a machine")
}

/// What is too much is refused before anything is done.
#[test]
fn limits_are_refusals() {
    let first = session("machine(#{ frames: 64 });");
    let refused = |changes: &[&str]| {
        let changes: Vec<_> = changes.iter().map(|text| parse_changes(text).expect("changes")).collect();
        Comparison::replay(&first, &changes).expect_err("too much").what
    };
    assert_eq!(refused(&[]), "compare: 0 machines beside the first");
    assert_eq!(refused(&["rmap=none"; 4]), "compare: 4 machines beside the first");
    assert!(refused(&[&format!("frames={MAX_FRAMES}")]).contains("frames together"));
    assert!(refused(&["frames=3"]).contains("frames: 3 is outside"));
    assert!(refused(&["colour=red"]).contains("colour"));
}

/// Runs again what a recording's script asked, but replays what came after the script, or what has none.
#[test]
fn a_recording_is_run_again_if_it_is_all_of_its_script() {
    let source = "machine(#{ frames: 64 });\nalloc(3);\n";
    let changes = [parse_changes("max_order=3").expect("changes")];
    let whole = run_script(source, &Limits::default(), |_| true).recording(source).expect("a machine");
    let again = |recording: &Recording| run_recording_on_each(recording, &changes, &Limits::default(), |_| true);
    assert_eq!(again(&whole).expect("it is the script's").others.len(), 1);
    let longer = Recording { steps: [&whole.steps[..], &whole.steps[..]].concat(), ..whole.clone() };
    let without = Recording { script: None, ..whole.clone() };
    for recording in [longer, without] {
        let cannot = again(&recording).expect_err("there are other commands");
        assert!(matches!(cannot, CannotRunAgain::NoScript(_)), "{cannot:?}");
    }
}

/// Every run counts: what one run may use up is not enough for all of them.
#[test]
fn limits_are_for_all_runs_together() {
    let source = "machine(#{ frames: 64 });\nfor n in 0..40 { note(n); }\n";
    let changes = ["max_order=3", "rmap=none"].map(|text| parse_changes(text).expect("changes"));
    let run = |commands, operations| {
        run_on_each(source, &changes, &Limits { commands, operations, ..Limits::default() }, |_| true)
    };
    let alone = |operations| run_script(source, &Limits { operations, ..Limits::default() }, |_| true).error.is_none();
    let enough = (1..).find(|operations| alone(*operations)).expect("some number of operations is enough");
    assert!(run(120, 3 * enough).is_ok());
    for limits in [run(119, 3 * enough), run(120, 3 * enough - 1)] {
        let Err(CannotRunAgain::Limit(what)) = limits else { panic!("no limit was reached") };
        assert!(what.contains("more than"), "{what}");
    }
    let cancelled = run_on_each(source, &changes, &Limits { commands: 300, ..Limits::default() }, |_| false);
    assert!(cancelled.is_ok(), "nobody was asked in so few commands");
    let long = "machine(#{ frames: 64 });\nfor n in 0..200 { note(n); }\n";
    let cancelled = run_on_each(long, &changes, &Limits::default(), |commands| commands < 256);
    assert!(matches!(&cancelled, Err(CannotRunAgain::Limit(what)) if what.contains("cancelled")));
}

#[test]
fn partners_are_named_by_the_script_or_likely() {
    let named = |header: &str| named_partners(&format!("//! title: t\n{header}machine(#{{ frames: 64 }});\n"));
    let changes = |text: &str| parse_changes(text).expect("changes");
    assert_eq!(
        named("//! compare: rmap=none\n//! compare: frames=32, max_order=2\n"),
        Ok(vec![changes("rmap=none"), changes("frames=32,max_order=2")])
    );
    assert_eq!(named(""), Ok(vec![]));
    assert_eq!(named("machine(#{});\n//! compare: rmap=none\n"), Ok(vec![]), "a header stands before all else");
    assert!(named("//! compare: red\n").expect_err("no field").what.contains("`red` has no value"));
    let likely = |source: &str| likely_partner(&session(source));
    assert_eq!(likely("machine(#{ frames: 64 }); alloc(3);"), changes("allocator=memarea"));
    assert_eq!(likely("machine(#{ frames: 64, allocator: \"gravity\" }); alloc(3);"), changes("allocator=buddy"));
    let reclaim = "let p = spawn(); p.touch(p.mmap(3), 3); reclaim(1);";
    assert_eq!(likely(&format!("machine(#{{ frames: 64 }}); {reclaim}")), changes("rmap=none"));
    assert_eq!(likely(&format!("machine(#{{ frames: 64, rmap: \"none\" }}); {reclaim}")), changes("rmap=object"));
    let of = |scheme: &str, calls: &str| likely(&format!("machine(#{{ frames: 64, rmap: \"{scheme}\" }}); {calls}"));
    for (heap, rival) in [("phk", "heap=dl"), ("kr", "heap=phk"), ("freelist", "allocator=memarea")] {
        assert_eq!(of("object", &format!("spawn().heap(\"{heap}\").malloc(9);")), changes(rival));
    }
    assert_eq!(of("object", "kmalloc(9);"), changes("kmalloc.kind=slab"));
    for (calls, with_none, with_object) in [
        ("", "allocator=memarea", "allocator=memarea"),
        ("spawn().fork();", "rmap=object", "rmap=none"),
        ("alloc(3); spawn().fork();", "allocator=memarea", "allocator=memarea"),
        (&format!("alloc(3); {reclaim}"), "rmap=object", "rmap=none"),
    ] {
        assert_eq!(of("none", calls), changes(with_none), "{calls}");
        assert_eq!(of("object", calls), changes(with_object), "{calls}");
    }
}
