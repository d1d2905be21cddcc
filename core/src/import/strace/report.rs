//! What the reader of a log counted: what it left out, and, most important, where the machine differs from the program.

use serde::Serialize;
use std::collections::BTreeMap;

/// Counts by what was counted, in plain words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// How the log was read where it could be read in more than one way, a sentence each.
    pub notes: Vec<String>,
    /// What makes the machine differ from the program.
    pub differs: BTreeMap<String, u64>,
    /// What has nothing to do with the machine, and was left out.
    pub skipped: BTreeMap<String, u64>,
    /// Several processes have no birth in the log: if strace attached to threads (`-f -p`), they are one process.
    pub may_be_threads: bool,
}

impl Report {
    /// Adds a sentence about how the log was read.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// Counts something that makes the machine differ from the program.
    pub fn differ(&mut self, what: impl Into<String>) {
        *self.differs.entry(what.into()).or_default() += 1;
    }

    /// Counts something that is left out.
    pub fn skip(&mut self, what: impl Into<String>) {
        *self.skipped.entry(what.into()).or_default() += 1;
    }

    /// Counts a call that is left out: a loss if it changes memory.
    pub fn lose(&mut self, changes_memory: bool, what: impl Into<String>) {
        if changes_memory { self.differ(what) } else { self.skip(what) }
    }
}
