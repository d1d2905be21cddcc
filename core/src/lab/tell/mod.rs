//! Saying it: commands and events in words, the machine as text, histories as lines of JSON, errors with their places.

pub mod chart;
pub mod dump;
pub mod phase;
pub mod placed;
pub mod print_tables;
pub mod references;
pub mod text;
pub mod variables;
pub mod words;
