//! Running a scenario from its text.

use super::Limits;
use super::engine::engine;
use super::errors::placed;
use super::room::Room;
use crate::lab::placed::PlacedError;
use crate::lab::recording::Recording;
use crate::lab::session::Session;
use rhai::EvalAltResult;
use std::rc::Rc;

/// What came of a script. After an error, the session holds what ran before it.
#[derive(Debug)]
pub struct Outcome {
    /// `None` only if there was not even a machine.
    pub session: Option<Session>,
    pub error: Option<PlacedError>,
    pub failed_expects: u32,
    /// What the script printed, each text with the number of commands that ran before it.
    pub printed: Vec<(u32, String)>,
}

impl Outcome {
    /// The recording of the session, with the script's text and its title.
    pub fn recording(&self, source: &str) -> Option<Recording> {
        let session = self.session.as_ref()?;
        Some(Recording { title: title(source), script: Some(source.to_string()), ..Recording::from_session(session) })
    }
}

/// Characters of a title.
const LONGEST_TITLE: usize = 100;

/// A script's title: its first line, if that is a comment.
fn title(source: &str) -> Option<String> {
    let comment = source.lines().next()?.trim().strip_prefix("//")?;
    let comment = comment.trim_start_matches(['/', '!']).trim();
    let title = comment.strip_prefix("title:").unwrap_or(comment).trim();
    (!title.is_empty()).then(|| title.chars().take(LONGEST_TITLE).collect())
}

/// Runs a script on a new machine. `progress` is told now and then how many commands were given, and answers whether to
/// go on.
pub fn run_script(source: &str, limits: &Limits, progress: impl FnMut(u32) -> bool + 'static) -> Outcome {
    // Some editors begin a file with a byte-order mark.
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let room = Room::new(limits.clone(), Box::new(progress));
    let error = run(source, &room).err();
    finish(&room, error)
}

/// What came of the run in this room.
pub fn finish(room: &Room, error: Option<PlacedError>) -> Outcome {
    room.with(|state| {
        if error.is_none() {
            // A script without a command still has a machine to look at.
            let _ = state.session();
        }
        Outcome {
            session: state.session.take(),
            error,
            failed_expects: state.failed_expects,
            printed: std::mem::take(&mut state.printed),
        }
    })
}

/// Runs a script in a room.
pub fn run(source: &str, room: &Room) -> Result<(), PlacedError> {
    check_size(source, room.with(|state| state.limits.source))?;
    room.with(|state| state.source = source.to_string());
    let engine = engine(room);
    let limits = room.with(|state| state.limits.clone());
    let fail = |error: &EvalAltResult| placed(error, source, &limits, &[]);
    let ast = engine.compile(source).map_err(|error| fail(&error.into()))?;
    let ast = Rc::new(ast);
    room.with(|state| state.script = Some(ast.clone()));
    engine.run_ast(&ast).map_err(|error| fail(&error))
}

/// A text that is too long is not even looked at.
pub fn check_size(source: &str, most: usize) -> Result<(), PlacedError> {
    if source.len() > most {
        let message = format!("the script has {} bytes; the most is {most}", source.len());
        return Err(PlacedError::in_line("", 1, 1, message).hint("make it shorter: use loops and functions"));
    }
    Ok(())
}
