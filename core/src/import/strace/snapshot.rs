//! A maps text while a program reads it, in one or in many `read`s.
//!
//! A program may map more memory between two reads (Python enlarges its buffer), and the kernel shows each piece as
//! things are at that read. So each piece is compared with the machine at its own step, from where the piece before it
//! ended. A line that two reads share was made by the first: the kernel hands out lines that it made whole. If another
//! thread changes the map during a read, the order is not known; the read is used, but not compared.

use super::maps::{ExpectedMaps, MapsLine};
use crate::units::{Pid, Vpn};

/// The text so far.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Index of the address space it is about.
    pub space: usize,
    pieces: Vec<Piece>,
    /// strace did not write all of it (`-s` was too short).
    broken: bool,
    /// The end was read.
    ended: bool,
}

/// What one `read` gave.
#[derive(Clone, Debug)]
struct Piece {
    step: usize,
    line: u32,
    text: String,
    /// Nothing else happened to the address space meanwhile.
    certain: bool,
}

/// What one piece shows, and whether it is certain.
pub type Shown = (ExpectedMaps, bool);

impl Snapshot {
    /// A text of the maps file of this space, before the first `read`.
    pub fn new(space: usize) -> Snapshot {
        Snapshot { space, ..Snapshot::default() }
    }

    /// Adds a `read`; `step` commands have been made so far. Returns whether that was the end.
    pub fn read(&mut self, step: usize, line: u32, text: String, whole: bool, certain: bool) -> bool {
        self.ended |= text.is_empty() && whole;
        self.broken |= !whole;
        match self.pieces.last_mut().filter(|piece| piece.step == step && piece.certain == certain) {
            Some(piece) => piece.text.push_str(&text),
            None => self.pieces.push(Piece { step, line, text, certain }),
        }
        self.ended
    }

    /// What the text shows, in pieces, and whether each is to be compared with the machine; `None` if strace cut the
    /// text. A line that makes no sense is an error with the line of the log.
    pub fn finish(self, pid: Pid, user_pages: u64) -> Result<Option<Vec<Shown>>, (u32, String)> {
        if self.broken {
            return Ok(None);
        }
        let mut all: Vec<Shown> = Vec::new();
        let mut begun = String::new();
        for mut piece in self.pieces {
            // The rest of a line that an earlier piece began.
            if !begun.is_empty() {
                let end = piece.text.find('\n').map_or(piece.text.len(), |end| end + 1);
                begun.extend(piece.text.drain(..end));
                if !begun.ends_with('\n') {
                    continue;
                }
                let line = parse(&begun, piece.line, user_pages)?;
                all.last_mut().expect("a line was begun in a piece").0.vmas.extend(line);
                begun.clear();
            }
            let whole = piece.text.rfind('\n').map_or(0, |end| end + 1);
            begun.push_str(&piece.text[whole..]);
            let mut expected = ExpectedMaps {
                pid,
                step: piece.step as u32,
                line: piece.line,
                from: Vpn(0),
                to: Vpn(0),
                vmas: Vec::new(),
                stack_edges: Vec::new(),
            };
            for text in piece.text[..whole].lines() {
                expected.vmas.extend(parse(text, piece.line, user_pages)?);
            }
            all.push((expected, piece.certain));
        }
        Ok(Some(bounded(all, self.ended.then_some(user_pages))))
    }
}

fn parse(text: &str, line: u32, user_pages: u64) -> Result<Option<MapsLine>, (u32, String)> {
    MapsLine::parse(text.trim_end_matches('\n'), user_pages).map_err(|message| (line, message))
}

/// Gives each piece its pages: from the end of the one before to its own last page; the last one to the end.
fn bounded(mut all: Vec<Shown>, end: Option<u64>) -> Vec<Shown> {
    all.retain(|(expected, _)| !expected.vmas.is_empty());
    let mut from = Vpn(0);
    for (expected, _) in &mut all {
        expected.vmas = without_names(std::mem::take(&mut expected.vmas));
        expected.from = from;
        expected.to = Vpn(expected.vmas.last().map_or(0, |last| last.end));
        from = expected.to;
    }
    if let Some(((last, _), end)) = all.last_mut().zip(end) {
        last.to = Vpn(end);
    }
    all
}

/// The lines without the names that a program gave to anonymous memory. These keep VMAs apart, and the calls that give
/// them (`prctl`) are not in the log.
fn without_names(lines: Vec<MapsLine>) -> Vec<MapsLine> {
    let mut joined: Vec<MapsLine> = Vec::new();
    for mut line in lines {
        let named = line.name.starts_with("[anon:");
        if named {
            line.name.clear();
        }
        match joined.last_mut() {
            Some(last)
                if named
                    && last.end == line.start
                    && last.prot == line.prot
                    && last.is_anonymous()
                    && last.name.is_empty() =>
            {
                last.end = line.end
            }
            _ => joined.push(line),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: u64 = (1 << 35) - 1;
    const A: &str = "1000-2000 rw-p 00000000 00:00 0 \n";
    const B: &str = "3000-4000 rw-p 00000000 00:00 0 \n";
    const C: &str = "5000-6000 rw-p 00000000 00:00 0 \n";

    fn check(reads: &[(usize, &str)], expected: &[(u32, u64, u64, usize)]) {
        let mut snapshot = Snapshot::new(0);
        for (step, text) in reads {
            snapshot.read(*step, 1, text.to_string(), true, true);
        }
        let found = snapshot.finish(Pid(1), END).unwrap().unwrap();
        let found: Vec<_> = found.iter().map(|(e, _)| (e.step, e.from.0, e.to.0, e.vmas.len())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_piece_is_about_its_own_pages() {
        let end = END;
        check(&[(7, &[A, B, C].concat()), (7, "")], &[(7, 0, end, 3)]);
        check(&[(7, &[A, B].concat()), (9, C), (9, "")], &[(7, 0, 4, 2), (9, 4, end, 1)]);
        check(&[(7, &[A, B].concat()), (9, C)], &[(7, 0, 4, 2), (9, 4, 6, 1)]);
        let (head, tail) = B.split_at(10);
        check(&[(7, &[A, head].concat()), (9, &[tail, C].concat()), (11, "")], &[(7, 0, 4, 2), (9, 4, end, 1)]);
        let bytes: Vec<(usize, &str)> = (0..A.len()).map(|i| (i, &A[i..=i])).collect();
        check(&bytes, &[(0, 0, 2, 1)]);
        check(&[(7, "")], &[]);
    }

    #[test]
    fn a_cut_text_is_no_witness() {
        let mut snapshot = Snapshot::new(0);
        snapshot.read(1, 1, A.into(), false, true);
        assert_eq!(snapshot.finish(Pid(1), END), Ok(None));
        let mut snapshot = Snapshot::new(0);
        snapshot.read(1, 5, "nonsense\n".into(), true, true);
        assert_eq!(snapshot.finish(Pid(1), END).unwrap_err().0, 5);
    }
}
