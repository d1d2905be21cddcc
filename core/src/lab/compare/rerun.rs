//! What a script asked of a machine when it was run again there, and whether two commands ask the same.

use super::align::Given;
use crate::config::Config;
use crate::lab::compare::lockstep::Pairs;
use crate::lab::time::session::Session;
use crate::vocabulary::command::Command;
use crate::vocabulary::run::Runs;

/// A script's run on one machine.
#[derive(Clone, Debug)]
pub struct Rerun {
    pub config: Config,
    pub steps: Vec<Given>,
    /// Where and why the script stopped with an error: `line 4: …`.
    pub ended: Option<String>,
}

impl Rerun {
    /// The run whose session is `session`.
    pub fn of(session: &Session, ended: Option<String>) -> Rerun {
        let steps = session.steps().iter().map(|step| (step.command.clone(), step.at)).collect();
        Rerun { config: session.config().clone(), steps, ended }
    }
}

/// Whether two machines are asked the same: the first by `first`, with its runs as they are before that, the other by
/// `here`. A run may be elsewhere, and notes for the reader may contain other numbers. With other addresses (`moved`),
/// as every geometry has its own, addresses are not compared.
pub fn asks_the_same(first: &Command, here: &Command, pairs: &Pairs, runs: (&Runs, &Runs), moved: bool) -> bool {
    if first.name() == here.name() && (first.speaks() || first.names_places()) {
        return true;
    }
    match pairs.translate(first, runs.0, runs.1) {
        Some(first) if moved => first.anywhere() == here.clone().anywhere(),
        Some(first) => first == *here,
        None => false,
    }
}
