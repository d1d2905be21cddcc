//! How a trace's references fare on a machine: its counters, without a history, so that many machines are soon done.

use super::References;
use super::drive::commands;
use crate::config::Config;
use crate::lab::measure::counting::Counting;
use crate::lab::measure::tally::Tally;
use crate::os::machine::Machine;
use crate::refusal::{Refusal, refuse};
use crate::vocabulary::reply::Reply;

/// References between two calls of `going`.
const BETWEEN: usize = 1 << 14;

/// Makes all references on a machine and counts what that took. `going` is told how many were made since it was last
/// called; if it answers `false`, `None` is the answer.
///
/// # Errors
/// The machine cannot be made, or a page cannot be mapped or used.
pub fn fare(
    references: &References,
    config: &Config,
    going: &mut dyn FnMut(usize) -> bool,
) -> Result<Option<Tally>, Refusal> {
    let mut machine = Machine::new(config.clone())?;
    let mut tally = Tally::default();
    let mut counting = Counting::new(&machine, &mut tally);
    for (n, command) in (1..).zip(commands(references, config)) {
        match machine.apply(&command, &mut counting)? {
            Reply::Failed(errno) => return refuse(format!("{}: {errno:?}", command.name()), "use more frames"),
            Reply::Signal(signal) => return refuse(format!("{}: {signal:?}", command.name()), "use more frames"),
            _ => {}
        }
        if n % BETWEEN == 0 && !going(BETWEEN) {
            return Ok(None);
        }
    }
    counting.finish();
    Ok(Some(tally))
}
