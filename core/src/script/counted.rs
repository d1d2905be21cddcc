//! A script on one machine after another, for what was counted there: no run is held against another, so none is kept.

use super::again::{End, again};
use super::engine::engine;
use super::limits::Limits;
use super::other_runs::OtherRuns;
use super::room::Room;
use super::scenario::run;
use crate::config::Config;
use crate::lab::compare::{Changes, changed};
use crate::lab::recording::Recording;
use crate::lab::sweep::{Fared, Plan, counted_steps};
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::Session;
use crate::refusal::Refusal;
use std::cell::Cell;
use std::rc::Rc;

/// A script that has run on its own machine, and can be run on others. Each run has all the limits to itself.
#[derive(Clone, Debug)]
pub struct Counted {
    source: String,
    limits: Limits,
    config: Config,
    /// Whether it asked questions that only its first run asks: then that comes first on every machine.
    asks: bool,
}

impl Counted {
    /// Runs a script on its own machine. `progress` gets now and then how many commands were given, and returns whether
    /// to go on.
    ///
    /// # Errors
    /// The script's error there.
    pub fn new(
        source: &str,
        limits: &Limits,
        progress: impl FnMut(u32) -> bool + 'static,
    ) -> Result<(Counted, Session), PlacedError> {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let room = Room::new(limits.clone(), Box::new(progress));
        run(source, &room)?;
        let asks = room.with(|state| !state.other_runs.answers.is_empty());
        // A script without a command still makes a machine.
        let made = room.with(|state| state.session().map(drop));
        made.map_err(|mistake| PlacedError::at(source, 1, 1, mistake.message).hint(mistake.hint))?;
        let session = room.with(|state| state.session.take()).expect("just made");
        let config = session.config().clone();
        Ok((Counted { source: source.to_string(), limits: limits.clone(), config, asks }, session))
    }

    /// The script of a recording; `None` if it has none, or other commands than its script's, which can only be
    /// replayed.
    pub fn of(recording: &Recording, limits: &Limits, progress: impl FnMut(u32) -> bool + 'static) -> Option<Counted> {
        let (counted, session) = Counted::new(recording.script.as_deref()?, limits, progress).ok()?;
        let steps = session.steps();
        let same = steps.len() == recording.steps.len()
            && steps
                .iter()
                .zip(&recording.steps)
                .all(|(step, (command, at))| step.command == *command && step.at == *at);
        (same && counted.config == recording.config).then_some(counted)
    }

    /// The script's own machine.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Runs the script on a machine with these changes. `going` gets how many commands were given since it was last
    /// called; if it answers `false`, `None` is the answer. An error of the script there is a finding.
    ///
    /// # Errors
    /// No machine can be like this.
    pub fn fare(
        &self,
        changes: &Changes,
        plan: &Plan,
        going: impl FnMut(u32) -> bool + Clone + 'static,
    ) -> Result<Option<Fared>, Refusal> {
        let config = changed(&self.config, changes)?;
        let (stopped, mut before) = (Rc::new(Cell::new(false)), 0);
        let (stop, mut tell) = (stopped.clone(), going.clone());
        let progress = move |commands: u32| {
            let goes_on = tell(commands.saturating_sub(before));
            before = commands;
            stop.set(stop.get() || !goes_on);
            goes_on
        };
        let room = Room::new(self.limits.clone(), Box::new(progress));
        let (session, ended) = if self.asks { self.after_first(&room, changes) } else { self.alone(&room, changes) };
        if stopped.get() {
            return Ok(None);
        }
        let session = match session {
            Some(session) => session,
            None => Session::new(config)?,
        };
        let commands = session.steps().iter().map(|step| &step.command);
        let mut going = going;
        // The session's counters are those of its end; for those in between its commands are given once more.
        if plan.every.is_none() {
            return Ok(Some(Fared { ended, ..Fared::of(&session.view().tally, session.steps().len() as u32, plan) }));
        }
        let counted = counted_steps(commands, session.config(), plan, &mut going)?;
        Ok(counted.map(|fared| Fared { ended, ..fared }))
    }

    fn alone(&self, room: &Room, changes: &Changes) -> (Option<Session>, Option<String>) {
        room.with(|state| state.other_runs = OtherRuns { changes: Some(changes.clone()), ..OtherRuns::default() });
        let ended = run(&self.source, room).err().map(|error| format!("line {}: {}", error.line, error.message));
        (room.with(|state| state.session.take()), ended)
    }

    fn after_first(&self, room: &Room, changes: &Changes) -> (Option<Session>, Option<String>) {
        if let Err(error) = run(&self.source, room) {
            return (None, Some(format!("line {}: {}", error.line, error.message)));
        }
        let ran = again(&engine(room), room, changes.clone(), None);
        let ended = match ran.end {
            End::Reached | End::Through => None,
            End::Error(why) | End::Limit(why) => Some(why),
        };
        (ran.session, ended)
    }
}
