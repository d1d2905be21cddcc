//! What a comparison found: what each command came to on each of the others, and where they part from the first.

use super::outcome::{Outcome, failed};
use crate::lab::command::Command;
use crate::lab::session::Session;

/// Where two machines part for the first time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parting {
    /// The first command that was answered otherwise, counted from 0; a run at another place is not another answer.
    pub outcome: Option<u32>,
    /// After so many commands a frame is used otherwise for the first time.
    pub place: Option<u32>,
}

/// Machines are counted from 0, the first one included.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    others: Vec<(Vec<Outcome>, Parting)>,
}

/// Of one of the others.
pub(super) fn other(outcomes: Vec<Outcome>, place: Option<u32>) -> (Vec<Outcome>, Parting) {
    let outcome = outcomes.iter().position(|outcome| outcome.is_other()).map(|n| n as u32);
    (outcomes, Parting { outcome, place })
}

impl Findings {
    pub(super) fn new(others: Vec<(Vec<Outcome>, Parting)>) -> Findings {
        Findings { others }
    }

    /// Machines, the first one included.
    pub fn machines(&self) -> usize {
        self.others.len() + 1
    }

    /// What a command came to on a machine, beside the first.
    pub fn outcome(&self, machine: usize, step: u32) -> Outcome {
        let other = machine.checked_sub(1).and_then(|n| self.others.get(n));
        other.and_then(|(outcomes, _)| outcomes.get(step as usize)).copied().unwrap_or(Outcome::Same)
    }

    /// Where a machine parts from the first.
    pub fn parting(&self, machine: usize) -> Parting {
        machine.checked_sub(1).and_then(|n| self.others.get(n)).map(|(_, parting)| *parting).unwrap_or_default()
    }

    /// Whether a machine served a request, command number `step` of the first one's session.
    pub fn serves(&self, first: &Session, machine: usize, step: u32) -> bool {
        match self.outcome(machine, step) {
            Outcome::Same | Outcome::Other => !failed(&first.steps()[step as usize].reply),
            Outcome::Elsewhere | Outcome::Served => true,
            Outcome::Failed | Outcome::Refused | Outcome::Skipped => false,
        }
    }

    /// The requests, by the numbers of their commands, that some machine did not serve.
    pub fn failed_requests(&self, first: &Session) -> Vec<u32> {
        let requests = requests(first, first.steps().len() as u32);
        requests.filter(|step| !(0..self.machines()).all(|machine| self.serves(first, machine, *step))).collect()
    }
}

/// The contiguous requests among the first `upto` commands.
pub(super) fn requests(first: &Session, upto: u32) -> impl Iterator<Item = u32> {
    (0..upto).filter(|n| matches!(first.steps()[*n as usize].command, Command::Alloc(_)))
}
