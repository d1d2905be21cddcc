//! Short files: a header can describe what a file is about, and a reader can read it to the end.

use crate::none;
use crate::sources::Source;

const FOLDERS: [&str; 6] = ["core/src", "web/src", "web/bindgen", "tests/src", "tests/tests", "tests/linux"];
/// At most this many lines in a file, and columns in a line of comment; rustfmt breaks code at the same column.
const MOST_LINES: usize = 450;
const MOST_COLUMNS: usize = 120;

#[test]
fn files_are_short() {
    let mut found = Vec::new();
    for source in Source::below(&FOLDERS) {
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            found.push(source.at_line(MOST_LINES, &format!("has {lines} lines")));
        }
    }
    none(&format!("a file has at most {MOST_LINES} lines: split it by ideas"), &found);
}

#[test]
fn comments_are_no_wider_than_code() {
    let mut found = Vec::new();
    for source in Source::below(&FOLDERS) {
        for (n, line) in source.text.lines().enumerate() {
            let columns = line.chars().count();
            if line.trim_start().starts_with("//") && columns > MOST_COLUMNS {
                found.push(source.at_line(n + 1, &format!("has {columns} columns")));
            }
        }
    }
    none(&format!("a line of comment has at most {MOST_COLUMNS} columns"), &found);
}
