//! Reading and writing files; `-` is standard input or output.

use crate::Fatal;
use pageturner::lab::recording::MAX_TEXT;
use pageturner::lab::tell::placed::PlacedError;
use std::fmt::Display;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Reads a file's text. Reads one byte more than the longest text that is accepted, so that a text that is too long is
/// refused, not cut off.
pub fn read(path: &Path) -> Result<String, Fatal> {
    let mut bytes = Vec::new();
    let most = MAX_TEXT as u64 + 1;
    let result = if is_dash(path) {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    result.map_err(|error| Fatal(format!("{}: {error}", path.display())))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => Err(PlacedError::utf8(error.as_bytes())
            .err()
            .map_or_else(|| in_file(path, "not text"), |error| in_file(path, error))),
    }
}

/// Writes a file whole.
pub fn write(path: &Path, text: &str) -> Result<(), Fatal> {
    let result =
        if is_dash(path) { std::io::stdout().lock().write_all(text.as_bytes()) } else { std::fs::write(path, text) };
    result.map_err(|error| Fatal(format!("{}: {error}", path.display())))
}

/// An error that is about a file.
pub fn in_file(path: &Path, error: impl Display) -> Fatal {
    let name = if is_dash(path) { "standard input".into() } else { path.display().to_string() };
    Fatal(format!("{name}: {error}"))
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}
