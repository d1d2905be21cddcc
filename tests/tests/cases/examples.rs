//! The examples that the page opens under *Open*: short scripts by topic. Each runs to its end, every claim in it
//! holds, and the machine is sound.

use super::lessons::claims;
use libtest_mimic::Trial;
use pageturner::script::{Limits, header, run_script};
use pageturner::vocabulary::command::Command;
use pageturner_tests::file_cases::Folder;

const EXAMPLES: Folder = Folder { path: "../www/examples", name: "examples", extension: "rhai" };

/// Short enough to be read at a glance.
const MOST_LINES: usize = 50;

pub fn trials() -> Vec<Trial> {
    EXAMPLES.checked(example)
}

fn example(source: &str) {
    for name in ["title", "topic", "order", "teaches"] {
        assert!(header(source, name).is_some_and(|value| !value.is_empty()), "it has a line //! {name}:");
    }
    assert!(source.lines().count() <= MOST_LINES, "it has at most {MOST_LINES} lines");
    let outcome = run_script(source, &Limits::default(), |_| true);
    assert_eq!(outcome.error.map(|error| error.to_string()), None);
    let session = outcome.session.expect("an example has a machine");
    assert_eq!(claims(&session, false), Vec::<&Command>::new(), "every claim holds");
    assert!(!claims(&session, true).is_empty(), "it claims something");
    assert!(session.steps().iter().any(|step| matches!(step.command, Command::Note(_))), "it says something");
    assert_eq!(session.check(), Vec::<String>::new());
}
