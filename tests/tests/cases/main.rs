//! Every file case is a test of its own, named by its path and run in parallel with the others: transcripts, reports of
//! machines in lock-step, what small scripts answer, logs of real programs, the page's lessons and examples.
//!
//! ```text
//! cargo test -p pageturner-tests --test cases                    # all
//! cargo test -p pageturner-tests --test cases alloc/             # those whose path has `alloc/` in it
//! UPDATE_EXPECT=1 cargo test -p pageturner-tests --test cases    # writes what they expect anew; read the difference
//! ```

mod compare;
mod examples;
mod exercises;
mod glossary;
mod lessons;
mod mutated;
mod scripts;
mod strace;
mod transcripts;

use libtest_mimic::Arguments;

fn main() {
    let mut trials = transcripts::trials();
    trials.extend(compare::trials());
    trials.extend(scripts::trials());
    trials.extend(strace::trials());
    trials.extend(glossary::trials());
    trials.extend(lessons::trials());
    trials.extend(examples::trials());
    trials.extend(exercises::trials());
    trials.extend(mutated::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
