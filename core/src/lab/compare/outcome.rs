//! What one command came to on one machine, beside what it came to on the first.

use crate::lab::command::Reply;
use serde::Serialize;

/// Beside the first machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Same,
    /// A run was given on both, here at another frame.
    Elsewhere,
    /// Served there, failed here.
    Failed,
    /// Failed there, served here.
    Served,
    /// Another answer: other bytes, another count, another error.
    Other,
    /// A request that never can be served here.
    Refused,
    /// Not given: the run or the process that it names is not there, or the machine refuses it.
    Skipped,
}

impl Outcome {
    /// Of two answers to the same command.
    pub fn of(first: &Reply, here: &Reply) -> Outcome {
        match (first, here) {
            _ if first == here => Outcome::Same,
            (Reply::Run(_), Reply::Run(_)) => Outcome::Elsewhere,
            _ if failed(first) && failed(here) => Outcome::Other,
            _ if failed(here) => Outcome::Failed,
            _ if failed(first) => Outcome::Served,
            _ => Outcome::Other,
        }
    }

    /// Whether the answer is another; the place of a run is not the answer.
    pub fn is_other(self) -> bool {
        match self {
            Outcome::Same | Outcome::Elsewhere => false,
            Outcome::Failed | Outcome::Served | Outcome::Other | Outcome::Refused | Outcome::Skipped => true,
        }
    }
}

/// Whether a command failed, or ended its process.
pub(super) fn failed(reply: &Reply) -> bool {
    matches!(reply, Reply::Failed(_) | Reply::Signal(_))
}
