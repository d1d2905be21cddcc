//! Words for the reader; none has an effect.

use crate::vocabulary::chart::Chart;
use crate::vocabulary::question::{Right, Task};
use serde::Serialize;

/// A sentence for the reader; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Note {
    pub text: String,
    /// Whether it is about the command after it, instead of the one before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub before: bool,
    /// What is drawn below the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Box<Chart>>,
}

impl Note {
    /// A text alone.
    pub fn new(text: impl Into<String>) -> Note {
        Note { text: text.into(), before: false, chart: None }
    }
}

/// A question for the student; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Ask {
    pub question: String,
    /// What is said once it is answered; of a question without a task the answer itself.
    pub answer: String,
    /// How it is answered and judged; `None`: the reader thinks, and looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<Box<Task>>,
}

impl Ask {
    /// A question that nobody judges.
    pub fn new(question: impl Into<String>, answer: impl Into<String>) -> Ask {
        Ask { question: question.into(), answer: answer.into(), task: None }
    }
}

/// What is right of the last question that left it open; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Answer {
    pub right: Right,
}

/// What a script expected, and whether it held; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Expect {
    pub text: String,
    pub held: bool,
}
