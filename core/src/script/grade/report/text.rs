//! For readers: a line for each submission, and below it, indented, its questions and what is said of them.

use super::super::graded::{Answered, Graded};

/// The results of all submissions.
pub fn text(all: &[Graded]) -> String {
    all.iter().map(one).collect()
}

fn one(graded: &Graded) -> String {
    let mut lines = vec![format!("{}: {} of {} points", graded.submission, graded.points, graded.of)];
    let shares: Vec<String> =
        graded.questions.iter().map(|question| format!("{} of {}", question.points, question.of)).collect();
    let width = shares.iter().map(String::len).max().unwrap_or(0);
    for (question, share) in graded.questions.iter().zip(&shares) {
        lines.push(format!("  {share:>width$}  {}", question.name));
        let below = |mark: &str, text: &str| format!("  {:width$}  {mark}{text}", "");
        lines.extend(question.feedback.iter().map(|text| below("- ", text)));
        let Answered { for_author, .. } = question;
        lines.extend(for_author.iter().flat_map(|text| text.lines()).map(|text| below("for the author: ", text)));
    }
    lines.extend(graded.message.iter().flat_map(|text| text.lines()).map(|line| format!("  ! {line}")));
    if !graded.printed.is_empty() {
        lines.push("  printed:".into());
        lines.extend(graded.printed.lines().map(|line| format!("  > {line}")));
    }
    lines.into_iter().map(|line| line.trim_end().to_string() + "\n").collect()
}
