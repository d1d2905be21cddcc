//! For tables: a row for each submission, a column for each question. Quoted as RFC 4180 (2005) says.

use super::super::graded::Graded;
use super::super::test::Test;
use super::said;

/// The results of all submissions, below a row of names.
pub fn csv(test: &Test, all: &[Graded]) -> String {
    let names = test.questions().map(|(name, _)| cell(name));
    let head = ["submission", "points", "of"].map(String::from).into_iter();
    let head = head.chain(names).chain(["ended", "message", "feedback"].map(String::from));
    std::iter::once(row(head)).chain(all.iter().map(|graded| row(cells(graded)))).collect()
}

fn cells(graded: &Graded) -> impl Iterator<Item = String> {
    let ended: &str = graded.ended.into();
    let feedback = graded.questions.iter().filter(|question| !question.feedback.is_empty());
    let feedback: Vec<String> = feedback.map(|question| format!("{}:\n{}", question.name, said(question))).collect();
    let first = [cell(&graded.submission), graded.points.to_string(), graded.of.to_string()];
    let last = [ended.to_string(), cell(graded.message.as_deref().unwrap_or_default()), cell(&feedback.join("\n"))];
    let points: Vec<String> = graded.questions.iter().map(|question| question.points.to_string()).collect();
    first.into_iter().chain(points).chain(last)
}

fn row(cells: impl Iterator<Item = String>) -> String {
    cells.collect::<Vec<_>>().join(",") + "\n"
}

/// A text as a cell. A spreadsheet would take one that begins with such a sign for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t']);
    let text = format!("{}{text}", if formula { "'" } else { "" });
    let is_plain = !text.contains(['"', ',', '\n']) && text.trim() == text;
    if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("a \"b\"\nc", "\"a \"\"b\"\"\nc\""),
            ("=1+1", "'=1+1"),
            ("@sum,1", "\"'@sum,1\""),
            (" a", "\" a\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
