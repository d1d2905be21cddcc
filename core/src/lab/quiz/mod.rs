//! Questions of a history: what is asked, what is right, and how an answer is judged.
//!
//! ```text
//! ask("How many frames does it take?", #{ number: later() });    step 3   what is asked
//! shell.fork();                                                  step 4   what is asked about
//! answer(shell.rss());                                           step 5   what is right
//! ```
//! What is right stands in the question, or in the next `answer`, or is read from the events of the command after the
//! question ([`foresee`]); it is never typed twice. Page and terminal judge by the same function ([`judge`]).

pub mod foresee;
mod judge;
mod number;

#[cfg(test)]
mod tests;

pub use judge::{Judged, judge, right_text};
pub use number::number;

use crate::lab::time::session::Session;
use crate::vocabulary::command::{Answer, Ask, Command};
use crate::vocabulary::question::{Asks, Right, Task};

/// A question, as it can be answered.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// The number of its step, from 0.
    pub step: u32,
    /// What is asked for; what is foreseen is a question of another kind by now.
    pub task: Task,
    /// `None` where the machine has to be brought to a state.
    pub right: Option<Right>,
}

/// The question of a step; `None` if it asks nothing that can be judged.
pub fn question(session: &Session, step: u32) -> Option<Question> {
    let Command::Ask(Ask { task: Some(task), .. }) = &session.steps().get(step as usize)?.command else { return None };
    let mut task = (**task).clone();
    let right = match &task.asks {
        Asks::Reach { .. } => None,
        Asks::Foresee(what) => {
            let (what, about) = (*what, next_command(session, step + 1)?);
            let foreseen = foresee::of(session, about).into_iter().find(|one| one.what == what)?;
            task.asks = foreseen.asks;
            Some(foreseen.right)
        }
        _ => Some(task.right.clone().or_else(|| answered(session, step + 1))?),
    };
    Some(Question { step, task, right })
}

/// The first command from a step on that is no word for the reader.
pub fn next_command(session: &Session, from: u32) -> Option<u32> {
    let steps = session.steps().get(from as usize..)?;
    let after = steps.iter().position(|step| !step.command.speaks())?;
    Some(from + after as u32)
}

/// What the next `answer` says.
fn answered(session: &Session, from: u32) -> Option<Right> {
    session
        .steps()
        .get(from as usize..)?
        .iter()
        .find_map(|step| if let Command::Answer(Answer { right }) = &step.command { Some(right.clone()) } else { None })
}
