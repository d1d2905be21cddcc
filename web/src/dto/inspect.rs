//! The inspector, why?, and the links between things.

use super::{ErrorDto, MappingDto, OwnerDto, Subject, WalkDto};
use serde::Serialize;
use tsify::Tsify;

dto! {
    /// A row of the inspector; it may lead to a subject and may answer "why?".
    struct RowDto { label: &'static str, value: String, subject: Option<Subject>, why: bool }

    struct InspectDto {
        subject: Subject,
        title: String,
        rows: Vec<RowDto>,
        /// For pages: the walk, root first.
        walk: Vec<WalkDto>,
        /// The first 200 of `mapped` PTEs.
        mappings: Vec<MappingDto>,
        mapped: u32,
        /// The frame whose way back can be requested.
        way_back: Option<u32>,
        /// The first blocks of heaps of which bytes lie in it, of `owned`.
        owners: Vec<OwnerDto>,
        owned: u32,
        /// First 64 bytes of the frame or slot as hex pairs; no pairs when all are zero.
        bytes: Vec<String>,
    }

    /// A console line's answer, and the commands that it gave, as lines of a recording: also those before an error.
    struct ReplyDto { text: String, error: Option<ErrorDto>, commands: String }

    /// The event that gave a value its present state, with its step, both counted from 0, and what the value was
    /// before.
    struct WhyDto { step: u32, event: u32, text: String, before: Option<String> }

    /// What is linked to a subject, for highlighting.
    struct LinksDto {
        frames: Vec<u32>,
        /// At most some thousands; there are `more`.
        pages: Vec<(u32, u64)>,
        more: u32,
        vmas: Vec<u32>,
        slots: Vec<u32>,
        processes: Vec<u32>,
    }
}
