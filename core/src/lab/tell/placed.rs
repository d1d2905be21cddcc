//! An error with its place in a text: what every reader of scripts, recordings and traces answers to bad input.
//!
//! ```text
//! line 3, column 5: `mumap` is not a function of a process
//!   | p.mumap(a, 1);
//!   |   ^
//!   = did you mean `munmap`? p.munmap(addr, pages)
//! ```

use serde::Serialize;
use std::cmp::Reverse;
use std::fmt;

/// At most this many characters of the offending line are quoted.
const QUOTED: usize = 100;

/// What is wrong, where, and what would be right. Line and column count from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PlacedError {
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    pub line: u32,
    pub column: u32,
    /// The offending line; of a long one the part around the column, between `…`.
    pub text: String,
}

impl PlacedError {
    /// An error at a place of `source`, whose line is quoted.
    pub fn at(source: &str, line: u32, column: u32, message: impl Into<String>) -> PlacedError {
        let offending = source.lines().nth(line.max(1) as usize - 1).unwrap_or("");
        PlacedError::in_line(offending, line, column, message)
    }

    /// An error at a column of `offending`, for a reader that has the line at hand; line and column count from 1.
    pub fn in_line(offending: &str, line: u32, column: u32, message: impl Into<String>) -> PlacedError {
        PlacedError {
            message: message.into(),
            hint: None,
            line: line.max(1),
            column: column.max(1),
            text: quote(offending, column),
        }
    }

    /// The error with a hint: what would be right.
    pub fn hint(mut self, hint: impl Into<String>) -> PlacedError {
        self.hint = Some(hint.into());
        self
    }

    /// Characters of `text` before the offending one.
    pub fn caret(&self) -> usize {
        let at = self.column as usize - 1;
        let start = quoted_from(at);
        if start > 0 { at - start + 1 } else { at }
    }

    /// Bytes as text; what is not UTF-8 is an error with its place.
    pub fn utf8(bytes: &[u8]) -> Result<&str, PlacedError> {
        std::str::from_utf8(bytes).map_err(|error| {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let line = good.matches('\n').count() as u32 + 1;
            let last = good.rsplit('\n').next().unwrap_or("");
            let byte = bytes[error.valid_up_to()];
            PlacedError::in_line(
                last,
                line,
                last.chars().count() as u32 + 1,
                format!("the byte {byte:#04x} here is not UTF-8 text"),
            )
            .hint("this reads text files; is it a binary file, or saved in another encoding?")
        })
    }
}

impl std::error::Error for PlacedError {}

impl fmt::Display for PlacedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        if !self.text.is_empty() {
            write!(f, "\n  | {}", self.text)?;
            let before = self.caret();
            if before <= self.text.chars().count() {
                write!(f, "\n  | {:before$}^", "")?;
            }
        }
        match &self.hint {
            Some(hint) => write!(f, "\n  = {hint}"),
            None => Ok(()),
        }
    }
}

/// The line as quoted: control characters would break the caret's line or the reader's terminal.
fn quote(line: &str, column: u32) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let at = column.max(1) as usize - 1;
    let start = quoted_from(at);
    let mut rest = line.trim_end().chars().skip(start).map(visible);
    let mut quoted = String::from(if start > 0 { "…" } else { "" });
    quoted.extend(rest.by_ref().take(QUOTED));
    if rest.next().is_some() {
        quoted.push('…');
    }
    quoted
}

/// The first character that is quoted of a line whose offending one is `at`.
fn quoted_from(at: usize) -> usize {
    if at < QUOTED { 0 } else { at - QUOTED / 2 }
}

/// The name most like `wanted`; `None` if none is like enough to be a typing error.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wanted.chars().count() > 40 {
        return None;
    }
    let common = |name: &str| wanted.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let allowed = |name: &str| (wanted.chars().count().max(name.chars().count()) / 3).max(1);
    names
        .into_iter()
        .map(|name| (distance(wanted, name), name))
        .filter(|(distance, name)| *distance <= allowed(name) || name.eq_ignore_ascii_case(wanted))
        // Typing errors are rarely in the first letters.
        .min_by_key(|(distance, name)| (*distance, Reverse(common(name))))
        .map(|(_, name)| name)
}

/// ``did you mean `munmap`?`` if there is a nearest name, then the list of all.
pub fn suggest(wanted: &str, names: &[&str]) -> String {
    let all = list(names);
    match nearest(wanted, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`? There are {all}"),
        None => format!("use one of {all}"),
    }
}

/// `` `a`, `b` and `c` ``
pub fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [most @ .., last] => format!("`{}` and `{last}`", most.join("`, `")),
    }
}

/// Insertions, deletions, replacements and exchanges of neighbours between two words.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_with_a_caret_and_the_hint() {
        let error = PlacedError::at("let a = 1;\np.mumap(a, 1);\n", 2, 3, "`mumap` is not a function")
            .hint("did you mean `munmap`?");
        assert_eq!(
            error.to_string(),
            "line 2, column 3: `mumap` is not a function\n  | p.mumap(a, 1);\n  |   ^\n  = did you mean `munmap`?"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_column() {
        let long = format!("{}!{}", "a".repeat(200), "b".repeat(200));
        let error = PlacedError::at(&long, 1, 201, "here");
        assert_eq!(error.text, format!("…{}!{}…", "a".repeat(50), "b".repeat(49)));
        let shown = error.to_string();
        let [_, text, caret] = shown.lines().collect::<Vec<_>>()[..] else { panic!("{shown}") };
        let column = caret.chars().position(|c| c == '^').expect("a caret");
        assert_eq!(text.chars().nth(column), Some('!'), "the caret stands below the place in a cut line, too");
    }

    #[test]
    fn places_outside_the_text_are_no_trouble() {
        assert_eq!(PlacedError::at("", 0, 0, "x").to_string(), "line 1, column 1: x");
        assert_eq!(PlacedError::at("a", 9, 9, "x").to_string(), "line 9, column 9: x");
    }

    #[test]
    fn nearest_forgives_slips_only() {
        let names = ["mmap", "munmap", "mprotect", "spawn"];
        assert_eq!(nearest("mumap", names), Some("munmap"));
        assert_eq!(nearest("spwan", names), Some("spawn"));
        assert_eq!(nearest("MMAP", names), Some("mmap"));
        assert_eq!(nearest("teleport", names), None);
        assert_eq!(nearest(&"m".repeat(100_000), names), None);
    }

    #[test]
    fn bytes_that_are_not_text_have_a_place() {
        let error = PlacedError::utf8(b"good\nba\xffd").unwrap_err();
        assert_eq!((error.line, error.column, error.message.as_str()), (2, 3, "the byte 0xff here is not UTF-8 text"));
    }
}
