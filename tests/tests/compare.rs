//! Machines in lock-step: every `tests/compare/<name>.rhai` beside its expected report `<name>.txt`, machine by machine as
//! its lines `// with: …` say. `UPDATE_EXPECT=1 cargo test -p pageturner-tests --test compare` writes the reports anew.
//!
//! Whatever the case is about: every machine has a step for every command, its invariants hold, and going back to the start
//! and forward again changes nothing. A machine in which nothing is changed makes the same events.

use expect_test::expect_file;
use pageturner::lab::compare::{Changes, Comparison, Findings, MAX_FRAMES, labels, parse_changes, report};
use pageturner::lab::session::Session;
use pageturner::script::{Limits, run_script};
use std::path::Path;

#[test]
fn every_case_gives_its_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("compare");
    let scripts = std::fs::read_dir(root).expect("the folder").map(|entry| entry.expect("an entry").path());
    let mut scripts: Vec<_> = scripts.filter(|path| path.extension().is_some_and(|e| e == "rhai")).collect();
    scripts.sort();
    assert!(scripts.len() > 2, "the cases are found");
    for script in scripts {
        let source = std::fs::read_to_string(&script).expect("a readable script");
        println!("{}", script.display());
        let first = session(&source);
        let with = source.lines().filter_map(|line| line.strip_prefix("// with: "));
        let changes: Vec<_> = with.map(|text| parse_changes(text).expect("changes")).collect();
        let (others, findings) = compared(&first, &changes);
        check(&first, &others);
        let sessions: Vec<_> = std::iter::once(&first).chain(&others).collect();
        let text = report(&findings, &sessions, &labels(first.config(), &changes));
        expect_file![script.with_extension("txt")].assert_eq(&text);
    }
}

fn session(source: &str) -> Session {
    let outcome = run_script(source, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    outcome.session.expect("a machine")
}

/// In small pieces, as the page does it.
fn compared(first: &Session, changes: &[Changes]) -> (Vec<Session>, Findings) {
    let mut comparison = Comparison::new(first, changes).expect("machines");
    while !comparison.advance(first, 1).expect("room") {}
    comparison.finish()
}

fn check(first: &Session, others: &[Session]) {
    for session in others {
        assert_eq!(session.steps().len(), first.steps().len());
        assert_eq!(session.check(), Vec::<String>::new());
        let mut travelled = session.clone();
        while travelled.micro_back() {}
        while travelled.step_forward() {}
        assert_eq!(travelled.view().difference(session.view()), None);
        if session.config() == first.config() {
            assert_eq!(session.digest(), first.digest(), "the same machine does the same");
        }
    }
}

/// What is too much is refused before anything is done.
#[test]
fn limits_are_refusals() {
    let first = session("machine(#{ frames: 64 });");
    let refused = |changes: &[&str]| {
        let changes: Vec<_> = changes.iter().map(|text| parse_changes(text).expect("changes")).collect();
        Comparison::new(&first, &changes).expect_err("too much").what
    };
    assert_eq!(refused(&[]), "compare: 0 machines beside the first");
    assert_eq!(refused(&["rmap=none"; 4]), "compare: 4 machines beside the first");
    assert!(refused(&[&format!("frames={MAX_FRAMES}")]).contains("frames together"));
    assert!(refused(&["frames=3"]).contains("frames: 3 is outside"));
    assert!(refused(&["colour=red"]).contains("colour"));
}
