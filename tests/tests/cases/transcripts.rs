//! Scripts: every `tests/cases/<topic>/<name>.rhai` beside its expected transcript `<name>.txt`.
//!
//! A transcript has every command with its reply, what a contiguous request took, all events if the script's first line
//! says `// events`, and the machine at the end. Whatever the case is about, its invariants hold, its recording replays
//! to the same events, and going back to the start and forward again changes nothing.

use libtest_mimic::Trial;
use pageturner::config::Config;
use pageturner::lab::recording::Recording;
use pageturner::lab::tell::text::summary;
use pageturner::lab::tell::words::{event_text, reply_text, step_source};
use pageturner::lab::time::session::Session;
use pageturner::script::{Limits, run_script};
use pageturner::vocabulary::event::Event;
use pageturner_tests::SCHEMES;
use pageturner_tests::file_cases::Folder;
use std::fmt::Write;

pub fn trials() -> Vec<Trial> {
    Folder { path: "cases", name: "cases", extension: "rhai" }.compared(|_, source| transcript(source))
}

fn transcript(source: &str) -> String {
    let outcome = run_script(source, &Limits::default(), |_| true);
    let mut out = String::new();
    if let Some(session) = &outcome.session {
        check(session);
        check_schemes(session);
        steps(session, source.starts_with("// events"), &mut out);
        writeln!(out, "\n{}", summary(session.view()).trim_end()).unwrap();
    }
    if let Some(error) = &outcome.error {
        writeln!(out, "\n{error}").unwrap();
    }
    out
}

fn steps(session: &Session, with_events: bool, out: &mut String) {
    let mut view = Session::new(session.config().clone()).expect("the same machine").view().clone();
    for (n, step) in session.steps().iter().enumerate() {
        let reply = reply_text(&step.command, &step.reply);
        let arrow = if reply.is_empty() { "" } else { "  ->  " };
        writeln!(out, "{}{arrow}{reply}", step_source(&step.command, &step.reply)).unwrap();
        for event in session.events_in(session.events_of(n as u32)) {
            view.apply(&event);
            if with_events || matches!(event, Event::Contig { .. }) {
                writeln!(out, "    {}", event_text(&event, &view)).unwrap();
            }
        }
    }
}

fn check(session: &Session) {
    assert_eq!(session.check(), Vec::<String>::new());
    let recording = Recording::from_session(session);
    let text = recording.to_jsonl();
    let again = Recording::parse(&text).expect("a recording that was just written").replay().expect("it ran before");
    assert_eq!(again.digest(), session.digest(), "a replay gives the same events");
    assert_eq!(Recording::from_session(&again).to_jsonl(), text);
    let mut travelled = session.clone();
    while travelled.micro_back() {}
    while travelled.step_forward() {}
    assert_eq!(travelled.view().difference(session.view()), None);
    assert_eq!(travelled.view().tally, session.view().tally);
}

/// Whatever reverse-mapping scheme the case chose: every other answers the same, its invariants hold.
fn check_schemes(session: &Session) {
    for rmap in SCHEMES {
        let mut other = Session::new(Config { rmap, ..session.config().clone() }).expect("the same machine");
        for step in session.steps() {
            let reply = other.run(step.command.clone()).expect("it ran before");
            assert_eq!(reply, step.reply, "{rmap:?}: {:?}", step.command);
            assert_eq!(other.check(), Vec::<String>::new(), "{rmap:?}: {:?}", step.command);
        }
    }
}
