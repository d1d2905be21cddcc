//! The text of `/proc/PID/maps`: the kernel's own list of what is mapped.
//!
//! ```text
//! 7f95d816b000-7f95d8191000 r--p 00000000 fe:00 326279                     /usr/lib/x86_64-linux-gnu/libc.so.6
//! ```
//! A line above user space (`[vsyscall]`) is left out.

use super::arguments::quote;
use super::call::file_name;
use super::numbers::PAGE;
use crate::lab::time::view::View;
use crate::units::{Pid, Vpn};
use crate::vocabulary::object::ObjectKind;
use crate::vocabulary::prot::Prot;
use crate::vocabulary::vma::{Vma, VmaFlags};
use serde::Serialize;
use std::fmt;
use winnow::ascii::{digit1, hex_uint, space0};
use winnow::combinator::alt;
use winnow::token::{one_of, rest, take_while};
use winnow::{ModalResult, Parser};

/// One line of the text: a VMA as the kernel showed it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MapsLine {
    pub start: u64,
    /// One past the last page.
    pub end: u64,
    pub prot: Prot,
    pub shared: bool,
    /// Offset in the file, in pages; 0 for anonymous memory.
    pub pgoff: u64,
    /// A path, `[heap]` and the like, or nothing.
    pub name: String,
}

impl MapsLine {
    /// Reads a line; `None` if it is beyond `user_pages`. The error says what is wrong with it.
    pub fn parse(text: &str, user_pages: u64) -> Result<Option<MapsLine>, String> {
        let line = line.parse(text).map_err(|error| {
            format!("the line {} of a maps text makes no sense after its first {} bytes", quote(text), error.offset())
        })?;
        if line.start >= user_pages {
            return Ok(None);
        }
        if line.start >= line.end || line.end > user_pages {
            return Err(format!("the range of the line {} of a maps text makes no sense", quote(text)));
        }
        Ok(Some(line))
    }

    /// Whether it is private anonymous memory.
    pub fn is_anonymous(&self) -> bool {
        !self.shared
            && (self.name.is_empty()
                || matches!(self.name.as_str(), "[heap]" | "[stack]")
                || self.name.starts_with("[anon:"))
    }

    /// Whether it is shared memory without a file.
    pub fn is_shmem(&self) -> bool {
        self.shared && (self.name.is_empty() || self.name == "/dev/zero")
    }
}

fn line(input: &mut &str) -> ModalResult<MapsLine> {
    let (start, _, end, _) = (page, '-', page, ' ').parse_next(input)?;
    let (prot, shared, _) = (prot, alt(('s'.value(true), 'p'.value(false))), ' ').parse_next(input)?;
    let pgoff = page.parse_next(input)?;
    (' ', hex, ':', hex, ' ', digit1, space0).parse_next(input)?;
    let name: &str = rest.parse_next(input)?;
    let anonymous =
        name.is_empty() || name.starts_with("[heap") || name.starts_with("[stack") || name.starts_with("[anon:");
    Ok(MapsLine { start, end, prot, shared, pgoff: if anonymous { 0 } else { pgoff }, name: file_name(name) })
}

/// An address at the start of a page.
fn page(input: &mut &str) -> ModalResult<u64> {
    hex_uint.verify(|address: &u64| address.is_multiple_of(PAGE)).map(|address: u64| address / PAGE).parse_next(input)
}

fn hex<'a>(input: &mut &'a str) -> ModalResult<&'a str> {
    take_while(1.., |c: char| c.is_ascii_hexdigit()).parse_next(input)
}

fn prot(input: &mut &str) -> ModalResult<Prot> {
    let (r, w, x) = (one_of(['r', '-']), one_of(['w', '-']), one_of(['x', '-'])).parse_next(input)?;
    let bit = |letter, flag| if letter == '-' { Prot::empty() } else { flag };
    Ok(bit(r, Prot::READ) | bit(w, Prot::WRITE) | bit(x, Prot::EXEC))
}

/// The VMAs of a process at some step as the log shows them: the kernel's list, with which the machine is compared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExpectedMaps {
    pub pid: Pid,
    /// The number of commands after which the machine is compared.
    pub step: u32,
    /// The line of the log that shows it.
    pub line: u32,
    /// Pages that it is about: all of user space, unless the program read the text in pieces.
    pub from: Vpn,
    pub to: Vpn,
    pub vmas: Vec<MapsLine>,
    /// Pages where newer kernels do not merge VMAs, and the machine may (see `docs/strace.md`).
    pub stack_edges: Vec<u64>,
}

impl ExpectedMaps {
    /// The first difference between the log and the machine at that step, in the start, end, protection, sharing, file
    /// offset or name of a VMA; `None` if they agree.
    pub fn difference(&self, view: &View) -> Option<String> {
        let inside = |vma: &&Vma| self.from < vma.end && vma.start < self.to;
        let mut found: Vec<MapsLine> = Vec::new();
        for vma in view.vmas_of(self.pid).filter(inside) {
            self.cut(seen(vma, view), &mut found);
        }
        for index in 0..self.vmas.len().max(found.len()) {
            let (expected, found) = (self.vmas.get(index), found.get(index));
            if !expected.zip(found).is_some_and(|(expected, found)| same(expected, found)) {
                let or_nothing = |line: Option<&MapsLine>| line.map_or("nothing".to_string(), MapsLine::to_string);
                let (pid, line, expected, found) = (self.pid, self.line, or_nothing(expected), or_nothing(found));
                return Some(format!(
                    "process {pid}, line {line} of the log: the kernel has\n  {expected}\nand the machine\n  {found}"
                ));
            }
        }
        None
    }

    /// Cuts an area where newer kernels do not merge.
    fn cut(&self, mut area: MapsLine, into: &mut Vec<MapsLine>) {
        for &edge in &self.stack_edges {
            if area.is_anonymous() && area.start < edge && edge < area.end {
                into.push(MapsLine { end: edge, ..area.clone() });
                area.start = edge;
            }
        }
        into.push(area);
    }
}

/// Whether two areas are equal, but for the names of stacks and shared anonymous memory: the machine calls every area
/// that grows down a stack, and all shared anonymous memory by one name.
fn same(expected: &MapsLine, found: &MapsLine) -> bool {
    let named_by_machine =
        expected.name.is_empty() && found.name == "[stack]" || expected.is_shmem() && found.is_shmem();
    let name = if named_by_machine { expected.name.clone() } else { found.name.clone() };
    *expected == MapsLine { name, ..found.clone() }
}

/// A VMA of the machine as the kernel would show it.
fn seen(vma: &Vma, view: &View) -> MapsLine {
    let object = vma.object.and_then(|id| view.objects.get(&id)).map(|object| &object.info.kind);
    let (start, end) = (vma.start.0 * PAGE, vma.end.0 * PAGE);
    let heap = view.process(vma.pid).is_some_and(|process| start < process.brk.0 && process.brk_start.0 < end);
    let (name, pgoff) = match object {
        Some(ObjectKind::File(name) | ObjectKind::Shm(name)) => (name.as_str(), vma.pgoff),
        Some(ObjectKind::Shmem) => ("/dev/zero", vma.pgoff),
        None if vma.flags.contains(VmaFlags::GROWSDOWN) => ("[stack]", 0),
        None if heap => ("[heap]", 0),
        None => ("", 0),
    };
    MapsLine {
        start: vma.start.0,
        end: vma.end.0,
        prot: vma.prot,
        shared: !vma.is_private(),
        pgoff,
        name: name.to_string(),
    }
}

impl fmt::Display for MapsLine {
    /// Writes the line as the kernel does, without what the machine does not have.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = if self.shared { 's' } else { 'p' };
        write!(
            f,
            "{:x}-{:x} {}{shared} {:08x} {}",
            self.start * PAGE,
            self.end * PAGE,
            self.prot,
            self.pgoff * PAGE,
            self.name
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<MapsLine>, String> {
        MapsLine::parse(line, (1 << 35) - 1)
    }

    #[test]
    fn reads_the_kernels_lines() {
        let line = parse("7f95d8191000-7f95d82e7000 r-xp 00026000 fe:00 326279    /usr/lib/a b.so (deleted)")
            .unwrap()
            .unwrap();
        let name = "/usr/lib/a b.so".to_string();
        assert_eq!(
            line,
            MapsLine {
                start: 0x7f95d8191,
                end: 0x7f95d82e7,
                prot: Prot::READ | Prot::EXEC,
                shared: false,
                pgoff: 0x26,
                name
            }
        );
        let line = parse("7f95d8168000-7f95d816b000 rw-p 00000000 00:00 0 ").unwrap().unwrap();
        assert!(line.is_anonymous());
        assert_eq!(
            parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]"),
            Ok(None)
        );
        for wrong in [
            "",
            "7f95d8168000",
            "2000-1000 rw-p 00000000 00:00 0 ",
            "1001-2000 rw-p 00000000 00:00 0 ",
            "1000-2000 rwzp 0 00:00 0 ",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
