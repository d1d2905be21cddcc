//! Running a submission: a script, or a recording that is replayed. It runs before anything of the test does, in a room
//! of its own.

use super::graded::{Ended, printed};
use super::left::{Left, of_recording, of_scope};
use super::{Allowed, Clock};
use crate::lab::recording::Recording;
use crate::lab::tell::placed::PlacedError;
use crate::script::room::{CANCELLED, Room};
use crate::script::scenario::run_in;
use rhai::Scope;
use std::cell::Cell;
use std::rc::Rc;

/// How many commands of a recording are given between two looks at the clock.
const COMMANDS_BETWEEN: usize = 256;

/// A submission as it was handed in.
#[derive(Clone, Debug)]
pub struct Given {
    /// What it is called in results: the file's path.
    pub name: String,
    /// The file's bytes; or why it cannot be read.
    pub bytes: Result<Vec<u8>, String>,
}

/// Why nothing of a submission is graded.
pub type Nothing = (Ended, String);

/// Runs a submission.
///
/// # Errors
/// It cannot be read, or the clock stopped it.
pub fn run(given: &Given, allowed: &Allowed<'_>) -> Result<Left, Nothing> {
    let bytes = given.bytes.as_ref().map_err(|why| (Ended::Unreadable, why.clone()))?;
    let text = PlacedError::utf8(bytes).map_err(unreadable)?;
    // Some editors begin a file with a byte-order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if is_recording(&given.name, text) { replay(text, allowed) } else { script(text, allowed) }
}

/// Tells the kind by the name, or else by how the text begins.
fn is_recording(name: &str, text: &str) -> bool {
    let ends = |ending: &str| name.to_ascii_lowercase().ends_with(ending);
    ends(".jsonl") || (!ends(".rhai") && text.trim_start().starts_with('{'))
}

fn unreadable(error: PlacedError) -> Nothing {
    (Ended::Unreadable, error.to_string())
}

/// A clock that notes when it stops something.
pub struct Watched {
    pub stopped: Rc<Cell<bool>>,
    pub progress: Box<dyn FnMut(u32) -> bool>,
}

impl Watched {
    /// Starts the clock for one part of the work.
    pub fn start(clock: Clock<'_>) -> Watched {
        let stopped = Rc::new(Cell::new(false));
        let (stops, mut progress) = (stopped.clone(), clock());
        let progress = move |commands| {
            let goes_on = progress(commands);
            stops.set(stops.get() || !goes_on);
            goes_on
        };
        Watched { stopped, progress: Box::new(progress) }
    }
}

fn out_of_time() -> Nothing {
    (Ended::Time, "it took more time than it has, and was stopped; is there a loop without an end?".into())
}

fn script(source: &str, allowed: &Allowed<'_>) -> Result<Left, Nothing> {
    let Watched { stopped, progress } = Watched::start(allowed.clock);
    let room = Room::new(allowed.run.clone(), progress);
    let mut scope = Scope::new();
    let ran = run_in(source, &room, &mut scope);
    let (ended, message) = match ran {
        // Without a tree it was never begun.
        Err(error) if room.with(|state| state.script.is_none()) => return Err(unreadable(error)),
        Err(error) if stopped.get() && error.message == CANCELLED => return Err(out_of_time()),
        Err(error) => (Ended::Error, Some(error.to_string())),
        Ok(Some(early)) if early.by == "exit" => (Ended::Exit, Some(early.to_string())),
        Ok(Some(early)) => (Ended::Return, Some(early.to_string())),
        Ok(None) => (Ended::End, None),
    };
    room.with(|state| {
        // A script without a command still makes a machine to look at.
        state.session().map_err(|mistake| (Ended::Unreadable, mistake.message))?;
        Ok(Left {
            session: state.session.take().expect("just made"),
            variables: of_scope(&scope),
            ended,
            message,
            printed: printed(&state.printed),
            is_recording: false,
        })
    })
}

fn replay(text: &str, allowed: &Allowed<'_>) -> Result<Left, Nothing> {
    let recording = Recording::parse(text).map_err(unreadable)?;
    let limits = &allowed.run;
    if recording.config.frames > limits.frames {
        let message = format!("frames: {} is over {}, the most here", recording.config.frames, limits.frames);
        return Err((Ended::Unreadable, message));
    }
    let Watched { mut progress, .. } = Watched::start(allowed.clock);
    let mut session = recording.start_within(limits.session).map_err(unreadable)?;
    let (mut ended, mut message) = (Ended::End, None);
    for n in 0..recording.steps.len() {
        if n.is_multiple_of(COMMANDS_BETWEEN) && !progress(n as u32) {
            return Err(out_of_time());
        }
        let step = match n < limits.commands as usize {
            true => recording.replay_step(&mut session, n).map_err(|error| error.to_string()),
            false => Err(format!("the recording has more than {} commands", limits.commands)),
        };
        if let Err(why) = step {
            (ended, message) = (Ended::Error, Some(why));
            break;
        }
    }
    let variables = of_recording(&session, recording.script.as_deref().unwrap_or_default());
    Ok(Left { session, variables, ended, message, printed: String::new(), is_recording: true })
}
