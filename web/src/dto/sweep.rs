//! Sweeps, and traces of references.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A sweep that is about to run: its axes, and its machines row by row.
    struct SweptDto {
        over: AxisDto,
        by: Option<AxisDto>,
        /// What each machine has otherwise than the page's own, as a JSON array of objects.
        changes: String,
        /// Whether the script is run again on each; else the page's commands are replayed.
        again: bool,
    }

    /// A field and the values that it is given, as they are typed; `numbers`: all are numbers.
    struct AxisDto { field: String, values: Vec<String>, numbers: bool }

    /// What was counted on a machine.
    struct FaredDto {
        /// At the end; `None`: it ended before the load did.
        count: Option<u64>,
        /// In each stretch of so many commands.
        rows: Vec<FaredRowDto>,
        /// Commands that could not be given there.
        skipped: u32,
        /// Why it ended before the load did.
        ended: Option<String>,
    }

    /// What was counted since the row before, up to a number of commands.
    struct FaredRowDto { after: u32, count: u64 }

    /// A trace of references as a recording, and what is in it.
    struct RefsDto { recording: String, references: u32, pages: u32, skipped: u32 }
}
