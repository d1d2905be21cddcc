//! The limits of a script. Nothing is measured in time, so the same script always ends in the same way.

use crate::lab::time::DEFAULT_BUDGET;

/// What a script may use at most. Everything is counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the script's text.
    pub source: usize,
    /// Steps of the interpreter.
    pub operations: u64,
    /// Commands given to the machine.
    pub commands: u32,
    /// Commands given to the machines of `over_seeds`, all together.
    pub seed_commands: u32,
    /// Frames of the machine, the most costly thing a script can ask for.
    pub frames: u32,
    /// Frames, PTEs and runs visited by queries such as `rss()`.
    pub looks: u64,
    /// Depth of functions that call each other.
    pub call_depth: usize,
    /// Depth of nested expressions.
    pub expression_depth: usize,
    /// Bytes of a string, and of all strings in an array or map.
    pub string: usize,
    /// Elements of an array, nested ones and bytes of blobs included.
    pub array: usize,
    /// Fields of a map, nested ones included.
    pub map: usize,
    /// Bytes that all variables of one function may hold, estimated.
    pub memory: usize,
    /// Bytes that the session may hold, with the variables and what is printed.
    pub session: u64,
    pub variables: usize,
    /// Functions a script may define.
    pub functions: usize,
    /// Bytes that it may print.
    pub printed: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            source: 128 << 10,
            operations: 40_000_000,
            commands: 200_000,
            seed_commands: 600_000,
            frames: crate::config::MAX_FRAMES,
            looks: 500_000_000,
            call_depth: 24,
            expression_depth: 48,
            string: 128 << 10,
            array: 16 << 10,
            map: 16_384,
            memory: 4 << 20,
            session: DEFAULT_BUDGET,
            variables: 256,
            functions: 256,
            printed: 1 << 20,
        }
    }
}
