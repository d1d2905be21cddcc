//! Machines side by side.

use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A comparison's machines and what was found of them.
    struct CompareDto {
        /// The request, in frames, for which `unusable` is computed.
        size: u32,
        /// Whether the script was run again on each; else the page's commands were replayed.
        again: bool,
        /// The first is the page's own.
        machines: Vec<ComparedDto>,
        /// Those in which the machines differ, and a few more, in the order of the table.
        figures: Vec<FigureDto>,
        /// The first 200 of `failed_count` requests that some machine did not serve.
        failed: Vec<FailedDto>,
        failed_count: u32,
    }

    struct ComparedDto {
        label: String,
        steps: u32,
        /// Where and why its run of the script ended with an error; `None` if it did not.
        ended: Option<String>,
        /// The state after the first command that is not the same, as a number for `seek`, and that command in words.
        commands: Option<u32>,
        commands_text: Option<String>,
        /// The state after the first command that was answered differently.
        outcome: Option<u32>,
        /// The state after the first command since which a frame is used differently.
        place: Option<u32>,
        /// The state after the first command for which another page went.
        victim: Option<u32>,
    }

    /// `more`: more is better.
    struct FigureDto { name: &'static str, text: &'static str, more: bool }

    /// A script's run on another machine: what it asked of it, as a recording, and why it stopped with an error.
    struct RerunDto { recording: String, ended: Option<String> }

    /// A script's runs on all machines; `ended` is that of the page's own.
    struct RerunsDto { ended: Option<String>, others: Vec<RerunDto> }

    struct FailedDto { step: u32, text: String, served: Vec<Option<bool>> }

    /// A machine's own steps and events that go with a step of the page's machine; the ends are one past the last.
    struct SpanDto { from: u32, to: u32, first_event: u32, end_event: u32 }
}
