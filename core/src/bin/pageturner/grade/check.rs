//! `grade --check`: is the test itself right? Solutions get all points, and whoever hands in nothing gets none.

use crate::args::HowArgs;
use pageturner::script::grade::{Allowed, Given, Graded, Points, Test, grade, text};

/// What is found, and whether all is well.
pub fn report(test: &Test, solutions: &[Graded], how: &HowArgs) -> (String, bool) {
    let whole = |graded: &Graded| graded.points == graded.of;
    let mut report: String = solutions
        .iter()
        .map(|graded| match whole(graded) {
            true => format!("{}: all {} points\n", graded.submission, graded.of),
            false => text(std::slice::from_ref(graded)),
        })
        .collect();
    let clock = || -> Box<dyn FnMut(u32) -> bool> { Box::new(|_| true) };
    let empty = Given { name: "an empty script".into(), bytes: Ok(Vec::new()) };
    let empty = grade(test, &empty, &Allowed::new(how.memory.bytes(), &clock));
    let gifts: Vec<&str> = empty
        .questions
        .iter()
        .filter(|question| question.points > Points::NONE)
        .map(|question| question.name.as_str())
        .collect();
    report += &match gifts.as_slice() {
        [] => "an empty script: no points\n".to_string(),
        gifts => format!("an empty script gets points, for nothing: {}\n", gifts.join("; ")),
    };
    (report, solutions.iter().all(whole) && gifts.is_empty())
}
