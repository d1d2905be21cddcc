//! A recording's commands on machines that differ.
//!
//! A command may name what an earlier one was given: a run of frames, a block of a heap, a process. Where any does, the
//! recording's own machine runs beside the other one, and names are translated, as in a comparison. Most recordings of
//! traces name nothing: then one machine is enough.

use super::count::{Fared, Given, Meter, Plan};
use crate::config::{Config, PolicyKind};
use crate::lab::compare::lockstep::{Pairs, named};
use crate::lab::measure::counting::Counting;
use crate::lab::recording::Recording;
use crate::os::machine::Machine;
use crate::refusal::{Refusal, refuse};
use crate::units::Pid;
use crate::vocabulary::command::{Command, Fork, LoadTables, Spawn};
use crate::vocabulary::reply::Reply;
use crate::vocabulary::trace::NullTrace;

/// A recording that is given to one machine after another.
#[derive(Clone, Debug)]
pub struct Replayed {
    recording: Recording,
    /// The process that is made where no command makes one.
    implicit: Option<Command>,
    /// Whether any command names what an earlier one was given.
    names: bool,
    foretells: bool,
}

impl Replayed {
    /// The commands of a recording.
    pub fn new(recording: Recording) -> Replayed {
        let implicit = recording.spawns_implicitly().then_some(Command::Spawn(Spawn { pid: Some(Pid(1)), name: None }));
        let names = recording.steps.iter().any(|(command, _)| names(command));
        let foretells = recording.steps.iter().any(|(command, _)| matches!(command, Command::Future(_)));
        Replayed { recording, implicit, names, foretells }
    }

    /// The machine that it was recorded on.
    pub fn config(&self) -> &Config {
        &self.recording.config
    }

    /// The number of its commands.
    pub fn len(&self) -> usize {
        self.recording.steps.len()
    }

    /// Whether it has no command.
    pub fn is_empty(&self) -> bool {
        self.recording.steps.is_empty()
    }

    /// Gives the commands to a machine. `going`: see [`Meter::run`].
    ///
    /// # Errors
    /// The machine cannot be made, or its policy has to be told what comes, which the recording does not say.
    pub fn fare(
        &self,
        config: &Config,
        plan: &Plan,
        going: &mut dyn FnMut(u32) -> bool,
    ) -> Result<Option<Fared>, Refusal> {
        if config.policy == PolicyKind::Opt && !self.foretells {
            let what = "policy opt has to be told what comes, and this recording does not say it";
            return refuse(what, "leave `opt` out; recordings of `import refs`, and scripts with `references`, say it");
        }
        let mut machine = Machine::new(config.clone())?;
        let other = *config != self.recording.config;
        let mut beside = if other && self.names { Some(Beside::new(&self.recording.config)?) } else { None };
        if let Some(spawn) = &self.implicit {
            machine.apply(spawn, &mut NullTrace)?;
            if let Some(beside) = &mut beside {
                beside.machine.apply(spawn, &mut NullTrace)?;
            }
        }
        let mut commands = self.recording.steps.iter().map(|(command, _)| command);
        Ok(Meter::new(config, plan).run(&mut machine, going, |machine, counting| {
            let Some(command) = commands.next() else { return Given::Through };
            match &mut beside {
                Some(beside) => beside.give(command, machine, counting),
                None if other && command.names_places() => Given::Skipped,
                None => given(machine.apply(command, counting)),
            }
        }))
    }
}

/// What was counted of commands that a machine of this configuration has carried out before, in the same order.
///
/// # Errors
/// The machine cannot be made.
pub fn counted_steps<'a>(
    commands: impl IntoIterator<Item = &'a Command>,
    config: &Config,
    plan: &Plan,
    going: &mut dyn FnMut(u32) -> bool,
) -> Result<Option<Fared>, Refusal> {
    let mut machine = Machine::new(config.clone())?;
    let mut commands = commands.into_iter();
    let give = |machine: &mut Machine, counting: &mut Counting<'_>| match commands.next() {
        Some(command) => given(machine.apply(command, counting)),
        None => Given::Through,
    };
    Ok(Meter::new(config, plan).run(&mut machine, going, give))
}

fn given(reply: Result<Reply, Refusal>) -> Given {
    if reply.is_ok() { Given::One } else { Given::Skipped }
}

/// Whether a command names what an earlier one was given, or is given a name by its machine.
fn names(command: &Command) -> bool {
    let anonymous = matches!(
        command,
        Command::Spawn(Spawn { pid: None, .. })
            | Command::LoadTables(LoadTables { pid: None, .. })
            | Command::Fork(Fork { child: None, .. })
    );
    anonymous || command.heap_called().is_some() || command.clone().run_mut().is_some()
}

/// The recording's own machine, and which of its names is which there.
struct Beside {
    machine: Machine,
    pairs: Pairs,
}

impl Beside {
    fn new(config: &Config) -> Result<Beside, Refusal> {
        Ok(Beside { machine: Machine::new(config.clone())?, pairs: Pairs::default() })
    }

    fn give(&mut self, command: &Command, there: &mut Machine, counting: &mut Counting<'_>) -> Given {
        let translated = self.pairs.translate(command, self.machine.mm.runs(), there.mm.runs());
        // What its own machine refuses was never recorded; so it was cut, and there is nothing to be held against.
        let Ok(reply) = self.machine.apply(command, &mut NullTrace) else { return Given::Skipped };
        let answer = translated.and_then(|command| there.apply(&named(command, &reply), counting).ok());
        if let Some(answer) = &answer {
            self.pairs.note((&reply, self.machine.mm.runs()), (answer, there.mm.runs()));
        }
        self.pairs.note_block(command, &reply, answer.as_ref().unwrap_or(&Reply::Done));
        if answer.is_some() { Given::One } else { Given::Skipped }
    }
}
