//! What is known of a log's processes while it is read: threads, address spaces, files, and the commands so far.
//!
//! Code that writes to it: `entries` (calls, births, exits), `processes`, `memory` and `reading`.

use super::Options;
use super::files::Files;
use super::image::Image;
use super::maps::ExpectedMaps;
use super::numbers::Numbers;
use super::report::Report;
use super::snapshot::Snapshot;
use super::space::Space;
use crate::lab::tell::placed::PlacedError;
use crate::lab::time::session::MAX_STEPS;
use crate::units::Pid;
use crate::vocabulary::command::{Command, Note, Position};
use std::collections::BTreeMap;

/// A thread of the log.
pub struct Task {
    pub space: usize,
    pub files: usize,
    /// Lives in its parent's address space: a child of `vfork` has none of its own until it calls `execve`.
    pub is_guest: bool,
}

/// A call that is under way.
#[derive(Debug)]
pub struct UnderWay {
    pub space: usize,
    /// The number of commands made before it began.
    pub step: usize,
    /// It began while another call was under way.
    pub shared: bool,
}

/// Everything known so far.
pub struct World<'t> {
    pub(super) text: &'t str,
    pub(super) options: Options,
    pub(super) numbers: Numbers,
    pub(super) tasks: BTreeMap<u32, Task>,
    pub(super) spaces: Vec<Space>,
    pub(super) files: Vec<Files>,
    pub(super) under_way: BTreeMap<u32, UnderWay>,
    /// Maps texts being read, by the reader's table of files and the descriptor.
    pub(super) snapshots: BTreeMap<(usize, u64), Snapshot>,
    /// Images, each with its process and the number of commands before it.
    pub(super) images: Vec<(usize, Pid, Image)>,
    pub(super) steps: Vec<(Command, Option<Position>)>,
    pub(super) expected: Vec<ExpectedMaps>,
    pub(super) report: Report,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) processes: u32,
    pub(super) live: u32,
    pub(super) most_live: u32,
    pub(super) copies: u64,
    /// Pages that calls and assumed accesses bring in, in total.
    pub(super) pages_in: u64,
    /// Pages of the largest area that needs a reserve.
    pub(super) largest: u64,
    /// `mlockall` brings in what `execve` mapped.
    pub(super) locks_images: bool,
}

impl<'t> World<'t> {
    /// The state before the first entry; `report` has what was counted so far.
    pub fn new(text: &'t str, options: Options, numbers: Numbers, report: Report) -> World<'t> {
        World {
            text,
            options,
            numbers,
            tasks: BTreeMap::new(),
            spaces: Vec::new(),
            files: Vec::new(),
            under_way: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            images: Vec::new(),
            steps: Vec::new(),
            expected: Vec::new(),
            report,
            calls: BTreeMap::new(),
            processes: 0,
            live: 0,
            most_live: 0,
            copies: 0,
            pages_in: 0,
            largest: 0,
            locks_images: false,
        }
    }

    pub(super) fn push(&mut self, at: Position, command: Command) {
        self.steps.push((command, Some(at)));
    }

    pub(super) fn note(&mut self, at: Position, text: String) {
        self.push(at, Command::Note(Note::new(text)));
    }

    pub(super) fn error(&self, at: Position, message: impl Into<String>) -> PlacedError {
        PlacedError::at(self.text, at.line, at.column, message)
    }

    pub(super) fn too_long(&self, at: Position) -> PlacedError {
        self.error(at, format!("up to here the log becomes more than {MAX_STEPS} commands"))
            .hint("cut the log here, or trace fewer processes")
    }
}
