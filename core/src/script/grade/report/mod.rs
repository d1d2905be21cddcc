//! Results as texts: for readers, for tables, for programs, and for two systems that take submissions. Each is a
//! function of results alone, so the same results are the same bytes.
//!
//! What a submission printed or is called stands in a field, a cell or indented lines of its own, and nowhere else.

mod csv;
mod gradescope;
mod prairielearn;
mod text;

pub use csv::csv;
pub use gradescope::gradescope;
pub use prairielearn::prairielearn;
pub use text::text;

use super::graded::{Answered, Graded};

/// At most this many bytes in a result file: what PrairieLearn takes.
pub const MOST_BYTES: usize = 1_000_000;

/// One JSON object a line, each of one submission.
pub fn json(all: &[Graded]) -> String {
    all.iter().map(|graded| serde_json::to_string(graded).expect("results have only string keys") + "\n").collect()
}

/// A result file; one that would be too long is made without what was printed.
fn file<T: serde::Serialize>(graded: &Graded, make: impl Fn(&Graded) -> T) -> String {
    let text =
        |graded: &Graded| serde_json::to_string_pretty(&make(graded)).expect("results have only string keys") + "\n";
    let whole = text(graded);
    if whole.len() <= MOST_BYTES {
        return whole;
    }
    text(&Graded { printed: "… (left out: the result would be too long)".into(), ..graded.clone() })
}

/// How it ended, and then what it printed.
fn output(graded: &Graded) -> String {
    let printed = (!graded.printed.is_empty()).then(|| format!("Printed:\n{}", graded.printed));
    graded.message.iter().cloned().chain(printed).collect::<Vec<_>>().join("\n\n")
}

/// What is said of one question, a line each.
fn said(answered: &Answered) -> String {
    answered.feedback.join("\n")
}
