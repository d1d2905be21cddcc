//! `strace -f -e trace=%memory,%process` logs become recordings. What is read, inferred and left out: `docs/strace.md`.
//!
//! The way of a log: lines (`line`, with `value` and `scan`; `terminal` makes cut ones whole) are joined to whole calls
//! (`join`, with `names` of calls; `births` matches children with their parents). The log as a whole shows which
//! machine it is of (`survey`). Arguments are read (`call`, with `arguments` and `flags`), and the effects of calls
//! become commands (`entries`, `processes`, `memory`, all on `world`). What `execve` mapped is not in a log and is
//! inferred (`image`), best from the program's own `/proc/PID/maps` (`maps`, `snapshot`, `reading`), with which the
//! machine is then compared. What was left out, and where the machine differs from the program, is counted (`report`).

mod arguments;
mod births;
mod call;
mod entries;
mod entry;
mod files;
mod flags;
mod image;
mod join;
mod line;
mod maps;
mod memory;
mod names;
mod numbers;
mod outcome;
mod processes;
mod ranges;
mod reading;
mod report;
mod scan;
mod snapshot;
mod space;
mod survey;
mod terminal;
mod value;
mod world;

pub use maps::{ExpectedMaps, MapsLine};
pub use report::Report;

use crate::config::Config;
use crate::lab::recording::Recording;
use crate::lab::tell::placed::PlacedError;
use crate::vocabulary::command::Command;
use join::Joined;
use outcome::Outcome;
use std::collections::BTreeMap;
use world::World;

/// At most this many bytes in a log.
pub const MAX_TEXT: usize = 64 << 20;

/// How a log is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// strace does not show accesses to memory, so pages stay untouched. With this it is assumed that the program
    /// writes to the first 16 pages of each area that it gets for writing.
    pub touch: bool,
    /// Damaged calls that change memory are counted and left out; else the first of them is an error.
    pub lenient: bool,
    /// Processes whose birth the log does not show are threads of the first of them: strace attached to its threads
    /// (`-f -p`) and wrote the log with `-o`, which does not record that.
    pub one_process: bool,
}

/// The result of importing a log.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The commands; their positions are those of the calls in the log.
    pub recording: Recording,
    /// How it was read, where the machine differs from the program, and what was left out.
    pub report: Report,
    /// Calls that were taken in, by name.
    pub calls: BTreeMap<String, u64>,
    /// What the programs' own maps texts show, to be compared with the machine after each one's step.
    pub expected: Vec<ExpectedMaps>,
    pub lines: u32,
    pub processes: u32,
}

/// Imports a log with the default options.
pub fn import(text: &str) -> Result<Imported, PlacedError> {
    import_with(text, Options::default())
}

/// Imports a log with these options.
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
    let mended = terminal::mend(text.strip_prefix('\u{feff}').unwrap_or(text));
    let Joined { entries, mut report, lines } = join::join(&mended, options)?;
    let numbers = survey::survey(&entries, &mut report);
    let mut world = World::new(&mended.text, options, numbers, report);
    world.introduce();
    for entry in entries {
        world.entry(entry)?;
    }
    let Outcome { steps, expected, report, calls, processes, most_live, pages_in, largest } = world.finish()?;
    let program = |command: &Command| if let Command::Exec(exec) = command { Some(exec.name.clone()) } else { None };
    let title = steps.iter().find_map(|(command, _)| program(command)).map(|name| format!("strace of {name}"));
    let config = Config { geometry: numbers.geometry, ..config(pages_in, largest, most_live) };
    Ok(Imported {
        recording: Recording { config, steps, title, script: None },
        report,
        calls,
        expected,
        lines,
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
