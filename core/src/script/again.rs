//! Running a script again on machines that differ: what it does there may depend on what they answer.
//!
//! A run on another machine has a state of its own ([`State`]) in the same room, while the first run's waits. What limits
//! count is handed from run to run, so limits hold for all of them together. Such a run asks no questions of its own:
//! `what_if` answers what it answered the first time at the same place, so there is never a run within a run within a run.

use super::Limits;
use super::engine::engine;
use super::errors::{Around, innermost, placed};
use super::room::{Room, State, Trouble};
use super::scenario::{Outcome, finish, run};
use super::tokens::Tokens;
use super::what_if::Reached;
use crate::config::Config;
use crate::lab::compare::{Changes, Rerun, changed, configs};
use crate::lab::recording::Recording;
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::{MAX_EVENTS, Session};
use crate::refusal::Refusal;
use rhai::{Engine, EvalAltResult, Map, Position};
use std::collections::BTreeMap;

/// Where `what_if` is called, and for the which time there.
pub type Call = (usize, usize, u32);

/// What a run knows of the other runs of its script.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// Fields that are changed on every machine that the script makes; none in the first run.
    changes: Option<Changes>,
    /// The call that this run is wanted for.
    wanted: Option<Call>,
    /// How often `what_if` was called at each place, in this run.
    calls: BTreeMap<(usize, usize), u32>,
    /// What it answered in the first run.
    answers: BTreeMap<Call, Map>,
    /// Events that other runs have made.
    events: usize,
}

impl Again {
    /// Of a run that follows the first one, on the same machine.
    pub fn following(first: &Again) -> Again {
        Again { changes: Some(Changes::new()), answers: first.answers.clone(), ..Again::default() }
    }

    /// Whether this is not the first run.
    pub fn is_other(&self) -> bool {
        self.changes.is_some()
    }

    /// Counts a call of `what_if`.
    pub fn next_call(&mut self, at: Position) -> Call {
        let place = (at.line().unwrap_or(0), at.position().unwrap_or(0));
        let times = self.calls.entry(place).or_default();
        *times += 1;
        (place.0, place.1, *times)
    }

    /// Whether this run is to end at this call.
    pub fn is_wanted(&self, call: Call) -> bool {
        self.wanted == Some(call)
    }

    /// What the call answered in the first run.
    pub fn known(&self, call: Call) -> Option<Map> {
        self.answers.get(&call).cloned()
    }

    /// Remembers it.
    pub fn keep(&mut self, call: Call, answer: &Map) {
        self.answers.insert(call, answer.clone());
    }

    /// A machine as this run is to have it.
    pub fn machine(&self, config: Config) -> Result<Session, Refusal> {
        match &self.changes {
            None => Session::new(config),
            Some(changes) => {
                let left = MAX_EVENTS.saturating_sub(self.events);
                Ok(Session::new(changed(&config, changes)?)?.one_of(2, left))
            }
        }
    }

    /// Whether there is room for more events in all runs together.
    pub fn check_events(&self, session: Option<&Session>) -> Result<(), Trouble> {
        let own = session.map_or(0, |session| session.events().len());
        if self.events == 0 || own + self.events < MAX_EVENTS {
            return Ok(());
        }
        let message = format!("the script and its runs on other machines made more than {MAX_EVENTS} events");
        Err(Trouble::new(message, "ask `what_if` less often, or of a shorter script"))
    }
}

/// How a run on another machine ended.
pub enum End {
    /// At the call that it was wanted for.
    Reached,
    /// At the script's end.
    Through,
    /// At an error, which is a finding: `line 4: …`.
    Error(String),
    /// At a limit of all runs together, or because it was cancelled.
    Limit(String),
}

/// A run on another machine.
pub struct Ran {
    pub session: Option<Session>,
    pub end: End,
}

/// Runs the room's script again, on machines with these changes, up to the call that is `wanted`. The room's state waits
/// meanwhile, and then goes on counting where this run has stopped.
pub fn again(engine: &Engine, room: &Room, changes: Changes, wanted: Option<Call>) -> Ran {
    let Some(script) = room.with(|state| state.script.clone()) else {
        return Ran { session: None, end: End::Through };
    };
    let first_operations = room.operations().now.get();
    room.operations().others.set(room.operations().others.get() + first_operations);
    let other = room.with(|state| other(state, changes, wanted));
    let first = room.with(|state| std::mem::replace(state, other));
    let result = engine.run_ast(&script);
    let other = room.with(|state| std::mem::replace(state, first));
    let operations = room.operations();
    operations.others.set(operations.others.get() + operations.now.get() - first_operations);
    operations.now.set(first_operations);
    let end = match result {
        Ok(()) => End::Through,
        Err(error) => end(&error, &other),
    };
    room.with(|state| {
        (state.commands, state.looks, state.progress) = (other.commands, other.looks, other.progress);
        state.again.events += other.session.as_ref().map_or(0, |session| session.events().len());
    });
    Ran { session: other.session, end }
}

/// The state that a run on another machine starts from.
fn other(first: &mut State, changes: Changes, wanted: Option<Call>) -> State {
    let own = first.session.as_ref().map_or(0, |session| session.events().len());
    let progress = std::mem::replace(&mut first.progress, Box::new(|_| true));
    let again = Again {
        changes: Some(changes),
        wanted,
        calls: BTreeMap::new(),
        answers: first.again.answers.clone(),
        events: first.again.events + own,
    };
    State {
        source: first.source.clone(),
        script: first.script.clone(),
        commands: first.commands,
        looks: first.looks,
        again,
        ..State::new(first.limits.clone(), progress)
    }
}

fn end(error: &EvalAltResult, state: &State) -> End {
    let error_text = || {
        let (source, limits, tokens) = (&state.source, &state.limits, &Tokens::default());
        let around = Around { source, limits, variables: &[], tokens, place: None, elsewhere: false };
        let PlacedError { line, message, .. } = placed(error, &around);
        (line, message)
    };
    match innermost(error) {
        EvalAltResult::ErrorTerminated(value, _) if value.is::<Reached>() => End::Reached,
        EvalAltResult::ErrorTerminated(..) | EvalAltResult::ErrorTooManyOperations(_) => End::Limit(error_text().1),
        _ => {
            let (line, message) = error_text();
            End::Error(format!("line {line}: {message}"))
        }
    }
}

/// What came of a script on several machines.
#[derive(Debug)]
pub struct OnEach {
    /// On its own.
    pub first: Outcome,
    /// On those that differ, in the order of the changes.
    pub others: Vec<Rerun>,
}

/// Why a script could not be run again.
#[derive(Clone, PartialEq, Debug)]
pub enum CannotRunAgain {
    /// There is none, or the commands are not only its own: console lines came after it. They can be replayed.
    NoScript(&'static str),
    /// A change that no machine can have, or too much to compare.
    Refused(Refusal),
    /// The text is no script.
    Script(PlacedError),
    /// A limit of all runs together, or it was cancelled.
    Limit(String),
}

/// Runs a script on its own machine, then again on each that differs in these fields. `progress` as in `run_script`, of all
/// runs together.
pub fn run_on_each(
    source: &str,
    changes: &[Changes],
    limits: &Limits,
    progress: impl FnMut(u32) -> bool + 'static,
) -> Result<OnEach, CannotRunAgain> {
    on_each(source, changes, limits, progress, |_| true)
}

/// Goes on to the other machines only if the first run is the one that is wanted.
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
        first.map_err(|Trouble { message, hint, .. }| CannotRunAgain::Refused(Refusal::new(message, hint)))?;
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

/// The same for the script of a recording, if its commands are the script's and no others.
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
