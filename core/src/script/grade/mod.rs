//! Grading: a hidden test, itself a script, asked about what a submission left behind.
//!
//! ```text
//! submission   own AST, own scope, own budget   ->  a session, its variables, what it printed, how it ended
//! test         own AST, read before that        ->  questions, each with a name and points
//! question     own budget, a copy of the session ->  points, feedback
//! ```
//! The two texts never meet: not in one source, so that no comment or string of the submission can swallow the test;
//! not in one tree of functions, so that none can be replaced; and the submission has ended before the first question
//! is asked. What passes from one to the other are values, and no functions among them. `docs/grading.md` is the
//! manual.

mod ask;
mod clean;
mod graded;
mod hand;
mod left;
mod points;
mod report;
mod submission;
mod test;

pub use graded::{Answered, Ended, Graded};
pub use points::Points;
pub use report::{MOST_BYTES, csv, gradescope, json, prairielearn, text};
pub use submission::Given;
pub use test::Test;

use crate::script::Limits;

/// At most this many bytes of a submission's own message stand before another.
const MOST_BEFORE: usize = 1 << 10;

/// Makes, at the start of each part of the work, what is asked now and then whether to go on with it: the core has no
/// clock.
pub type Clock<'a> = &'a dyn Fn() -> Box<dyn FnMut(u32) -> bool>;

/// What one submission may use.
#[derive(Clone)]
pub struct Allowed<'a> {
    /// Limits of the submission's own run.
    pub run: Limits,
    /// Limits of each question.
    pub question: Limits,
    /// Asked in the submission's run and, anew, in each question.
    pub clock: Clock<'a>,
    /// Whether results have what only the test's author may see.
    pub for_author: bool,
}

impl<'a> Allowed<'a> {
    /// The usual limits; the machine with its history may hold so many bytes.
    pub fn new(bytes: u64, clock: Clock<'a>) -> Allowed<'a> {
        let run = Limits { session: bytes, ..Limits::default() };
        let question = Limits { operations: 5_000_000, commands: 20_000, looks: 50_000_000, ..run.clone() };
        Allowed { run, question, clock, for_author: false }
    }
}

impl std::fmt::Debug for Allowed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Allowed").field("run", &self.run).field("question", &self.question).finish_non_exhaustive()
    }
}

/// Grades one submission. The same bytes give the same result, unless the clock stops it.
pub fn grade(test: &Test, given: &Given, allowed: &Allowed<'_>) -> Graded {
    let left = match submission::run(given, allowed) {
        Ok(left) => left,
        Err((ended, message)) => return Graded::nothing(&given.name, test, ended, message),
    };
    if let Err(message) = test.check_machine(left.session.config()) {
        // That it ended before it made its machine is the first thing to say.
        let ended = if left.ended == Ended::End { Ended::Machine } else { left.ended };
        let own = left.message.iter().map(|own| clean::lines(own, MOST_BEFORE));
        let message = own.chain([message]).collect::<Vec<_>>().join("\n");
        return Graded {
            commands: left.session.steps().len() as u32,
            printed: left.printed,
            ..Graded::nothing(&given.name, test, ended, message)
        };
    }
    ask::all(test, &given.name, left, allowed)
}
