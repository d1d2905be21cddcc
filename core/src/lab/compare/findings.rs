//! What a comparison found: what each command came to on each of the others, and where they part from the first.

use super::align::Aligned;
use super::outcome::{Outcome, failed};
use crate::lab::time::session::Session;
use crate::vocabulary::command::Command;
use std::ops::Range;

/// Where two machines part for the first time, in steps of the first machine; `None` where they never do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parting {
    /// The first command that is not the same on both, counted from 0; past the last if one of the runs has ended
    /// there. Always `None` where commands are replayed.
    pub command: Option<u32>,
    /// The first command that got a different answer, counted from 0; a run at another place is not another answer.
    pub outcome: Option<u32>,
    /// The number of commands after which a frame is used differently for the first time.
    pub place: Option<u32>,
    /// The first command for which another page was chosen as a victim, or for one of them none, counted from 0.
    pub victim: Option<u32>,
}

/// What was found of one of the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) aligned: Aligned,
    /// The outcome of every command of the first.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) parting: Parting,
}

/// What a comparison found. Machines are counted from 0, the first one included.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Whether the script was run again on each, rather than the commands replayed.
    again: bool,
    others: Vec<Found>,
    /// For every machine where and why the script ended there with an error; `None` if it ran to its end.
    ended: Vec<Option<String>>,
}

impl Findings {
    pub(super) fn new(again: bool, others: Vec<Found>, ended: Vec<Option<String>>) -> Findings {
        Findings { again, others, ended }
    }

    /// Whether each machine has run the script; else the first one's commands were replayed on the others.
    pub fn run_again(&self) -> bool {
        self.again
    }

    /// The number of machines, the first one included.
    pub fn machines(&self) -> usize {
        self.others.len() + 1
    }

    /// The number of commands of the first machine.
    pub fn commands(&self) -> u32 {
        self.others.first().map_or(0, |other| other.outcomes.len() as u32)
    }

    fn other(&self, machine: usize) -> Option<&Found> {
        self.others.get(machine.checked_sub(1)?)
    }

    /// What a command of the first came to on a machine.
    pub fn outcome(&self, machine: usize, step: u32) -> Outcome {
        let other = self.other(machine);
        other.and_then(|other| other.outcomes.get(step as usize)).copied().unwrap_or(Outcome::Same)
    }

    /// Where a machine parts from the first; all `None` for the first itself.
    pub fn parting(&self, machine: usize) -> Parting {
        self.other(machine).map(|other| other.parting).unwrap_or_default()
    }

    /// Where and why the script ended on a machine; `None` if it ran to its end.
    pub fn ended(&self, machine: usize) -> Option<&str> {
        self.ended.get(machine)?.as_deref()
    }

    /// How many steps a machine has done when the first has done `step`.
    pub fn at(&self, machine: usize, step: u32) -> u32 {
        self.other(machine).map_or(step, |other| other.aligned.at(step))
    }

    /// A machine's steps that go with a step of the first.
    pub fn steps(&self, machine: usize, step: u32) -> Range<u32> {
        self.other(machine).map_or(step..step + 1, |other| other.aligned.steps(step))
    }

    /// A machine's own step for a step of the first; `None` if its run of the script had none.
    pub fn partner(&self, machine: usize, step: u32) -> Option<u32> {
        self.other(machine).map_or(Some(step), |other| other.aligned.partner(step))
    }

    /// Whether a machine served a request, command number `step` of the first one's session; `None` if it was not
    /// asked.
    pub fn serves(&self, first: &Session, machine: usize, step: u32) -> Option<bool> {
        match self.outcome(machine, step) {
            Outcome::Same | Outcome::Other | Outcome::Changed => Some(!failed(&first.steps()[step as usize].reply)),
            Outcome::Elsewhere | Outcome::Served => Some(true),
            Outcome::Failed | Outcome::Refused | Outcome::Skipped => Some(false),
            Outcome::Absent => None,
        }
    }

    /// The requests of the first, by the numbers of their commands, that some machine did not serve.
    pub fn failed_requests(&self, first: &Session) -> Vec<u32> {
        let requests =
            (0..first.steps().len() as u32).filter(|n| matches!(first.steps()[*n as usize].command, Command::Alloc(_)));
        let served = |step: u32| (0..self.machines()).all(|machine| self.serves(first, machine, step) != Some(false));
        requests.filter(|step| !served(*step)).collect()
    }

    /// The first machine's commands, before `step`, that could not be given to a machine.
    pub fn not_given(&self, machine: usize, step: u32) -> Outcomes {
        let outcomes =
            self.other(machine).map_or(&[][..], |other| &other.outcomes[..other.outcomes.len().min(step as usize)]);
        let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count() as u64;
        Outcomes { refused: count(Outcome::Refused), skipped: count(Outcome::Skipped) }
    }
}

/// The number of commands that were not given to a machine, by reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outcomes {
    /// Requests that can never be served there.
    pub refused: u64,
    /// All others.
    pub skipped: u64,
}
