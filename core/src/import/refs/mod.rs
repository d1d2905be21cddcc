//! Which pages a real program used, in order: a trace of references, to be made again on any machine. Three kinds are
//! read, told apart by their first line:
//!
//! ```text
//! addresses      0041f7a0 R        0x40000c35 W       an access a line, R or W; what many courses hand out
//! lackey          L 1ffefffd78,8    S 0483a1,4         valgrind --tool=lackey --trace-mem=yes: I, L, S or M, address,
//!                I  04001000,3      M 0483b0,8         bytes; M reads and writes
//! pages          7 0 1 2 0 3                           numbers of pages, several a line or one
//! ```
//! An access whose bytes lie in two pages is two references.

mod drive;
mod fared;
mod lines;

pub use drive::{Drive, Driven, commands, drive, recording};
pub use fared::fare;

use crate::hw::geometry::{Geometry, GeometryKind};
use crate::lab::tell::placed::PlacedError;
use lines::Kind;
use std::collections::BTreeSet;

/// At most this many bytes in a trace.
pub const MAX_TEXT: usize = 64 << 20;
/// At most this many references in a trace.
pub const MAX_REFERENCES: usize = 1 << 21;

/// One reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The number of the page: of addresses, the virtual page.
    pub page: u64,
    pub writes: bool,
}

/// A trace that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct References {
    pub all: Vec<Reference>,
    /// Whether pages are numbers of the trace's own, from 0, and not those of addresses.
    pub bare: bool,
    /// Lines that were left out: a tool's own messages.
    pub skipped: u64,
}

impl References {
    /// The pages that are used, each once, lowest first.
    pub fn pages(&self) -> BTreeSet<u64> {
        self.all.iter().map(|reference| reference.page).collect()
    }
}

/// Reads a trace of any of the kinds; addresses become pages of a geometry.
///
/// # Errors
/// The first line that is not of the trace's kind, an address beyond the geometry's user space, or too much of it,
/// with its place.
pub fn read(text: &str, geometry: &Geometry) -> Result<References, PlacedError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_TEXT {
        let message = format!("the trace has {} MiB; {} are the most", text.len() >> 20, MAX_TEXT >> 20);
        return Err(PlacedError::in_line("", 1, 1, message).hint("cut it"));
    }
    let mut references = References { all: Vec::new(), bare: false, skipped: 0 };
    let mut kind = None;
    for (n, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with("==") || line.starts_with("--") {
            references.skipped += 1;
            continue;
        }
        let kind = *kind.get_or_insert_with(|| lines::kind_of(line));
        references.bare = kind == Kind::Pages;
        lines::read(kind, line, geometry, &mut references.all)
            .map_err(|wrong| PlacedError::at(text, n, wrong.column, wrong.message).hint(wrong.hint))?;
        if references.all.len() > MAX_REFERENCES {
            let message = format!("the trace has more than {MAX_REFERENCES} references");
            return Err(PlacedError::at(text, n, 1, message).hint("cut it"));
        }
    }
    if references.all.is_empty() {
        return Err(PlacedError::at(text, 1, 1, "no reference in this trace")
            .hint("it should have lines such as `0041f7a0 R`, the output of valgrind's lackey, or numbers of pages"));
    }
    Ok(references)
}

/// Whether a text looks like a trace of references: its first line of any kind is one.
pub fn is_trace(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().find(|line| !(line.trim().is_empty() || line.starts_with("==") || line.starts_with("--")));
    let geometry = GeometryKind::X86_64La57.geometry();
    first.is_some_and(|line| lines::read(lines::kind_of(line), line, geometry, &mut Vec::new()).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> Vec<(u64, bool)> {
        let read = read(text, GeometryKind::X86_64.geometry()).expect("a trace");
        read.all.iter().map(|reference| (reference.page, reference.writes)).collect()
    }

    fn wrong(text: &str) -> String {
        read(text, GeometryKind::X86_64.geometry()).expect_err("no trace").to_string()
    }

    #[test]
    fn each_kind_is_read() {
        assert_eq!(pages("0041f7a0 R\n13f5e2c0 W\n"), [(0x41f, false), (0x13f5e, true)]);
        assert_eq!(pages("0x40000c35 W\r\n0x40001000 r\n"), [(0x40000, true), (0x40001, false)]);
        assert_eq!(pages("7 0 1\n2w\n"), [(7, false), (0, false), (1, false), (2, true)]);
        let lackey = "==7== Lackey\nI  04001000,3\n L 1ffefffd78,8\n S 04834ffe,4\n M 04836000,8\n";
        let right = [(0x4001, false), (0x1ff_efff, false), (0x4834, true), (0x4835, true), (0x4836, true)];
        assert_eq!(pages(lackey), right);
    }

    #[test]
    fn a_trace_is_told_from_other_texts() {
        for text in ["==1== Lackey\n L 1ffefffd78,8\n", "\n0041f7a0 R\n", "7 0 1w\n", "0x400 W"] {
            assert!(is_trace(text), "{text}");
        }
        for text in
            ["", "let p = spawn(\"p\");", "100 mmap(NULL, 4096) = 0", "{\"pageturner\":1}", "//! title: x", "7 x"]
        {
            assert!(!is_trace(text), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        for (text, place, why) in [
            ("0041f7a0 R\n0041f7a0 X\n", "line 2", "R or W"),
            ("7 0 x\n", "line 1, column 5", "`x` is no page"),
            ("fffffffffffffff0 R\n", "line 1", "beyond"),
            (" L 1ffefffd78\n", "line 1", "bytes"),
            ("", "", "no reference"),
            ("hello\n", "line 1", "is no"),
        ] {
            let message = wrong(text);
            assert!(message.contains(place) && message.contains(why), "{text:?}: {message}");
        }
    }
}
