//! How a trace's references fare on a machine: its counters, without a history, so that many machines are soon done.

use super::References;
use super::drive::{accesses, setup};
use crate::config::{Config, PolicyKind};
use crate::lab::measure::counting::Counting;
use crate::lab::sweep::{Fared, Given, Meter, Plan};
use crate::os::machine::Machine;
use crate::refusal::Refusal;
use crate::vocabulary::command::Command;
use crate::vocabulary::reply::Reply;

/// Makes all references on a machine and counts what that took. `going` is told how many were made since it was last
/// called; if it answers `false`, `None` is the answer. Commands are references here: what comes before them is counted
/// with the first.
///
/// # Errors
/// The machine cannot be made.
pub fn fare(
    references: &References,
    config: &Config,
    plan: &Plan,
    going: &mut dyn FnMut(u32) -> bool,
) -> Result<Option<Fared>, Refusal> {
    let mut machine = Machine::new(config.clone())?;
    let mut before = setup(references, config, config.policy == PolicyKind::Opt).into_iter();
    let mut accesses = accesses(references, config);
    Ok(Meter::new(config, plan).run(&mut machine, going, |machine, counting| {
        for command in before.by_ref() {
            if let Some(why) = made(machine, &command, counting) {
                return Given::Ended(why);
            }
        }
        let Some(command) = accesses.next() else { return Given::Through };
        made(machine, &command, counting).map_or(Given::One, Given::Ended)
    }))
}

/// Carries a command out; why it failed, if it did.
fn made(machine: &mut Machine, command: &Command, counting: &mut Counting<'_>) -> Option<String> {
    match machine.apply(command, counting) {
        Ok(Reply::Failed(errno)) => Some(format!("{}: {errno:?}", command.name())),
        Ok(Reply::Signal(signal)) => Some(format!("{}: {signal:?}", command.name())),
        Ok(_) => None,
        Err(refusal) => Some(refusal.to_string()),
    }
}
