//! The result of one submission: plain data, which reports are made of and which passes from process to process.

use super::clean;
use super::points::Points;
use super::test::Test;
use serde::{Deserialize, Serialize};

/// At most this many bytes of a submission's name, of a message about it, and of what it printed.
const LONGEST_NAME: usize = 1 << 10;
const LONGEST_MESSAGE: usize = 2 << 10;
const MOST_PRINTED: usize = 16 << 10;

/// How a submission ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ended {
    /// At its end.
    End,
    /// By `exit`.
    Exit,
    /// By a `return` outside of functions.
    Return,
    /// By an error or a limit; what ran before counts.
    Error,
    /// It never began: it is no script, no recording or no file.
    Unreadable,
    /// It was stopped by the clock, and nothing of it counts, as it comes farther on a faster computer.
    Time,
    /// It made another machine than the test is for.
    Machine,
    /// Nothing is known: whoever graded it ended without an answer.
    Ungraded,
}

/// The result of one submission.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Graded {
    /// Its name as given.
    pub submission: String,
    pub points: Points,
    pub of: Points,
    pub ended: Ended,
    /// How and where it ended, if not at its end; `None` if there is nothing to say.
    pub message: Option<String>,
    /// Commands given to its machine.
    pub commands: u32,
    pub questions: Vec<Answered>,
    /// What it printed, with unseen characters shown by their numbers.
    pub printed: String,
}

/// The result of one question.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Answered {
    pub name: String,
    pub points: Points,
    pub of: Points,
    /// What did not hold, or why the question could not be asked.
    pub feedback: Vec<String>,
    /// What only the test's author is told: errors with the test's text, and what the test printed. `None` unless it is
    /// asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub for_author: Option<String>,
}

impl Graded {
    /// A submission without points.
    pub fn nothing(name: &str, test: &Test, ended: Ended, message: impl Into<String>) -> Graded {
        let zero = |(name, of): (&str, Points)| Answered {
            name: name.into(),
            points: Points::NONE,
            of,
            feedback: Vec::new(),
            for_author: None,
        };
        let questions: Vec<Answered> = test.questions().map(zero).collect();
        Graded::of(name, ended, Some(message.into()), questions)
    }

    /// A submission with the results of its questions.
    pub fn of(name: &str, ended: Ended, message: Option<String>, questions: Vec<Answered>) -> Graded {
        Graded {
            submission: clean::line(name, LONGEST_NAME),
            points: questions.iter().map(|question| question.points).sum(),
            of: questions.iter().map(|question| question.of).sum(),
            ended,
            message: message.map(|message| clean::lines(&message, LONGEST_MESSAGE)),
            commands: 0,
            questions,
            printed: String::new(),
        }
    }
}

/// What a submission printed, as results have it.
pub fn printed(all: &[(u32, String)]) -> String {
    let all: Vec<&str> = all.iter().map(|(_, text)| text.as_str()).collect();
    clean::lines(&all.join("\n"), MOST_PRINTED)
}
