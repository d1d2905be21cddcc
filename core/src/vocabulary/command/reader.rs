//! Words for the reader; none has an effect.

use crate::vocabulary::chart::Chart;
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
    pub answer: String,
}

/// What a script expected, and whether it held; no effect.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize)]
pub struct Expect {
    pub text: String,
    pub held: bool,
}
