//! Machines in lock-step: every `tests/compare/<name>.rhai` beside its expected report `<name>.txt`, machine by machine
//! as its lines `// with: …` say. The script is run again on each machine; with a line `// replay` the first one's
//! commands are replayed instead.
//!
//! Whatever the case is about: every place in the first machine's time is one in the others', in the same order, and
//! all end together; invariants hold, and going back to the start and forward again changes nothing. A machine in which
//! nothing is changed makes the same events.

use libtest_mimic::Trial;
use pageturner::lab::compare::{Changes, Comparison, Findings, labels, parse_changes, report};
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_on_each, run_script};
use pageturner_tests::file_cases::Folder;

pub fn trials() -> Vec<Trial> {
    Folder { path: "compare", name: "compare", extension: "rhai" }.compared(|_, source| reported(source))
}

fn reported(source: &str) -> String {
    let with = source.lines().filter_map(|line| line.strip_prefix("// with: "));
    let changes: Vec<_> = with.map(|text| parse_changes(text).expect("changes")).collect();
    let again = if source.contains("\n// replay\n") { replayed } else { run_again };
    let (first, others, findings) = again(source, &changes);
    check(&first, &others, &findings);
    let sessions: Vec<_> = std::iter::once(&first).chain(&others).collect();
    report(&findings, &sessions, &labels(first.config(), &changes))
}

fn replayed(source: &str, changes: &[Changes]) -> (Session, Vec<Session>, Findings) {
    let outcome = run_script(source, &Limits::default(), |_| true);
    assert_eq!(outcome.error, None);
    let first = outcome.session.expect("a machine");
    let (others, findings) = in_pieces(&first, Comparison::replay(&first, changes).expect("machines"));
    (first, others, findings)
}

fn run_again(source: &str, changes: &[Changes]) -> (Session, Vec<Session>, Findings) {
    let ran = run_on_each(source, changes, &Limits::default(), |_| true).expect("it can be run again");
    assert_eq!(ran.first.error, None);
    let first = ran.first.session.expect("a machine");
    let (others, findings) = in_pieces(&first, Comparison::again(&first, None, ran.others).expect("machines"));
    (first, others, findings)
}

/// As the page does it.
fn in_pieces(first: &Session, mut comparison: Comparison) -> (Vec<Session>, Findings) {
    while !comparison.advance(first, 1).expect("room") {}
    comparison.finish()
}

fn check(first: &Session, others: &[Session], findings: &Findings) {
    let steps = first.steps().len() as u32;
    for (n, session) in others.iter().enumerate() {
        let places: Vec<u32> = (0..=steps).map(|step| findings.at(n + 1, step)).collect();
        assert!(places.is_sorted(), "time runs forward");
        assert_eq!(places.last(), Some(&(session.steps().len() as u32)), "they end together");
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
