//! Running a scenario from its text.

use super::ask::UNANSWERED;
use super::compile::compile;
use super::engine::engine;
use super::errors::{Around, placed};
use super::limits::Limits;
use super::retrace;
use super::room::Room;
use super::tokens::Tokens;
use super::values::display;
use crate::lab::recording::head::title;
use crate::lab::recording::{Recording, Written};
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::Session;
use rhai::{AST, Dynamic, Position, Scope};
use serde::Serialize;
use std::fmt;
use std::rc::Rc;

/// The result of a script. After an error, the session holds what ran before it.
#[derive(Debug)]
pub struct Outcome {
    /// `None` only if no machine could be made.
    pub session: Option<Session>,
    pub error: Option<PlacedError>,
    pub failed_expects: u32,
    /// How it ended, if neither at its end nor by an error.
    pub early: Option<Early>,
    /// What the script printed, each text with the number of commands that ran before it.
    pub printed: Vec<(u32, String)>,
}

/// A script's end by `exit` or by a `return` outside of functions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Early {
    /// `exit` or `return`.
    pub by: &'static str,
    /// The value given, as text; empty if there was none.
    pub value: String,
    /// Whether `exit` was given a number other than 0: as with a program's status, that is a failure.
    pub failed: bool,
    pub line: u32,
    pub column: u32,
    /// Calls of `expect` in the text that were never reached.
    pub unreached: u32,
}

impl fmt::Display for Early {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match (self.by, self.value.as_str()) {
            ("exit", value) => format!("exit({value})"),
            (by, "") => by.to_string(),
            (by, value) => format!("{by} {value}"),
        };
        write!(f, "the script ended in line {}, by {how}", self.line)?;
        match self.unreached {
            0 => Ok(()),
            1 => write!(f, "; 1 expectation was not reached"),
            n => write!(f, "; {n} expectations were not reached"),
        }
    }
}

impl Outcome {
    /// The text of the session's recording, with the script's text and its title; `None` without a session.
    pub fn written(&self, source: &str) -> Option<Written> {
        self.session.as_ref().map(|session| Written::of(session, title(source).as_deref(), Some(source)))
    }

    /// The recording of the session, with the script's text and its title; `None` without a session.
    pub fn recording(&self, source: &str) -> Option<Recording> {
        let session = self.session.as_ref()?;
        Some(Recording { title: title(source), script: Some(source.to_string()), ..Recording::from_session(session) })
    }
}

/// Runs a script on a new machine. `progress` gets now and then how many commands were given, and returns whether to go
/// on.
pub fn run_script(source: &str, limits: &Limits, progress: impl FnMut(u32) -> bool + 'static) -> Outcome {
    // Some editors begin a file with a byte-order mark.
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let room = Room::new(limits.clone(), Box::new(progress));
    let ran = run(source, &room);
    finish(&room, ran)
}

/// The result of the run in this room.
pub fn finish(room: &Room, ran: Result<Option<Early>, PlacedError>) -> Outcome {
    let (early, error) = match ran {
        Ok(early) => (early, None),
        Err(error) => (None, Some(error)),
    };
    room.with(|state| {
        if error.is_none() {
            // A script without a command still makes a machine to look at.
            let _ = state.session();
        }
        Outcome {
            session: state.session.take(),
            error,
            failed_expects: state.failed_expects,
            early,
            printed: std::mem::take(&mut state.printed),
        }
    })
}

/// Runs a script in a room.
///
/// # Errors
/// The script's error, at its place.
pub fn run(source: &str, room: &Room) -> Result<Option<Early>, PlacedError> {
    run_in(source, room, &mut Scope::new())
}

/// Runs a script in a room; its variables outside of functions are in `scope` then, also after an error.
///
/// # Errors
/// The script's error, at its place.
pub fn run_in(source: &str, room: &Room, scope: &mut Scope<'static>) -> Result<Option<Early>, PlacedError> {
    let engine = engine(room);
    let limits = room.with(|state| state.limits.clone());
    let (ast, tokens) = compile(&engine, source, &limits, &Scope::new())?;
    let script = Rc::new(retrace::with_end(&engine, &ast));
    room.with(|state| (state.source, state.script) = (source.to_string(), Some(script.clone())));
    match engine.eval_ast_with_scope::<Dynamic>(scope, &script) {
        Ok(value) => {
            let early = early(room, &value, &ast, &tokens);
            match room.with(|state| state.unanswered.take()) {
                Some(waiting) if early.is_none() => Err(unanswered(source, waiting.place)),
                _ => Ok(early),
            }
        }
        Err(error) => {
            let place = retrace::of_limit(&error, &ast, room);
            let around = Around { source, limits: &limits, variables: &[], tokens: &tokens, place, elsewhere: false };
            Err(placed(&error, &around))
        }
    }
}

/// A question was left open.
fn unanswered(source: &str, place: Position) -> PlacedError {
    let (line, column) = (place.line().unwrap_or(1), place.position().unwrap_or(1));
    PlacedError::at(source, line as u32, column as u32, "this question has no answer").hint(UNANSWERED)
}

/// How the script ended before its end, with the value that it gave; `None` if it reached its end.
fn early(room: &Room, value: &Dynamic, ast: &AST, tokens: &Tokens) -> Option<Early> {
    let (place, by) = match room.with(|state| (state.exit, state.ended)) {
        (Some(place), _) => (place, "exit"),
        (None, false) => (retrace::of_return(ast, room), "return"),
        (None, true) => return None,
    };
    let at = |place: Position| (place.line().unwrap_or(1), place.position().unwrap_or(1));
    let (line, column) = at(place);
    Some(Early {
        by,
        value: match value.as_immutable_string_ref() {
            Ok(text) => format!("{:?}", text.as_str()),
            Err(_) if value.is_unit() => String::new(),
            Err(_) => display(value),
        },
        failed: by == "exit" && value.as_int().is_ok_and(|n| n != 0),
        line: line as u32,
        column: column as u32,
        unreached: room
            .with(|state| tokens.calls("expect").filter(|place| !state.reached.contains(&at(*place))).count() as u32),
    })
}
