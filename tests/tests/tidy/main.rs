//! The rules of the house, held against its own sources: which room may use which, what is never left
//! out, how long things are.
//!
//! Each rule is a test; it fails with the file, the line and the rule of every place that breaks it. The rules
//! themselves and their reasons are in `ARCHITECTURE.md`.

mod docs;
mod documents;
mod lengths;
mod matches;
mod rooms;
mod sources;
mod walls;

/// Fails if anything was found, with all of it.
fn none(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}
