//! Scenarios and the console: the script language, Rhai, with the machine's calls as its functions.
//!
//! A scenario drives a live machine and yields a session, hence a recording. Scripts are untrusted: every resource has a
//! limit, there is no file, network or clock, and nothing a script does panics. `docs/scripting.md` is the user's manual.
//!
//! One engine, one [`room`](self): the engine's functions reach the session through the call context's tag, the only
//! shared state of the project, and it never leaves this module.

mod again;
mod budget;
mod calls;
mod compile;
mod config;
mod console;
mod engine;
mod errors;
mod frames;
mod manual;
mod moving;
mod names;
mod queries;
mod replay_on;
mod rmap;
mod room;
mod scenario;
mod slips;
mod standing;
mod tokens;
mod values;
mod what_if;

pub use crate::lab::recording::head::{header, title};
pub use crate::lab::tell::words::command_text;
pub use again::{CannotRunAgain, OnEach, run_on_each, run_recording_on_each};
pub use console::{ConsoleScope, console_line, is_unfinished};
pub use manual::{FUNCTIONS, Function};
pub use scenario::{Early, Outcome, run_script};

/// What a script may use. Everything is counted; nothing is measured in time, so the same script always ends alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the script's text.
    pub source: usize,
    /// Steps of the interpreter.
    pub operations: u64,
    /// Commands given to the machine.
    pub commands: u32,
    /// Frames of the machine, the most costly thing a script can ask for.
    pub frames: u32,
    /// Frames, PTEs and runs looked at by queries such as `rss()`.
    pub looks: u64,
    /// Functions that call each other.
    pub call_depth: usize,
    /// Expressions within each other.
    pub expression_depth: usize,
    /// Bytes of a string, and of all strings in an array or map.
    pub string: usize,
    /// Elements of an array, nested ones and bytes of blobs included.
    pub array: usize,
    /// Fields of a map, nested ones included.
    pub map: usize,
    /// Bytes, roughly, that all variables of one function may hold.
    pub memory: usize,
    pub variables: usize,
    /// Functions a script may define.
    pub functions: usize,
    /// Bytes printed.
    pub printed: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            source: 128 << 10,
            operations: 20_000_000,
            commands: 200_000,
            frames: crate::config::MAX_FRAMES,
            looks: 500_000_000,
            call_depth: 24,
            expression_depth: 48,
            string: 128 << 10,
            array: 16 << 10,
            map: 1024,
            memory: 4 << 20,
            variables: 256,
            functions: 256,
            printed: 1 << 20,
        }
    }
}
