//! The command line's arguments, as clap reads them; their comments are its help.

mod grade;
mod sweep;

pub use grade::{GradeArgs, GradeOneArgs, HowArgs};
pub use sweep::SweepArgs;

use clap::{Args as ClapArgs, Parser, Subcommand};
use pageturner::lab::tell::dump::Dump;
use pageturner::lab::time::DEFAULT_BUDGET;
use pageturner::script::Limits;
use std::path::PathBuf;

/// A teaching virtual-memory machine: run scenarios, replay recordings, look at every frame.
#[derive(Parser, Debug)]
#[command(name = "pageturner", version, about, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do; each verb has arguments of its own.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Run a scenario, a script in Rhai (docs/scripting.md)
    Run(RunArgs),
    /// Replay a recording (docs/recording.md)
    Replay(RunArgs),
    /// A scenario run on machines that differ, or a recording replayed there: a table of figures, and where they part
    Compare(CompareArgs),
    /// Turn a trace of a real program into a recording
    Import(ImportArgs),
    /// What a real program asked of malloc, made on several heaps: a table of what each took (docs/heaps.md)
    Heaps(HeapsArgs),
    /// A trace of references, a scenario or a recording on many machines, and what was counted: a table (docs/sweep.md)
    Sweep(SweepArgs),
    /// Answer a scenario's questions at the terminal, and see what they are worth (docs/questions.md)
    Quiz(QuizArgs),
    /// Print an exercise for paper, in Markdown, with blanks or with what is right (docs/questions.md)
    Exercise(ExerciseArgs),
    /// Ask a hidden test about submissions: points and feedback for each question (docs/grading.md)
    Grade(GradeArgs),
    #[command(hide = true)]
    GradeOne(GradeOneArgs),
    /// Type commands to a machine, line by line
    Console(ConsoleArgs),
}

/// How much of the computer's memory may be used.
#[derive(ClapArgs, Clone, Copy, Debug)]
pub struct Memory {
    /// MiB of this computer's memory that the machine and its history may take; a script or recording that needs more
    /// is stopped, and says what took it
    #[arg(long = "memory", value_name = "MIB", default_value_t = DEFAULT_BUDGET >> 20,
          value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    mebibytes: u64,
}

impl Memory {
    /// The limit in MiB, as it was given.
    pub fn mebibytes(self) -> u64 {
        self.mebibytes
    }

    /// The limit in bytes.
    pub fn bytes(self) -> u64 {
        self.mebibytes << 20
    }

    /// The limits of a script.
    pub fn limits(self) -> Limits {
        Limits { session: self.bytes(), ..Limits::default() }
    }
}

/// Arguments of `run` and `replay`.
#[derive(ClapArgs, Debug)]
pub struct RunArgs {
    /// The file; `-` reads standard input
    pub file: PathBuf,
    /// Write the recording here; `-` is standard output
    #[arg(long, value_name = "OUT.jsonl")]
    pub record: Option<PathBuf>,
    /// For programs: one JSON object a line for every step, and a summary
    #[arg(long)]
    pub json: bool,
    /// Tell every event of every step, too
    #[arg(long)]
    pub events: bool,
    /// Print parts of the state as JSON, one object a line, instead of the text: vmas, pagemap, frames, rmap, free,
    /// slots
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub dump: Vec<Dump>,
    /// Dump after every step instead of the last
    #[arg(long, requires = "dump")]
    pub each: bool,
    /// After the text, the last references to pages and what every frame held after each, as a table; at most N, 40 if
    /// not given (docs/replacement.md)
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "40")]
    pub references: Option<usize>,
    /// Check all invariants of the machine after every step
    #[arg(long)]
    pub check: bool,
    /// Only failures and the exit status
    #[arg(long, short, conflicts_with_all = ["json", "events"])]
    pub quiet: bool,
    #[command(flatten)]
    pub given: Given,
    #[command(flatten)]
    pub memory: Memory,
}

/// Arguments of `compare`.
#[derive(ClapArgs, Debug)]
pub struct CompareArgs {
    /// A scenario (.rhai) or a recording; `-` reads standard input
    pub file: PathBuf,
    /// What another machine has otherwise: `allocator=page_array`, several fields with commas, or JSON; once for each,
    /// at most three. Not needed if the scenario's header names machines: `//! compare: rmap=none`
    #[arg(long, value_name = "FIELDS")]
    pub with: Vec<String>,
    /// Replay the first machine's commands on the others, instead of running the scenario again on each
    #[arg(long)]
    pub replay: bool,
    /// For programs: one JSON object a machine
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub memory: Memory,
}

/// Arguments of `import`.
#[derive(ClapArgs, Debug)]
pub struct ImportArgs {
    #[command(subcommand)]
    pub from: From,
}

/// The kinds of traces.
#[derive(Subcommand, Debug)]
pub enum From {
    /// A log of `strace -f -e trace=%memory,%process`
    Strace(StraceArgs),
    /// What a program asked of malloc: a log of ltrace, a malloc-lab trace (.rep), or CSV (docs/heaps.md)
    Malloc(MallocArgs),
    /// Which pages a program used: lines such as 0041f7a0 R, valgrind's lackey, or numbers of pages
    Refs(RefsArgs),
}

/// Arguments of `import refs`.
#[derive(ClapArgs, Debug)]
pub struct RefsArgs {
    /// The trace; `-` reads standard input
    pub file: PathBuf,
    /// Where the recording goes; standard output if not given
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: Option<PathBuf>,
    /// The machine's fields as JSON, such as {"frames":64,"policy":"lru"}; 1024 frames if not given
    #[arg(long, value_name = "JSON")]
    pub machine: Option<String>,
    #[command(flatten)]
    pub memory: Memory,
}

/// The machine on which a trace's requests are made.
#[derive(ClapArgs, Debug)]
pub struct Machine {
    /// The machine's fields as JSON, such as {"frames":256,"swap_slots":4096}; plenty of memory if not given
    #[arg(long = "machine", value_name = "JSON")]
    pub fields: Option<String>,
    /// The program writes to nothing that it gets; else to each page of a block once, as a trace shows no accesses
    #[arg(long)]
    pub untouched: bool,
    #[command(flatten)]
    pub memory: Memory,
}

/// Arguments of `import malloc`.
#[derive(ClapArgs, Debug)]
pub struct MallocArgs {
    /// The trace; `-` reads standard input
    pub file: PathBuf,
    /// The heap, with its settings: phk, or phk,directory=doubling
    #[arg(long, default_value = "phk")]
    pub heap: String,
    /// Where the recording goes; standard output if not given
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub machine: Machine,
}

/// Arguments of `heaps`.
#[derive(ClapArgs, Debug)]
pub struct HeapsArgs {
    /// The trace; `-` reads standard input
    pub file: PathBuf,
    /// A heap, with its settings: phk, or phk,directory=doubling; once for each
    #[arg(long, value_name = "HEAP", default_values_t = ["phk".to_string(), "kr".into(), "dl".into(), "mmap_direct".into()])]
    pub on: Vec<String>,
    /// For programs: one JSON object a heap
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub machine: Machine,
}

/// Arguments of `import strace`.
#[derive(ClapArgs, Debug)]
pub struct StraceArgs {
    /// The log; `-` reads standard input
    pub file: PathBuf,
    /// Where the recording goes; standard output if not given
    #[arg(short, long, value_name = "OUT.jsonl")]
    pub output: Option<PathBuf>,
    /// Assume that the program writes to the first 16 pages of each area it gets for writing: a log shows no accesses
    #[arg(long)]
    pub touch: bool,
    /// Leave out, and count, damaged calls that change memory; else the first of them is an error
    #[arg(long)]
    pub lenient: bool,
    /// Processes whose birth the log does not show are threads of one process (of `strace -f -p PID -o LOG`)
    #[arg(long)]
    pub one_process: bool,
}

/// Arguments of `quiz`.
#[derive(ClapArgs, Debug)]
pub struct QuizArgs {
    /// A scenario (.rhai) or a recording
    pub file: PathBuf,
    /// Ask before each step that matters what it will do: what kind of fault, whose page goes, which block is split
    #[arg(long)]
    pub predict: bool,
    /// A file with the answers, a line each, instead of what is typed
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    #[command(flatten)]
    pub given: Given,
    #[command(flatten)]
    pub memory: Memory,
}

/// Arguments of `exercise`.
#[derive(ClapArgs, Debug)]
pub struct ExerciseArgs {
    /// A scenario (.rhai) with questions
    pub file: PathBuf,
    /// Say what is right, and why
    #[arg(long)]
    pub solve: bool,
    #[command(flatten)]
    pub given: Given,
    #[command(flatten)]
    pub memory: Memory,
}

/// What a scenario is given from outside.
#[derive(ClapArgs, Clone, Debug, Default)]
pub struct Given {
    /// The seed, of a scenario that has one: other numbers in the same exercise
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// A student's name, which the seed is made of
    #[arg(long, conflicts_with = "seed")]
    pub name: Option<String>,
    /// A parameter of the scenario: `frames=128`; once for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// Arguments of `console`.
#[derive(ClapArgs, Debug)]
pub struct ConsoleArgs {
    /// A scenario (.rhai) or a recording to start from
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub given: Given,
    #[command(flatten)]
    pub memory: Memory,
}
