//! A script on several machines: on its own, then again on each that differs.

use super::again::{End, again};
use super::engine::engine;
use super::limits::Limits;
use super::mistake::Mistake;
use super::room::Room;
use super::scenario::{Outcome, finish, run};
use crate::lab::compare::{Changes, Rerun, changed, configs};
use crate::lab::recording::Recording;
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::Session;
use crate::refusal::Refusal;

/// The results of a script on several machines.
#[derive(Debug)]
pub struct OnEach {
    /// The result on its own machine.
    pub first: Outcome,
    /// The runs on machines that differ, in the order of the changes.
    pub others: Vec<Rerun>,
}

/// Why a script could not be run again.
#[derive(Clone, PartialEq, Debug)]
pub enum CannotRunAgain {
    /// The session has no script, or not all commands are the script's: console lines came after it. They can be
    /// replayed.
    NoScript(&'static str),
    /// A change that no machine can have, or too much to compare.
    Refused(Refusal),
    /// The text is no script.
    Script(PlacedError),
    /// A limit of all runs together, or it was cancelled.
    Limit(String),
}

/// Runs a script on its own machine, then again on each that differs in these fields. `progress` gets now and then how
/// many commands all runs together were given, and returns whether to go on.
pub fn run_on_each(
    source: &str,
    changes: &[Changes],
    limits: &Limits,
    progress: impl FnMut(u32) -> bool + 'static,
) -> Result<OnEach, CannotRunAgain> {
    on_each(source, changes, limits, progress, |_| true)
}

/// Runs a script on all machines; goes on to the others only if `is_wanted` accepts the first session.
fn on_each(
    source: &str,
    changes: &[Changes],
    limits: &Limits,
    progress: impl FnMut(u32) -> bool + 'static,
    is_wanted: impl FnOnce(&Session) -> bool,
) -> Result<OnEach, CannotRunAgain> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let room = Room::new(limits.clone(), Box::new(progress));
    let ran = run(source, &room);
    if let Err(error) = &ran
        && room.with(|state| state.script.is_none())
    {
        return Err(CannotRunAgain::Script(error.clone()));
    }
    let first = room.with(|state| state.session().map(|first| (first.config().clone(), is_wanted(first))));
    let (config, wanted) =
        first.map_err(|Mistake { message, hint, .. }| CannotRunAgain::Refused(Refusal::new(message, hint)))?;
    if !wanted {
        return Err(CannotRunAgain::NoScript("its commands are not only those of its script"));
    }
    configs(&config, changes).map_err(CannotRunAgain::Refused)?;
    let engine = engine(&room);
    let mut others = Vec::new();
    for changes in changes {
        let ran = again(&engine, &room, changes.clone(), None);
        let ended = match ran.end {
            End::Reached | End::Through => None,
            End::Error(error) => Some(error),
            End::Limit(message) => return Err(CannotRunAgain::Limit(message)),
        };
        let session = match ran.session {
            Some(session) => session,
            None => changed(&config, changes).and_then(Session::new).map_err(CannotRunAgain::Refused)?,
        };
        others.push(Rerun::of(&session, ended));
    }
    Ok(OnEach { first: finish(&room, ran), others })
}

/// Runs the script of a recording on its own machine and on each that differs, if the recording's commands are exactly
/// the script's.
pub fn run_recording_on_each(
    recording: &Recording,
    changes: &[Changes],
    limits: &Limits,
    progress: impl FnMut(u32) -> bool + 'static,
) -> Result<OnEach, CannotRunAgain> {
    let Some(script) = &recording.script else {
        return Err(CannotRunAgain::NoScript("there is no script"));
    };
    on_each(script, changes, limits, progress, |session| {
        let Rerun { config, steps, .. } = Rerun::of(session, None);
        config == recording.config && steps == recording.steps
    })
}
