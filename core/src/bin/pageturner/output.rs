//! Standard output that does not panic when its reader goes away, as in `pageturner run x.rhai | head`.

use crate::Fatal;
use std::io::{BufWriter, ErrorKind, StdoutLock, Write, stdout};

/// Standard output, written line by line.
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
}

impl Output {
    /// Locks standard output until this value is dropped.
    pub fn new() -> Output {
        Output { out: BufWriter::new(stdout().lock()) }
    }

    /// Writes a line.
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<(), Fatal> {
        writeln!(self.out, "{}", text.as_ref()).or_else(gone)
    }

    /// Writes text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Fatal> {
        self.out.write_all(text.as_bytes()).or_else(gone)
    }

    /// Writes out what is buffered; needed before something else writes to standard output.
    pub fn flush(&mut self) -> Result<(), Fatal> {
        self.out.flush().or_else(gone)
    }
}

/// A closed pipe is no error: the rest of the output is discarded.
fn gone(error: std::io::Error) -> Result<(), Fatal> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(Fatal(format!("standard output: {error}"))) }
}
