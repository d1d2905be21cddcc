//! Scenarios and the console: the script language, Rhai, with the machine's calls as its functions.
//!
//! A scenario drives a live machine and yields a session, hence a recording. Scripts are untrusted: every resource has
//! a limit, there is no file, network or clock, and nothing a script does panics. `docs/scripting.md` is the user's
//! manual.
//!
//! One engine, one [`room`](self): the engine's functions reach the session through the call context's tag, the only
//! shared state of the project, and it never leaves this module.

mod again;
mod ask;
mod assist;
mod boot;
mod budget;
mod calls;
mod chart;
mod compile;
mod config;
mod console;
mod counted;
mod engine;
mod errors;
mod frames;
mod given;
pub mod grade;
mod heap;
mod limits;
mod manual;
mod mistake;
mod moving;
mod names;
mod on_each;
mod once;
mod other_runs;
mod over_seeds;
mod own_machine;
mod port;
mod queries;
mod references;
mod replay_on;
mod retrace;
mod rmap;
mod room;
mod scenario;
mod show;
mod slips;
mod standing;
mod sweep;
mod tables;
mod thing;
mod tokens;
mod values;
mod weight;
mod what_if;

pub use crate::lab::recording::head::{header, headers, title};
pub use crate::lab::tell::words::command_text;
pub use assist::completions;
pub use console::{ConsoleScope, console_line, is_unfinished};
pub use counted::Counted;
pub use given::{parameters, seed_of, seed_of_name, with_parameter, with_seed};
pub use limits::Limits;
pub use manual::{FUNCTIONS, Function};
pub use on_each::{CannotRunAgain, OnEach, run_on_each, run_recording_on_each};
pub use scenario::{Early, Outcome, run_script};
