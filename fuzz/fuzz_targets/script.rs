//! Any text is a scenario or a placed error, ends within its limits and leaves a sound machine; what ran can be written
//! as a recording and read back. The lines of the text are given to the console, too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pageturner::config::Config;
use pageturner::lab::recording::Recording;
use pageturner::lab::time::session::Session;
use pageturner::script::{ConsoleScope, Limits, console_line, run_script};

/// Small enough for thousands of runs a minute.
fn limits() -> Limits {
    Limits { operations: 20_000, commands: 200, frames: 1024, looks: 200_000, memory: 1 << 20, ..Limits::default() }
}

fuzz_target!(|text: &str| {
    let outcome = run_script(text, &limits(), |_| true);
    if let Some(recording) = outcome.recording(text) {
        assert_eq!(Recording::parse(&recording.to_jsonl()).as_ref(), Ok(&recording));
    }
    if let Some(session) = outcome.session {
        assert_eq!(session.check(), [""; 0]);
    }
    let mut session = Session::new(Config::classroom()).expect("the classroom machine is a good one");
    let mut scope = ConsoleScope::default();
    for line in text.lines().take(8) {
        let _ = console_line(&mut session, &mut scope, line);
    }
    assert_eq!(session.check(), [""; 0]);
});
