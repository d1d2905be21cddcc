//! The command line: runs scenarios, replays recordings, imports traces, and has a console. Everything it knows is in
//! the library; here are only files, arguments and exit statuses.
//!
//! Exit status: 0 all well, 1 an expectation failed or was not reached because the script ended early, `exit` was given
//! a number other than 0, or an invariant is broken; 2 a bad file or bad arguments. Of `grade`: 0 all could be graded,
//! whatever their points; 1 one could not, or with `--check` the test or a solution is wrong; 2 as above.

mod args;
mod compare;
mod console;
mod exercise;
mod files;
mod given;
mod grade;
mod heaps;
mod import;
mod output;
mod parallel;
mod quiz;
mod refs;
mod report;
mod run;
mod sweep;

use args::{Args, Verb};
use clap::Parser;
use std::process::ExitCode;

/// What went wrong, in words for the user; exit status 2.
#[derive(Debug)]
pub struct Fatal(pub String);

/// A verb's end: `true` if all expectations and invariants held.
pub type Verdict = Result<bool, Fatal>;

fn main() -> ExitCode {
    let verdict = match Args::parse().verb {
        Verb::Run(args) => run::run(&args),
        Verb::Replay(args) => run::replay(&args),
        Verb::Compare(args) => compare::compare(&args),
        Verb::Import(args) => import::import(&args),
        Verb::Heaps(args) => heaps::compare(&args),
        Verb::Sweep(args) => sweep::sweep(&args),
        Verb::Exercise(args) => exercise::exercise(&args),
        Verb::Quiz(args) => quiz::quiz(&args),
        Verb::Grade(args) => grade::grade(&args),
        Verb::GradeOne(args) => grade::grade_one(&args),
        Verb::Console(args) => console::console(&args),
    };
    match verdict {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Fatal(message)) => {
            eprintln!("pageturner: {message}");
            ExitCode::from(2)
        }
    }
}
