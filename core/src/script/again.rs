//! Running a script again on machines that differ: what it does there may depend on the answers of each machine.
//!
//! A run on another machine has its own state ([`State`]) in the same room, while the first run's waits. The use of
//! each limit is handed from run to run, so limits hold for all of them together. Such a run asks no questions of its
//! own: in it, `what_if` returns the first run's answer at the same place, so runs never nest deeper than one.

use super::errors::{Around, innermost, placed};
use super::other_runs::{Call, OtherRuns, Reached};
use super::room::{Room, State};
use super::tokens::Tokens;
use crate::lab::compare::Changes;
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::Session;
use rhai::{Engine, EvalAltResult};
use std::collections::BTreeMap;

/// How a run on another machine ended.
pub enum End {
    /// At the call that it was meant for.
    Reached,
    /// At the script's end.
    Through,
    /// At an error, which is a finding: `line 4: …`.
    Error(String),
    /// At a limit of all runs together, or because it was cancelled.
    Limit(String),
}

/// The result of a run on another machine.
pub struct Ran {
    pub session: Option<Session>,
    pub end: End,
}

/// Runs the room's script again, on machines with these changes, up to the call `wanted`; to its end if that is `None`.
/// The room's state waits meanwhile, and then goes on counting where this run has stopped.
pub fn again(engine: &Engine, room: &Room, changes: Changes, wanted: Option<Call>) -> Ran {
    let Some(script) = room.with(|state| state.script.clone()) else {
        return Ran { session: None, end: End::Through };
    };
    let first_operations = room.operations().now.get();
    // The engine counts the operations of this run from 0.
    room.operations().others.set(room.operations().others.get() + first_operations);
    let (result, other) = beside(room, |first| other(first, changes, wanted), || engine.run_ast(&script));
    let end = match result {
        Ok(()) => End::Through,
        Err(error) => end(&error, &other),
    };
    Ran { session: other.session, end }
}

/// Calls `f` with the state that `other` makes in the room, while the first one waits; returns that state as it is
/// then. What `f` used of limits that hold for all runs together is counted.
pub fn beside<T>(room: &Room, other: impl FnOnce(&mut State) -> State, f: impl FnOnce() -> T) -> (T, State) {
    let first_operations = room.operations().now.get();
    let other = room.with(other);
    let first = room.with(|state| std::mem::replace(state, other));
    let result = f();
    let mut other = room.with(|state| std::mem::replace(state, first));
    let operations = room.operations();
    operations.others.set(operations.others.get() + operations.now.get() - first_operations);
    operations.now.set(first_operations);
    let progress = std::mem::replace(&mut other.progress, Box::new(|_| true));
    room.with(|state| {
        (state.commands, state.seed_commands) = (other.commands, other.seed_commands);
        (state.looks, state.progress) = (other.looks, progress);
        state.other_runs.events += other.session.as_ref().map_or(0, |session| session.event_count() as usize);
    });
    (result, other)
}

/// The state that a run on another machine starts from.
pub fn other(first: &mut State, changes: Changes, wanted: Option<Call>) -> State {
    let own = first.session.as_ref().map_or(0, |session| session.event_count() as usize);
    let progress = std::mem::replace(&mut first.progress, Box::new(|_| true));
    let other_runs = OtherRuns {
        changes: Some(changes),
        wanted,
        calls: BTreeMap::new(),
        answers: first.other_runs.answers.clone(),
        events: first.other_runs.events + own,
        held: first.session.as_ref().map_or(0, |session| session.footprint().total()),
    };
    State {
        source: first.source.clone(),
        script: first.script.clone(),
        commands: first.commands,
        seed_commands: first.seed_commands,
        looks: first.looks,
        other_runs,
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
