//! What `execve` itself mapped: the program, its loader, the stack, the vdso. strace does not show it, so it is
//! inferred.
//!
//! Two sources. The program's own `/proc/PID/maps`, where the log shows it being read: what no call explains was there
//! from the start. And successful calls on pages that no call has mapped: `mprotect`, `mremap` and `madvise` fail on
//! unmapped pages, so the pages were there from the start, though of which file is not known. (`munmap` succeeds on
//! unmapped pages, so it says nothing; and without the pages it leaves the same list of VMAs.)
//!
//! A page's protection at the start is what the maps text shows; but where a logged call has changed it before, it is
//! the opposite of that change: pages that lost the right to be written could be written (the loader seals what it has
//! relocated: RELRO), pages that gained it could only be read.

use super::maps::MapsLine;
use super::ranges::{Range, Ranges};
use crate::units::{Pid, VirtAddr};
use crate::vocabulary::command::{Command, MapFlag, Mmap};
use crate::vocabulary::prot::Prot;
use std::collections::BTreeMap;

/// The name of pages that were mapped by `execve` from an unknown source.
pub const UNKNOWN: &str = "[exec image]";

/// What one `execve` mapped.
#[derive(Clone, Debug, Default)]
pub struct Image {
    pages: Ranges,
    pieces: BTreeMap<u64, Piece>,
}

/// Neighbouring pages of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Piece {
    end: u64,
    prot: Prot,
    source: Source,
}

/// Where a piece's contents come from.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Source {
    Unknown { shared: bool },
    Anonymous,
    Stack,
    Shmem { pgoff: u64 },
    File { name: String, shared: bool, pgoff: u64 },
}

impl Source {
    fn of(line: &MapsLine) -> Source {
        if line.name == "[stack]" {
            Source::Stack
        } else if line.is_anonymous() {
            Source::Anonymous
        } else if line.is_shmem() {
            Source::Shmem { pgoff: line.pgoff }
        } else {
            Source::File { name: line.name.clone(), shared: line.shared, pgoff: line.pgoff }
        }
    }

    /// The source `pages` further on.
    fn plus(&self, pages: u64) -> Source {
        match self {
            Source::Unknown { shared } => Source::Unknown { shared: *shared },
            Source::Anonymous => Source::Anonymous,
            Source::Stack => Source::Stack,
            Source::Shmem { pgoff } => Source::Shmem { pgoff: pgoff.saturating_add(pages) },
            Source::File { name, shared, pgoff } => {
                Source::File { name: name.clone(), shared: *shared, pgoff: pgoff.saturating_add(pages) }
            }
        }
    }
}

impl Image {
    /// The number of pages.
    pub fn pages(&self) -> u64 {
        self.pages.pages()
    }

    /// Notes a call that changed pages which no call has mapped: to `new`, if it changed their protection.
    pub fn infer(&mut self, range: Range, new: Option<Prot>) {
        let prot = match new {
            Some(new) if new.contains(Prot::WRITE) => Prot::READ,
            _ => Prot::READ | Prot::WRITE,
        };
        for gap in self.pages.gaps(range) {
            self.pieces.insert(gap.start, Piece { end: gap.end, prot, source: Source::Unknown { shared: false } });
        }
        self.pages.insert(range);
    }

    /// Notes that inferred pages are shared.
    pub fn share(&mut self, range: Range) {
        self.cut(range.start);
        self.cut(range.end);
        for (_, piece) in self.pieces.range_mut(range.start..range.end) {
            if let Source::Unknown { shared } = &mut piece.source {
                *shared = true;
            }
        }
    }

    /// Notes that the maps text shows pages which no call has mapped.
    pub fn show(&mut self, range: Range, line: &MapsLine) {
        let source = Source::of(line);
        for gap in self.pages.gaps(range) {
            let source = source.plus(gap.start - line.start);
            self.pieces.insert(gap.start, Piece { end: gap.end, prot: line.prot, source });
        }
        self.pages.insert(range);
    }

    /// Gives pages that were inferred before the source that the maps text shows.
    pub fn name(&mut self, line: &MapsLine) {
        let source = Source::of(line);
        for part in self.pages.parts(Range::new(line.start, line.end)) {
            self.cut(part.start);
            self.cut(part.end);
            for (start, piece) in self.pieces.range_mut(part.start..part.end) {
                if matches!(piece.source, Source::Unknown { .. }) {
                    piece.source = source.plus(start - line.start);
                }
            }
        }
    }

    /// Splits the piece that reaches over `page`, so that one begins there.
    fn cut(&mut self, page: u64) {
        if let Some((&start, piece)) = self.pieces.range_mut(..page).next_back().filter(|(_, piece)| piece.end > page) {
            let rest = Piece { source: piece.source.plus(page - start), ..piece.clone() };
            piece.end = page;
            self.pieces.insert(page, rest);
        }
    }

    /// The commands that map the image, lowest first, neighbours of one kind in one piece.
    pub fn commands(&self, pid: Pid) -> Vec<Command> {
        let mut joined: Vec<(u64, Piece)> = Vec::new();
        for (start, piece) in &self.pieces {
            match joined.last_mut() {
                Some((first, last))
                    if last.end == *start
                        && last.prot == piece.prot
                        && last.source.plus(start - *first) == piece.source =>
                {
                    last.end = piece.end
                }
                _ => joined.push((*start, piece.clone())),
            }
        }
        let base = joined.first().map_or(0, |(start, _)| *start);
        joined.into_iter().map(|(start, piece)| piece.command(pid, start, base)).collect()
    }
}

impl Piece {
    fn command(self, pid: Pid, start: u64, base: u64) -> Command {
        use MapFlag::{Anonymous, Fixed, Growsdown, Private, Shared};
        let of = |shared| if shared { Shared } else { Private };
        let (flags, file, pgoff) = match self.source {
            Source::Unknown { shared } => (vec![of(shared), Fixed], Some(UNKNOWN.to_string()), start - base),
            Source::Anonymous => (vec![Private, Anonymous, Fixed], None, 0),
            Source::Stack => (vec![Private, Anonymous, Growsdown, Fixed], None, 0),
            Source::Shmem { .. } => (vec![Shared, Anonymous, Fixed], None, 0),
            Source::File { name, shared, pgoff } => (vec![of(shared), Fixed], Some(name), pgoff),
        };
        Command::Mmap(Mmap {
            pid,
            addr: Some(VirtAddr(start * 4096)),
            pages: self.end - start,
            prot: self.prot,
            flags,
            file,
            pgoff,
        })
    }
}
