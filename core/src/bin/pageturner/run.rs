//! `run` and `replay`: from a file to a session, then to its report.

use crate::args::RunArgs;
use crate::given::given;
use crate::report::{Report, report};
use crate::{Fatal, Verdict, files};
use pageturner::lab::recording::{Recording, Written};
use pageturner::refusal::Refusal;
use pageturner::script::run_script;
use std::path::Path;

/// Runs a script. After an error, what ran before it is still reported.
pub fn run(args: &RunArgs) -> Verdict {
    let source = given(&args.file, &files::read(&args.file)?, &args.given)?;
    let outcome = run_script(&source, &args.memory.limits(), |_| true);
    let cut = match &args.record {
        Some(path) => outcome.written(&source).map(|written| record(path, &written)).transpose()?.flatten(),
        None => None,
    };
    let broken = args.check.then(|| broken(&outcome.recording(&source)?)).flatten();
    let held = match outcome.session {
        Some(session) => {
            let early = outcome.early.as_ref();
            report(Report { session, printed: outcome.printed, broken, error: outcome.error.as_ref(), early }, args)?
        }
        None => true,
    };
    match (outcome.error, cut) {
        (Some(error), _) => Err(files::in_file(&args.file, error)),
        (None, Some(cut)) => Err(Fatal(cut.to_string())),
        (None, None) => Ok(held),
    }
}

/// Replays a recording. After an error, what ran before it is still reported.
pub fn replay(args: &RunArgs) -> Verdict {
    args.given.refuse_of_recording()?;
    let text = files::read(&args.file)?;
    let recording = Recording::parse(&text).map_err(|error| files::in_file(&args.file, error))?;
    let mut session = recording.start_within(args.memory.bytes()).map_err(|error| files::in_file(&args.file, error))?;
    let error = (0..recording.steps.len()).find_map(|n| recording.replay_step(&mut session, n).err());
    if let Some(path) = &args.record {
        // It fits: it is no longer than what was read.
        record(path, &Written::of(&session, recording.title.as_deref(), recording.script.as_deref()))?;
    }
    let broken = args.check.then(|| broken(&recording)).flatten();
    let held = report(Report { session, printed: Vec::new(), broken, error: error.as_ref(), early: None }, args)?;
    match error {
        Some(error) => Err(files::in_file(&args.file, error)),
        None => Ok(held),
    }
}

/// Writes a session's recording; returns what is to be said if not all of it fitted.
fn record(path: &Path, written: &Written) -> Result<Option<Refusal>, Fatal> {
    files::write(path, &written.text)?;
    Ok(written.cut())
}

/// The first step after which invariants are broken, counted from 1, and these; `None` if all hold. Replays the
/// recording on a second machine and checks it after every command.
fn broken(recording: &Recording) -> Option<(u32, Vec<String>)> {
    let mut session = recording.start().ok()?;
    let first = session.check();
    if !first.is_empty() {
        return Some((0, first));
    }
    for n in 0..recording.steps.len() {
        recording.replay_step(&mut session, n).ok()?;
        let broken = session.check();
        if !broken.is_empty() {
            return Some((session.steps().len() as u32, broken));
        }
    }
    None
}
