//! The result file of PrairieLearn: `results/results.json`, of one submission. What is no script at all is not gradable
//! there, which costs no attempt.

use super::super::graded::{Answered, Ended, Graded};
use super::super::points::Points;
use super::{file, output, said};
use serde::Serialize;

#[derive(Serialize)]
#[serde(untagged)]
enum Results {
    Gradable { gradable: bool, score: f64, message: String, output: String, tests: Vec<One> },
    Not { gradable: bool, format_errors: Vec<String> },
}

#[derive(Serialize)]
struct One {
    name: String,
    points: Points,
    max_points: Points,
    message: String,
}

/// The text of the file.
pub fn prairielearn(graded: &Graded) -> String {
    file(graded, |graded| match graded.ended {
        Ended::Unreadable | Ended::Ungraded => {
            Results::Not { gradable: false, format_errors: vec![graded.message.clone().unwrap_or_default()] }
        }
        Ended::End | Ended::Exit | Ended::Return | Ended::Error | Ended::Time | Ended::Machine => Results::Gradable {
            gradable: true,
            score: graded.points.part_of(graded.of),
            message: format!("{} of {} points", graded.points, graded.of),
            output: output(graded),
            tests: graded.questions.iter().map(one).collect(),
        },
    })
}

fn one(answered: &Answered) -> One {
    One { name: answered.name.clone(), points: answered.points, max_points: answered.of, message: said(answered) }
}
