//! The script language: what it can do, what it says to mistakes, and that nothing gets past its limits.

mod console;
mod hostile;
mod machine;
mod manual;
mod outcome;
mod over_seeds;
mod what_if;

use pageturner::script::{Limits, Outcome, run_script};
use pageturner::vocabulary::command::{Command, Expect};

fn run(script: &str) -> Outcome {
    run_script(script, &Limits::default(), |_| true)
}

/// Runs a script of expectations, all of which must hold.
fn all_hold(script: &str) {
    let outcome = run(script);
    assert_eq!(outcome.error.map(|error| error.to_string()), None, "{script}");
    let session = outcome.session.expect("a script without errors has a session");
    let failed: Vec<_> = session
        .steps()
        .iter()
        .filter(|step| matches!(step.command, Command::Expect(Expect { held: false, .. })))
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert!(session.steps().iter().any(|step| matches!(step.command, Command::Expect(_))), "it expects something");
    assert_eq!(outcome.failed_expects, 0);
    assert_eq!(session.check(), Vec::<String>::new());
}

/// The error without the quoted line: `line:column message = hint`.
fn error(script: &str) -> String {
    let error = run(script).error.unwrap_or_else(|| panic!("no error in {script}"));
    assert!(error.to_string().len() < 1500, "short enough to read");
    let hint = error.hint.map(|hint| format!(" = {hint}")).unwrap_or_default();
    format!("{}:{} {}{hint}", error.line, error.column, error.message)
}
