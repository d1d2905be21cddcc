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

/// A number for a message, its thousands apart: 16,777,216.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|part| str::from_utf8(part).expect("digits")).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_apart() {
        let all = [0, 7, 999, 1000, 65_536, 16_777_216, u64::MAX].map(super::grouped);
        assert_eq!(all, ["0", "7", "999", "1,000", "65,536", "16,777,216", "18,446,744,073,709,551,615"]);
    }
}
