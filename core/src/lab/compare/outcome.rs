//! What one command came to on one machine, beside what it came to on the first.

use crate::vocabulary::command::{Command, Expect};
use crate::vocabulary::reply::Reply;
use serde::Serialize;

/// What a command came to, compared with the first machine.
#[cfg_attr(feature = "page", derive(tsify::Tsify))]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Same,
    /// A run was given on both, here at another frame; or memory was given at another address, as the geometry or the
    /// heap has it.
    Elsewhere,
    /// Served there, failed here; an expectation held there and not here.
    Failed,
    /// Failed there, served here; an expectation held here and not there.
    Served,
    /// Another answer: other bytes, another count, another error.
    Other,
    /// The script asked for something else here, at the same place.
    Changed,
    /// A request that never can be served here.
    Refused,
    /// Not given: the run or the process that it names does not exist here, or the machine refuses it.
    Skipped,
    /// The script did not come here on this machine.
    Absent,
}

impl Outcome {
    /// Compares two answers to the same command. `moved`: the machines have different address spaces.
    pub fn of(first: (&Command, &Reply), here: (&Command, &Reply), moved: bool) -> Outcome {
        if let (Command::Expect(Expect { held: there, .. }), Command::Expect(Expect { held, .. })) = (first.0, here.0) {
            return match (there, held) {
                (true, false) => Outcome::Failed,
                (false, true) => Outcome::Served,
                _ => Outcome::Same,
            };
        }
        match (first.1, here.1) {
            (first, here) if first == here => Outcome::Same,
            (Reply::Run(_), Reply::Run(_)) => Outcome::Elsewhere,
            // The kernel's blocks lie where its frames do.
            (Reply::Addr(_), Reply::Addr(_)) if moved || matches!(here.0, Command::Kmalloc(_)) => Outcome::Elsewhere,
            (first, here) if failed(first) && failed(here) => Outcome::Other,
            (_, here) if failed(here) => Outcome::Failed,
            (first, _) if failed(first) => Outcome::Served,
            _ => Outcome::Other,
        }
    }

    /// Whether the same command got a different answer; the place of a run is not the answer.
    pub fn is_other(self) -> bool {
        match self {
            Outcome::Same | Outcome::Elsewhere | Outcome::Changed | Outcome::Absent => false,
            Outcome::Failed | Outcome::Served | Outcome::Other | Outcome::Refused | Outcome::Skipped => true,
        }
    }
}

/// Whether a command failed, or ended its process.
pub(super) fn failed(reply: &Reply) -> bool {
    matches!(reply, Reply::Failed(_) | Reply::Signal(_))
}
