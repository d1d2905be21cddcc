//! The result file of Gradescope: `results/results.json`, of one submission.

use super::super::graded::{Answered, Ended, Graded};
use super::super::points::Points;
use super::{file, output, said};
use serde::Serialize;

#[derive(Serialize)]
struct Results {
    score: Points,
    output: String,
    /// Else text might be taken for markup.
    output_format: &'static str,
    tests: Vec<One>,
    extra_data: Extra,
}

#[derive(Serialize)]
struct One {
    name: String,
    name_format: &'static str,
    score: Points,
    max_score: Points,
    status: &'static str,
    output: String,
    output_format: &'static str,
}

/// What an instructor may download.
#[derive(Serialize)]
struct Extra {
    ended: Ended,
    commands: u32,
}

/// The text of the file.
pub fn gradescope(graded: &Graded) -> String {
    file(graded, |graded| Results {
        score: graded.points,
        output: output(graded),
        output_format: "text",
        tests: graded.questions.iter().map(one).collect(),
        extra_data: Extra { ended: graded.ended, commands: graded.commands },
    })
}

fn one(answered: &Answered) -> One {
    let passed = answered.points == answered.of && answered.feedback.is_empty();
    One {
        name: answered.name.clone(),
        name_format: "text",
        score: answered.points,
        max_score: answered.of,
        status: if passed { "passed" } else { "failed" },
        output: said(answered),
        output_format: "text",
    }
}
