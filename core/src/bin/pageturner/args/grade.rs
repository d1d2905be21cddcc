//! Arguments of `grade`.

use super::Memory;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Arguments of `grade`.
#[derive(ClapArgs, Debug)]
pub struct GradeArgs {
    /// What is graded: scenarios (.rhai), recordings (.jsonl), or folders, each with one of these
    #[arg(required = true, value_name = "SUBMISSION")]
    pub submissions: Vec<PathBuf>,
    #[command(flatten)]
    pub how: HowArgs,
    /// A row for each submission, of values parted by commas
    #[arg(long, group = "format")]
    pub csv: bool,
    /// For programs: one JSON object a submission
    #[arg(long, group = "format")]
    pub json: bool,
    /// The result file of Gradescope, of one submission
    #[arg(long, group = "format")]
    pub gradescope: bool,
    /// The result file of PrairieLearn, of one submission
    #[arg(long, group = "format")]
    pub prairielearn: bool,
    /// The submissions are solutions: each must get all points, and an empty script none
    #[arg(long, conflicts_with = "format")]
    pub check: bool,
    /// Where the results go; standard output if not given
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many are graded at a time; as many as there are processors if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

/// How one submission is graded.
#[derive(ClapArgs, Clone, Debug)]
pub struct HowArgs {
    /// The hidden test (docs/grading.md)
    #[arg(long, value_name = "TEST.rhai")]
    pub test: PathBuf,
    /// Seconds that a submission may run, and that each question may take
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: u32,
    /// Tell the test's errors in full and what it printed, which quotes it: not for students
    #[arg(long, conflicts_with_all = ["gradescope", "prairielearn"])]
    pub for_author: bool,
    #[command(flatten)]
    pub memory: Memory,
}

/// Arguments of the process that grades one submission for `grade`.
#[derive(ClapArgs, Debug)]
pub struct GradeOneArgs {
    pub submission: PathBuf,
    /// The hidden test
    #[arg(long)]
    pub test: PathBuf,
    /// Seconds for each part
    #[arg(long)]
    pub seconds: u32,
    /// Whether the result is for the test's author
    #[arg(long)]
    pub for_author: bool,
    #[command(flatten)]
    pub memory: Memory,
}
