//! Arguments of `sweep`.

use super::Memory;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Arguments of `sweep`.
#[derive(ClapArgs, Debug)]
pub struct SweepArgs {
    /// A trace of references, a scenario (.rhai) or a recording (.jsonl); `-` reads standard input
    pub file: PathBuf,
    /// The rows: a field of the configuration and its values, frames=4,8,16, policy=fifo,lru, replacement.window=4,8,
    /// or a range, frames=4..256, which stands for at most 16 values; for a trace frames=4..256 if not given
    #[arg(long, value_name = "FIELD=VALUES")]
    pub over: Option<String>,
    /// The columns: another field and its values; for a trace policy=fifo,lru,opt if neither is given
    #[arg(long, value_name = "FIELD=VALUES")]
    pub by: Option<String>,
    /// The same as --by policy=NAMES
    #[arg(long, value_name = "NAMES", conflicts_with = "by")]
    pub policy: Option<String>,
    /// The same as --over frames=NUMBERS
    #[arg(long, value_name = "NUMBERS", conflicts_with = "over")]
    pub frames: Option<String>,
    /// What is counted, once for each: a counter's name; disk reads, each of which is a miss, if not given
    #[arg(long, value_name = "NAME", default_value = "disk_reads")]
    pub counter: Vec<String>,
    /// What is counted in each stretch of so many references or commands, a row each, instead of to the end
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub every: Option<u32>,
    /// The other fields of the machines: of a trace's as JSON; of others, what differs from the machine they come with
    #[arg(long, value_name = "FIELDS")]
    pub machine: Option<String>,
    /// Replay a recording's commands, even if it has a scenario that can be run again
    #[arg(long)]
    pub replay: bool,
    /// As lines of values parted by commas
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// For programs: one JSON object a machine, or with --every one a row
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub memory: Memory,
}
