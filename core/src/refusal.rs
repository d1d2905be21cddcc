//! Refusals: the error for anything that makes no sense, from a configuration to a command.

use serde::{Deserialize, Serialize};

/// A command that makes no sense: nothing has happened. Says what is wrong and what would be right.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("{what}; {hint}")]
pub struct Refusal {
    pub what: String,
    pub hint: String,
}

impl Refusal {
    /// `what` is wrong; `hint` would be right.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal { what: what.into(), hint: hint.into() }
    }
}

/// The result of a check.
pub type Check = Result<(), Refusal>;

/// Makes a refusal and returns it as an `Err`.
pub fn refuse<T>(what: impl Into<String>, hint: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(what, hint))
}
