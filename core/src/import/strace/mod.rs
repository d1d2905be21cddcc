//! `strace -f -e trace=%memory,%process` logs become recordings. What is read, inferred and left out: `docs/strace.md`.
//!
//! The way of a log: lines (`line`, with `value` and `scan`) are joined to whole calls (`join`), their arguments understood
//! (`call`), and what they do becomes commands (`entries`, `processes`, `memory`, all on `world`). What `execve` mapped is not in a log and is inferred
//! (`image`), best from the program's own `/proc/PID/maps` (`maps`, `snapshot`, `reading`), against which the machine is then held.

mod call;
mod entries;
mod files;
mod image;
mod join;
mod line;
mod maps;
mod memory;
mod outcome;
mod processes;
mod ranges;
mod reading;
mod scan;
mod snapshot;
mod space;
mod value;
mod world;

pub use maps::{ExpectedMaps, MapsLine};

use crate::config::Config;
use crate::lab::command::Command;
use crate::lab::placed::PlacedError;
use crate::lab::recording::Recording;
use outcome::Outcome;
use std::collections::BTreeMap;
use world::World;

/// Longest log that is read.
pub const MAX_TEXT: usize = 64 << 20;

/// How a log is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// strace does not show accesses to memory, so pages stay untouched. With this it is assumed that the program writes
    /// to the first 16 pages of each area that it gets for writing.
    pub touch: bool,
}

/// A log, imported.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The commands; their positions are those of the calls in the log.
    pub recording: Recording,
    /// What was left out, and how often.
    pub skipped: BTreeMap<String, u64>,
    /// Calls that were taken in, by name.
    pub calls: BTreeMap<String, u64>,
    /// What the programs' own maps texts say, to be compared with the machine after each one's step.
    pub expected: Vec<ExpectedMaps>,
    pub lines: u32,
    pub processes: u32,
}

/// Imports a log.
pub fn import(text: &str) -> Result<Imported, PlacedError> {
    import_with(text, Options::default())
}

/// Imports a log.
pub fn import_with(text: &str, options: Options) -> Result<Imported, PlacedError> {
    if text.len() > MAX_TEXT {
        return Err(PlacedError::in_line(
            "",
            1,
            1,
            format!("the log has {} MiB; {} are the most", text.len() >> 20, MAX_TEXT >> 20),
        )
        .hint("cut it, or trace fewer processes"));
    }
    // Some editors begin a file with a byte-order mark.
    let text = &*line::mend(text.strip_prefix('\u{feff}').unwrap_or(text));
    let joined = join::join(text)?;
    let mut world = World::new(text, options, joined.skipped);
    world.introduce();
    for entry in joined.entries {
        world.entry(entry)?;
    }
    let Outcome { steps, expected, skipped, calls, processes, most_live, pages_in, largest } = world.finish()?;
    let title = steps.iter().find_map(|(command, _)| match command {
        Command::Exec { name, .. } => Some(format!("strace of {name}")),
        _ => None,
    });
    let config = config(pages_in, largest, most_live);
    Ok(Imported {
        recording: Recording { config, steps, title, script: None },
        skipped,
        calls,
        expected,
        lines: joined.lines,
        processes,
    })
}

/// A machine with room for what the log needs for certain, and as much again: a root table for each process, the pages
/// that calls bring in with their tables, and memory and swap together for its largest area. Small, so that the map
/// shows what happens.
fn config(pages_in: u64, largest: u64, most_live: u32) -> Config {
    let needed = pages_in + pages_in / 8 + 32 * u64::from(most_live);
    let frames = (256 + 2 * needed as u32).next_power_of_two();
    let swap_slots = 4096.max(largest as u32);
    Config { frames, swap_slots, max_processes: most_live.max(64), ..Config::default() }
}
