//! A recording: a machine's configuration and the commands given to it, as JSON Lines. What the timeline steps through,
//! what a link carries, what the command line replays. The format is documented in `docs/recording.md`.
//!
//! Invariant: a session, its recording written and read back, and that replayed, have the same events.

mod command;
mod fields;
pub mod head;
mod read;
#[cfg(test)]
mod schema_tests;

pub use fields::by_name;
pub use read::{Reader, commands};

use super::tell::placed::PlacedError;
use super::time::DEFAULT_BUDGET;
use super::time::session::{MAX_STEPS, Session, UnderWay};
use crate::config::Config;
use crate::refusal::Refusal;
use crate::units::Pid;
use crate::vocabulary::command::{Command, Position, Spawn};
use crate::vocabulary::process::KERNEL;
use serde::Serialize;
use serde_json::{Map, Value};

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// At most this many bytes in a recording's text.
pub const MAX_TEXT: usize = 64 << 20;
/// At most this many bytes in a line.
pub const MAX_LINE: usize = 1 << 20;

/// A configuration and the commands to run on it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recording {
    pub config: Config,
    /// Each with its place in the script it came from.
    pub steps: Vec<(Command, Option<Position>)>,
    pub title: Option<String>,
    /// The script it came from, for display only; `None` if there was none.
    pub script: Option<String>,
}

/// The first line, as written.
#[derive(Serialize)]
struct Header<'a> {
    pageturner: u32,
    machine: &'a Config,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'a str>,
}

impl Recording {
    /// Reads a recording; anything that is not exactly as documented is an error with its place.
    pub fn parse(text: &str) -> Result<Recording, PlacedError> {
        read::parse(text)
    }

    /// Writes the recording: the configuration, then one command a line.
    pub fn to_jsonl(&self) -> String {
        let mut out = first_line(&self.config, self.title.as_deref(), self.script.as_deref());
        for (command, at) in &self.steps {
            out += &step_json(command, *at);
            out.push('\n');
        }
        out
    }

    /// All commands of a session, those after its cursor included.
    pub fn from_session(session: &Session) -> Recording {
        let steps = session.steps().iter().map(|step| (step.command.clone(), step.at)).collect();
        Recording { config: session.config().clone(), steps, title: None, script: None }
    }

    /// Runs all commands on a new machine. A command that the machine refuses is an error at its line.
    pub fn replay(&self) -> Result<Session, PlacedError> {
        self.replay_within(DEFAULT_BUDGET)
    }

    /// Runs all commands on a new machine, in a session that may hold so many `bytes` of the host's memory. A command
    /// that the machine refuses, or that there is no room for, is an error at its line.
    pub fn replay_within(&self, bytes: u64) -> Result<Session, PlacedError> {
        let mut session = self.start_within(bytes)?;
        for n in 0..self.steps.len() {
            self.replay_step(&mut session, n)?;
        }
        Ok(session)
    }

    /// The new machine, with its implicit process where no command makes one.
    pub fn start(&self) -> Result<Session, PlacedError> {
        self.start_within(DEFAULT_BUDGET)
    }

    /// The new machine, in a session that may hold so many `bytes` of the host's memory.
    pub fn start_within(&self, bytes: u64) -> Result<Session, PlacedError> {
        if self.steps.len() > MAX_STEPS {
            return Err(too_many_steps(&self.steps[MAX_STEPS].0, MAX_STEPS));
        }
        let refused = |refusal: Refusal| PlacedError::in_line("", 1, 1, refusal.what).hint(refusal.hint);
        let mut session = Session::within(self.config.clone(), bytes).map_err(refused)?;
        if self.spawns_implicitly() {
            session.run(Command::Spawn(Spawn { pid: Some(Pid(1)), name: None })).map_err(refused)?;
        }
        Ok(session)
    }

    /// Runs command number `n` on a session that has run those before it.
    pub fn replay_step(&self, session: &mut Session, n: usize) -> Result<(), PlacedError> {
        let (command, at) = &self.steps[n];
        session.run_at(command.clone(), *at).map(drop).map_err(|refusal| self.refused(n, refusal))
    }

    /// As [`replay_step`](Self::replay_step), but a `touch` of more than `pages` pages is carried on by so many;
    /// `under_way` has it between the calls. Returns `true` when the command is complete.
    pub fn replay_part(
        &self,
        session: &mut Session,
        n: usize,
        pages: u64,
        under_way: &mut Option<UnderWay>,
    ) -> Result<bool, PlacedError> {
        let (command, at) = &self.steps[n];
        let refused = |refusal| self.refused(n, refusal);
        let is_long = matches!(command, Command::Touch(touch) if touch.pages > pages);
        let mut now = match under_way.take() {
            Some(begun) => begun,
            None if is_long => session.begin(command.clone(), *at).map_err(refused)?,
            None => return self.replay_step(session, n).map(|()| true),
        };
        if now.go_on(pages).map_err(refused)? {
            return session.enter(now).map(|_| true).map_err(refused);
        }
        *under_way = Some(now);
        Ok(false)
    }

    fn refused(&self, n: usize, refusal: Refusal) -> PlacedError {
        let (command, at) = &self.steps[n];
        PlacedError::in_line(&step_json(command, *at), line_of(n), 1, refusal.what).hint(refusal.hint)
    }

    /// A recording whose commands name processes but that never makes one is about process 1.
    pub fn spawns_implicitly(&self) -> bool {
        let spawns =
            self.steps.iter().any(|(command, _)| matches!(command, Command::Spawn(_) | Command::LoadTables(_)));
        !spawns && self.steps.iter().any(|(command, _)| command.pid().is_some_and(|pid| pid != KERNEL))
    }
}

/// The text of a session's recording.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    pub text: String,
    /// Number of commands at the end that did not fit: with them the text would be too long to be read again.
    pub left_out: usize,
}

impl Written {
    /// The recording of a session, with the script that it came from: all its commands, those after its cursor
    /// included, but at most [`MAX_TEXT`] bytes. The commands are not copied.
    pub fn of(session: &Session, title: Option<&str>, script: Option<&str>) -> Written {
        Written::within(session, title, script, MAX_TEXT)
    }

    fn within(session: &Session, title: Option<&str>, script: Option<&str>, most: usize) -> Written {
        let mut text = first_line(session.config(), title, script);
        for (n, step) in session.steps().iter().enumerate() {
            let line = step_json(&step.command, step.at);
            if text.len() + line.len() + 1 > most {
                return Written { text, left_out: session.steps().len() - n };
            }
            text += &line;
            text.push('\n');
        }
        Written { text, left_out: 0 }
    }

    /// What is to be said if not all fitted; `None` if it did.
    pub fn cut(&self) -> Option<Refusal> {
        let what = format!(
            "the recording would have more than {} MiB: the last {} commands are not in it",
            MAX_TEXT >> 20,
            self.left_out
        );
        (self.left_out > 0).then(|| Refusal::new(what, "write fewer bytes, or say less in notes"))
    }
}

/// Reads a machine's configuration from JSON. With the classroom geometry, missing fields are the classroom machine's.
pub fn machine_from_json(json: &str) -> Result<Config, Refusal> {
    read::machine(json).map_err(|(_, what, hint)| Refusal { what, hint })
}

/// Reads a machine's configuration from a JSON text, with the place of what is wrong.
///
/// # Errors
/// What is wrong with it, at its place, as for a recording's first line.
pub fn config_from_json(json: &str) -> Result<Config, PlacedError> {
    read::config(json)
}

/// A configuration's fields. Goes through its JSON text, as everywhere, so that what serde generates for each of its
/// types is compiled once.
pub fn fields_of(config: &Config) -> Map<String, Value> {
    match serde_json::from_str(&json(config)) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a configuration is an object with string keys"),
    }
}

/// The line of the recording that holds command number `n`, counted from 0; the configuration is line 1.
fn line_of(n: usize) -> u32 {
    n as u32 + 2
}

fn too_many_steps(command: &Command, n: usize) -> PlacedError {
    PlacedError::in_line(&step_json(command, None), line_of(n), 1, format!("there are more than {MAX_STEPS} commands"))
        .hint("split the recording")
}

/// The first line of a recording, with its end: the machine, and what is known of where its commands came from.
pub fn first_line(machine: &Config, title: Option<&str>, script: Option<&str>) -> String {
    json(&Header { pageturner: VERSION, machine, title, script }) + "\n"
}

/// A command as a line of a recording.
pub fn step_json(command: &Command, at: Option<Position>) -> String {
    let mut line = json(command);
    if let Some(Position { line: row, column }) = at {
        line.pop();
        line += &format!(",\"at\":[{row},{column}]}}");
    }
    line
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("commands and configurations have only string keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_be_too_long_is_cut_between_two_commands() {
        let mut session = Session::new(Config::classroom()).unwrap();
        for _ in 0..5 {
            session.run(Command::Spawn(Spawn { pid: None, name: Some("p".into()) })).unwrap();
        }
        let whole = Written::of(&session, Some("x"), None);
        assert_eq!((whole.left_out, whole.cut()), (0, None));
        assert_eq!(Recording::parse(&whole.text).unwrap().to_jsonl(), whole.text);
        let one_less = Written::within(&session, Some("x"), None, whole.text.len() - 1);
        assert_eq!((one_less.left_out, one_less.cut().is_some()), (1, true));
        assert_eq!(Recording::parse(&one_less.text).unwrap().steps.len(), 4);
    }
}
