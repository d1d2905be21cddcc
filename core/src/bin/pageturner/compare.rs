//! `compare`: a script run on several machines, or a recording's commands replayed on them, and how they fared.

use crate::args::CompareArgs;
use crate::output::Output;
use crate::{Fatal, Verdict, files};
use pageturner::lab::compare::{Changes, Comparison, Figures, labels, named_partners, parse_changes, report};
use pageturner::lab::recording::Recording;
use pageturner::lab::tell::dump::JsonLine;
use pageturner::lab::tell::placed::PlacedError;
use pageturner::lab::time::session::Session;
use pageturner::refusal::Refusal;
use pageturner::script::{CannotRunAgain, OnEach, run_on_each, run_recording_on_each, run_script};
use std::path::Path;

/// Compares, and writes the table or, for programs, an object for each machine.
pub fn compare(args: &CompareArgs) -> Verdict {
    let text = files::read(&args.file)?;
    let recording = text.trim_start().starts_with('{').then(|| Recording::parse(&text)).transpose();
    let recording = recording.map_err(|error| files::in_file(&args.file, error))?;
    let script = recording.as_ref().map_or(Some(text.as_str()), |recording| recording.script.as_deref());
    let changes = match args.with.as_slice() {
        [] => named_partners(script.unwrap_or_default()),
        with => with.iter().map(|text| parse_changes(text)).collect(),
    };
    let changes: Vec<Changes> = changes.map_err(refused)?;
    if changes.is_empty() {
        return Err(Fatal("compare: with which machine? Say --with FIELDS, such as --with rmap=none".into()));
    }
    let (first, mut comparison, why_replayed) = start(args, &text, recording.as_ref(), &changes)?;
    while !comparison.advance(&first, usize::MAX).map_err(refused)? {}
    let labels = labels(first.config(), &changes);
    let (others, findings) = comparison.finish();
    let sessions: Vec<&Session> = std::iter::once(&first).chain(&others).collect();
    let mut out = Output::new();
    if !args.json {
        if let Some(why) = why_replayed {
            out.line(format!("Replayed, for {why}."))?;
        }
        out.text(&report(&findings, &sessions, &labels))?;
        out.flush()?;
        return Ok(true);
    }
    for (machine, (label, session)) in labels.iter().zip(&sessions).enumerate() {
        let parting = findings.parting(machine);
        let figures = Figures::of(&findings, &first, machine, session, first.steps().len() as u32);
        let line = JsonLine::new().field("machine", label).field("replayed", !findings.run_again());
        let line = line.field("commands", session.steps().len()).field("figures", figures);
        let line = line.field("ended", findings.ended(machine));
        // Steps count from 1, as in the table; `first_place` 0 is the start.
        let line = line.field("first_command", parting.command.map(|step| step + 1));
        let line = line.field("first_outcome", parting.outcome.map(|step| step + 1));
        let line = line.field("first_victim", parting.victim.map(|step| step + 1));
        out.line(line.field("first_place", parting.place).end())?;
    }
    out.flush()?;
    Ok(true)
}

/// The first machine's session and the others, not yet given anything; and why commands are replayed, if that was not
/// asked for with `--replay`.
fn start(
    args: &CompareArgs,
    text: &str,
    recording: Option<&Recording>,
    changes: &[Changes],
) -> Result<(Session, Comparison, Option<&'static str>), Fatal> {
    let again = match (recording, args.replay) {
        (_, true) => Err(None),
        (None, false) => run_on_each(text, changes, &args.memory.limits(), |_| true).map_err(Some),
        (Some(recording), false) => {
            run_recording_on_each(recording, changes, &args.memory.limits(), |_| true).map_err(Some)
        }
    };
    let why = match again {
        Ok(OnEach { first, others }) => {
            let first = session(&args.file, first.session, first.error)?;
            let comparison = Comparison::again(&first, None, others).map_err(refused)?;
            return Ok((first, comparison, None));
        }
        Err(None) => None,
        Err(Some(CannotRunAgain::NoScript(why))) => Some(why),
        Err(Some(CannotRunAgain::Refused(refusal))) => return Err(refused(refusal)),
        Err(Some(CannotRunAgain::Script(error))) => return Err(files::in_file(&args.file, error)),
        Err(Some(CannotRunAgain::Limit(what))) => return Err(Fatal(format!("compare: {what}"))),
    };
    let first = match recording {
        Some(recording) => {
            recording.replay_within(args.memory.bytes()).map_err(|error| files::in_file(&args.file, error))?
        }
        None => {
            let outcome = run_script(text, &args.memory.limits(), |_| true);
            session(&args.file, outcome.session, outcome.error)?
        }
    };
    let comparison = Comparison::replay(&first, changes).map_err(refused)?;
    Ok((first, comparison, why))
}

fn session(path: &Path, session: Option<Session>, error: Option<PlacedError>) -> Result<Session, Fatal> {
    match (session, error) {
        (Some(session), None) => Ok(session),
        (_, Some(error)) => Err(files::in_file(path, error)),
        (None, None) => Err(files::in_file(path, "the script made no machine")),
    }
}

fn refused(refusal: Refusal) -> Fatal {
    Fatal(refusal.to_string())
}
