//! What came of a script, and of a log.

use super::ErrorDto;
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// The result of a script. After an error the recording holds what ran before it, and is empty if no machine was
    /// made; `early`: why it ended before its end.
    struct OutcomeDto { recording: String, error: Option<ErrorDto>, early: Option<String>, printed: Vec<PrintedDto> }

    /// A text that the script printed, and the number of commands before it.
    struct PrintedDto { step: u32, text: String }

    struct SkippedDto { what: String, count: u64 }

    /// A log of strace as a recording, and what was counted while it was read: where the machine differs from the
    /// program, and what was left out.
    struct ImportDto {
        recording: String,
        notes: Vec<String>,
        differs: Vec<SkippedDto>,
        skipped: Vec<SkippedDto>,
        may_be_threads: bool,
    }
}
