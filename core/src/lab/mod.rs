//! The laboratory: commands go in, events come out, the view folds them, the session steps through time.

pub mod check;
pub mod check_runs;
pub mod command;
pub mod compare;
pub mod cost;
pub mod dump;
pub mod event;
pub mod fragmentation;
pub mod head;
pub mod lockstep;
pub mod placed;
pub mod recording;
pub mod reverse;
pub mod session;
pub mod tally;
pub mod tape;
pub mod text;
pub mod view;
pub mod why;
pub mod words;
